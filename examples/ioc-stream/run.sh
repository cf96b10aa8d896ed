#!/usr/bin/env bash
# Notifications of hunting rules and subscriptions into one file, each once,
# however often cron runs it.
# Needs `gti` and nothing else: the answers are simulated.
set -euo pipefail
cd "$(dirname "$0")"
gti=${GTI:-gti}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GTI_SANDBOX=1 GTI_STATE_DIR=$work/state
file=$work/stream.jsonl

# The first run stops in the middle, as one that is interrupted does.
run() { "$gti" -q ingest ioc-stream --descriptors-only --since 30m --checkpoint soc -o "$file" "$@"; }
lines() { wc -l < "$file" | tr -d ' '; }
ids() { grep -o '"notification_id":"[^"]*"' "$file"; }

echo '# The first run'
run --limit 20
echo "$(lines) notifications"

echo
echo '# The second run goes on from there'
before=$(lines)
run
[[ $(lines) -gt $before ]] && echo 'more notifications than before'

echo
echo '# Every notification once'
[[ -z $(ids | sort | uniq -d) ]] && echo 'no repeats'
"$gti" -q state verify soc > /dev/null && echo 'the checkpoint and the file agree'
