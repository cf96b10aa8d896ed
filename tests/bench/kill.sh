#!/usr/bin/env bash
# SIGKILL at random instants while a checkpointed run writes a file, against the
# simulated service with faults; at the end the file must hold every item exactly
# once and in order.
#
#   tests/bench/kill.sh [KILLS] [GTI]        (default: 200, target/debug/gti)
set -euo pipefail

kills=${1:-200}
gti=${2:-target/debug/gti}
room=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$room"' EXIT
export GTI_STATE_DIR=$room/state GTI_CACHE_DIR=$room/cache GTI_API_KEY=any HOME=$room

"$gti" sandbox --port 0 --fault 503:5% --fault truncate:3% --fault reset:3% --fault garbage:2% \
    > "$room/url" 2> /dev/null &
server=$!
while ! [ -s "$room/url" ]; do sleep 0.05; done
GTI_BASE_URL=$(head -1 "$room/url")
export GTI_BASE_URL

# A window that is over, late arrivals included, so that both sides see the same.
since=$(date -u -d '8 hours ago' +%Y-%m-%dT%H:%M:%SZ)
until=$(date -u -d '10 minutes ago' +%Y-%m-%dT%H:%M:%SZ)
run=(ingest ioc-stream --descriptors-only --since "$since" --until "$until" --retries 20)
id=.context_attributes.notification_id

"$gti" -q "${run[@]}" --jq "$id" | tr -d '"' > "$room/expected"
items=$(wc -l < "$room/expected")

# The window, exactly; what later runs add after it, once.
check() {
    jq -r "$id" "$room/out" > "$room/found"
    head -n "$items" "$room/found" | cmp - "$room/expected"
    [ -z "$(sort "$room/found" | uniq -d)" ]
}

done=0 started=0
while [ "$done" -lt "$kills" ]; do
    "$gti" -q "${run[@]}" --checkpoint kill -o "$room/out" 2> /dev/null &
    run_id=$!
    started=$((started + 1))
    sleep "0.$(printf '%03d' $((RANDOM % 250)))"
    if kill -KILL "$run_id" 2> /dev/null; then done=$((done + 1)); fi
    wait "$run_id" 2> /dev/null || true
    # When everything is there, begin anew: the rest of the kills shall hit work.
    if [ "$(cat "$room/out" 2> /dev/null | wc -l)" -ge "$items" ]; then
        "$gti" -q "${run[@]}" --checkpoint kill -o "$room/out"
        check
        "$gti" -q state reset kill
        rm "$room/out"
        rounds=$((${rounds:-0} + 1))
    fi
done
"$gti" -q "${run[@]}" --checkpoint kill -o "$room/out"
check
echo "$done kills of $started runs; ${rounds:-0} times to the end and once more: every one of $items items exactly once, in order"
