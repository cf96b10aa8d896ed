#!/usr/bin/env bash
# SIGKILL at random instants while two checkpoints follow one feed into two files that
# logrotate renames, on a small file system that is now and then full. At the end the
# files of each, rotated ones included, must hold every item exactly once.
#
#   tests/bench/rotate_kill.sh [KILLS] [GTI]     (default: 1000, target/debug/gti)
#
# Needs logrotate, jq, and the right to mount a tmpfs.
set -euo pipefail

kills=${1:-1000}
gti=$(realpath "${2:-target/debug/gti}")
room=$(mktemp -d)
server= pids=()
finish() {
    for pid in "${pids[@]}"; do kill -KILL "$pid" 2> /dev/null || true; done
    [ -z "$server" ] || kill "$server"
    umount "$room/log" 2> /dev/null || true
    rm -rf "$room"
}
trap finish EXIT
mkdir "$room/log"
mount -t tmpfs -o size=96m,mode=755 tmpfs "$room/log"
export GTI_STATE_DIR=$room/state GTI_CACHE_DIR=$room/cache GTI_API_KEY=a-key-that-is-invented HOME=$room

"$gti" sandbox --port 0 --fault 503:5% --fault truncate:3% --fault reset:3% > "$room/url" 2> /dev/null &
server=$!
while ! [ -s "$room/url" ]; do sleep 0.05; done
GTI_BASE_URL=$(head -1 "$room/url")
export GTI_BASE_URL

cat > "$room/logrotate.conf" << EOF
$room/log/*.jsonl {
    missingok
    rotate 100000
    create
    dateext
    dateformat -%s
}
EOF

since=$(date -u -d '8 hours ago' +%Y-%m-%dT%H:%M:%SZ)
until=$(date -u -d '10 minutes ago' +%Y-%m-%dT%H:%M:%SZ)
id=.context_attributes.notification_id
run=(ingest ioc-stream --descriptors-only --since "$since" --until "$until" --retries 20)
"$gti" -q "${run[@]}" --jq "$id" | tr -d '"' | sort > "$room/expected"
items=$(wc -l < "$room/expected")

killed=0 rotated=0 full=0 refused=0 rounds=0 started=0
records() { cat "$room/log/$1".jsonl* 2> /dev/null | wc -l; }
check() {
    for name in a b; do
        cat "$room/log/$name".jsonl* | jq -r "$id" | sort > "$room/found"
        # What later sweeps add behind the window is there once as well.
        [ -z "$(uniq -d "$room/found")" ] || { echo "$name: twice"; exit 1; }
        [ -z "$(comm -23 "$room/expected" "$room/found")" ] || { echo "$name: missing"; exit 1; }
    done
}
# Runs to the end; a run that meets the end of the disk or of a rotation goes again.
whole() {
    rm -f "$room/log/ballast"
    for name in a b; do
        "$gti" -q "${run[@]}" --checkpoint "$name" -o "$room/log/$name.jsonl" --wait-lock 10s
    done
}

while [ "$killed" -lt "$kills" ]; do
    pids=() move=$((RANDOM % 4))
    if [ "$move" -eq 1 ]; then
        dd if=/dev/zero of="$room/log/ballast" bs=4k status=none 2> /dev/null || full=$((full + 1))
    fi
    for name in a b; do
        "$gti" -q "${run[@]}" --follow --interval 1s --checkpoint "$name" -o "$room/log/$name.jsonl" \
            2>> "$room/errors" &
        pids+=($!)
        started=$((started + 1))
    done
    sleep "0.$(printf '%03d' $((RANDOM % 300)))"
    if [ "$move" -eq 0 ]; then
        if logrotate -f -s "$room/logrotate.state" "$room/logrotate.conf" 2>> "$room/errors"; then
            rotated=$((rotated + 1))
        fi
    fi
    sleep "0.$(printf '%03d' $((RANDOM % 200)))"
    for pid in "${pids[@]}"; do
        if kill -KILL "$pid" 2> /dev/null; then killed=$((killed + 1)); fi
        code=0
        wait "$pid" 2> /dev/null || code=$?
        [ "$code" -ne 9 ] || refused=$((refused + 1))
    done
    rm -f "$room/log/ballast"
    if [ "$(records a)" -ge "$items" ] && [ "$(records b)" -ge "$items" ]; then
        whole
        check
        for name in a b; do "$gti" -q state reset "$name"; done
        rm -f "$room/log/"*.jsonl*
        rounds=$((rounds + 1))
    fi
done
whole
check
echo "$killed kills of $started runs, $rotated rotations, $full times a full disk ($refused runs ended with exit 9); \
$rounds times to the end and once more: every one of $items items exactly once, for both checkpoints"
