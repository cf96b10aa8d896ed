#!/usr/bin/env bash
# Measures threat lists beside curl and jq, on answers of a loopback server, all in
# one run. Needs GNU time, curl, jq and release builds:
#
#   cargo build --release && cargo build --release --example bench_feeds
#   tests/bench/threat_list.sh [ENTRIES]        (default: 1000000)
set -euo pipefail

entries=${1:-1000000}
gti=target/release/gti server=target/release/examples/bench_feeds
room=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid"; rm -rf "$room"' EXIT
export GTI_STATE_DIR=$room/state GTI_CACHE_DIR=$room/cache GTI_API_KEY=any HOME=$room

# serve ENTRIES: sets $base
serve() {
    [ -z "$pid" ] || { kill "$pid"; wait "$pid" 2> /dev/null || true; }
    : > "$room/port"
    "$server" --entries "$1" > "$room/port" &
    pid=$!
    while ! [ -s "$room/port" ]; do sleep 0.1; done
    base=http://127.0.0.1:$(cat "$room/port")
    export GTI_BASE_URL=$base
}

# timed NAME COMMAND...: seconds, CPU seconds and peak memory of the command
timed() {
    local name=$1
    shift
    command time -f "%e %U %S %M" -o "$room/time" "$@"
    read -r wall user system peak < "$room/time"
    printf '%-44s %8.2f s  cpu %6.2f s  peak %7.1f MB\n' "$name" "$wall" \
        "$(echo "$user + $system" | bc)" "$(echo "$peak / 1024" | bc -l)"
}

for count in $((entries / 10)) "$entries"; do
    serve "$count"
    echo "threat list, $count entries, $(curl -s --compressed "$base/threat_lists/x/latest" | wc -c) bytes of JSON"
    for turn in 1 2 3; do
        timed "curl --compressed -o FILE ($turn)" curl -s --compressed -o "$room/curl" "$base/threat_lists/x/latest"
        rm -f "$room/out"
        timed "gti ingest threat-list -o FILE ($turn)" "$gti" -q ingest threat-list x -o "$room/out"
    done
    rm -f "$room/hour-$count"
    timed "gti, the same with a checkpoint" "$gti" -q ingest threat-list x --since 1h --checkpoint "c$count" -o "$room/hour-$count"
    timed "curl --compressed | jq -c" bash -c "curl -s --compressed '$base/threat_lists/x/latest' | jq -c '.iocs[].data' > '$room/jq'"
    cmp <(head -1000 "$room/out") <(head -1000 "$room/jq") && wc -l < "$room/out"
    rm -f "$room"/{curl,out,hour,jq}
done
