#!/usr/bin/env bash
# Critical open issues of the attack surface: into a file for the ticket system,
# and their status back to the platform once the tickets are there.
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

# The date keeps the output of this example the same on every day.
query='status_detailed:open_new severity_lte:1 first_seen_before:2025-12-02'

echo '# New critical issues, for the ticket system'
"$gti" -q ingest asm "$query" --since 30d --checkpoint tickets -o "$work/issues.jsonl"
"$gti" -q asm show -f csv --fields uid,pretty_name,entity_name,first_seen,summary.severity \
  < <(sort "$work/issues.jsonl") > "$work/tickets.csv"
head -n 2 "$work/tickets.csv"

echo
echo '# Back to the platform: somebody is at it'
"$gti" -q asm update - --status open_in_progress --if-status open_new --add-tag ticketed \
  -f csv --fields from,to,status,tags < "$work/issues.jsonl"

echo
echo '# The next run has nothing new'
"$gti" -q ingest asm "$query" --since 30d --checkpoint tickets -o "$work/issues.jsonl"
echo "$(sort -u "$work/issues.jsonl" | wc -l | tr -d ' ') issues, $(wc -l < "$work/issues.jsonl" | tr -d ' ') lines"
