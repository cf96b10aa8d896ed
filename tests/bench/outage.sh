#!/usr/bin/env bash
# A run with --follow through an outage of more than a minute: every record once, and how much is said about it.
#
# Usage: tests/bench/outage.sh [GTI] [SECONDS]      (default: target/debug/gti, 65)
set -euo pipefail
gti=$(realpath "${1:-target/debug/gti}")
down=${2:-65}
room=$(mktemp -d)
export HOME=$room GTI_STATE_DIR=$room/state GTI_CACHE_DIR=$room/cache GTI_API_KEY=key-of-the-measurement
export GTI_BASE_URL=http://127.0.0.1:18973/api/v3
cd "$room"
serve() { "$gti" sandbox --port 18973 >/dev/null 2>&1 & server=$!; }
trap 'kill "$server" "$run" 2>/dev/null || true; rm -rf "$room"' EXIT
serve
sleep 2
began=$(date -u +%Y-%m-%dT%H:%M:%SZ -d '1 hour ago')
"$gti" ingest ioc-stream --since "$began" --checkpoint c --follow --interval 2s -o out.jsonl 2>err.txt & run=$!
sleep 6
kill "$server"
before=$(wc -l <out.jsonl)
sleep "$down"
serve
sleep 25
kill -TERM "$run" || cat err.txt
code=0; wait "$run" || code=$?
"$gti" ingest ioc-stream --since "$began" -f jsonl 2>/dev/null | jq -r .context_attributes.notification_id | sort >all.txt
jq -r .context_attributes.notification_id out.jsonl | sort >got.txt
echo "before the outage: $before; in the end: $(wc -l <got.txt) records, $(uniq -d got.txt | wc -l) of them twice"
echo "not written that were there when the run ended or before: $(comm -23 all.txt got.txt | wc -l) (what came after its end among them)"
echo "exit code $code; lines on standard error: $(wc -l <err.txt)"
cat err.txt
