#!/usr/bin/env bash
# What cron runs every hour: new alerts, judged by rules, those that matter
# escalated on the platform, each in the file once.
# Needs `gti` and nothing else: the answers are simulated.
set -euo pipefail
cd "$(dirname "$0")"
gti=${GTI:-gti}
work=$(mktemp -d)
trap 'kill "${server:-}" 2> /dev/null || true; rm -rf "$work"' EXIT

# One simulated service for all steps, so that what is changed stays changed.
"$gti" -q sandbox --port 0 > "$work/address" &
server=$!
until [[ -s $work/address ]]; do sleep 0.1; done
unset GTI_SANDBOX
export GTI_API_KEY=any GTI_STATE_DIR=$work/state
GTI_BASE_URL=$(grep -o 'http://[^ ]*' "$work/address" | head -n 1)
export GTI_BASE_URL

# The window keeps the output of this example the same on every day.
hourly() {
  "$gti" -q ingest dtm --since 2025-12-01T08:00:00Z --until 2025-12-01T09:00:00Z \
    --checkpoint soc --rules rules.toml -o "$work/alerts.jsonl" "$@"
}

echo '# The rules'
"$gti" -q rules check rules.toml --feed dtm -f csv --fields rule,action

echo
echo '# The first run, which ends early'
hourly --limit 3
lines() { wc -l < "$work/alerts.jsonl" | tr -d ' '; }
echo "$(lines) alerts"

echo
echo '# The second run goes on, and repeats nothing'
hourly
echo "$(lines) alerts"

echo
echo '# What the platform says now'
"$gti" -q dtm show sandboxalertnew00001 sandboxalertescal001 -f text --jq '"\(.id)\t\(.status)\t\(.title)"'
