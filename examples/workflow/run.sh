#!/usr/bin/env bash
# Notifications become incidents of another system: delivered by webhook, signed,
# counted once; what is refused waits until it is delivered again.
# Needs `gti` and python3: the answers are simulated, and the receiver is here.
set -euo pipefail
cd "$(dirname "$0")"
gti=${GTI:-gti}
work=$(mktemp -d)
trap 'kill "${receiver:-}" 2> /dev/null || true; rm -rf "$work"' EXIT
export GTI_SANDBOX=1 GTI_STATE_DIR=$work/state

echo 'a shared secret' > "$work/secret"
touch "$work/refuse"
python3 receiver.py "$work/secret" "$work/address" "$work/refuse" > "$work/received" &
receiver=$!
until [[ -s $work/address ]]; do sleep 0.1; done
url=$(cat "$work/address")
incidents() { grep -c '^incident' "$work/received" || true; }

# One beginning for all runs, so that the last one meets the same notifications.
since=$(python3 -c 'import time; print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3600)))')
deliver() {
  "$gti" -q ingest ioc-stream --descriptors-only --since "$since" --limit 5 --checkpoint soar \
    --webhook "$url" --webhook-secret-file "$work/secret" --webhook-body "$(cat payloads/thehive.jq)"
}

echo '# Five notifications; the receiver refuses one'
code=0
deliver 2> /dev/null || code=$?
echo "exit code $code, $(incidents) incidents, $("$gti" -q state show soar -f text --jq .dead_letters) dead letter"

echo
echo '# The receiver is mended, and the dead letter delivered again'
rm "$work/refuse"
"$gti" -q state replay soar --webhook-secret-file "$work/secret" \
  --webhook-body "$(cat payloads/thehive.jq)" -f csv --fields records,status
echo "$(incidents) incidents, $("$gti" -q state show soar -f text --jq .dead_letters) dead letters"

echo
echo '# Started over, as after a lost disk: the receiver knows the keys'
"$gti" -q state reset soar > /dev/null
deliver
echo "$(incidents) incidents"

echo
echo '# An alert, as Slack gets it'
"$gti" -q dtm show sandboxalertnew00001 -f text --jq "$(cat payloads/slack.jq) | .blocks[1].text.text"

echo
echo '# The same as a ticket of ServiceNow'
"$gti" -q dtm show sandboxalertnew00001 -f jsonl --jq "$(cat payloads/servicenow.jq)"
