#!/usr/bin/env bash
# Measures rules: alerts of about three kilobytes through ten conditions, all in
# simple keys or six of them in jq, on one core. Needs GNU time, taskset and release builds:
#
#   cargo build --release && cargo build --release --example bench_alerts
#   tests/bench/rules.sh [ALERTS]        (default: 100000)
set -euo pipefail

alerts=${1:-100000}
gti=target/release/gti generator=target/release/examples/bench_alerts
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
export HOME=$room

for count in $((alerts / 10)) "$alerts"; do
    "$generator" "$count" > "$room/alerts"
    echo "$count alerts, $(($(wc -c < "$room/alerts") / count)) bytes each"
    for rules in keys rules; do
        for turn in 1 2 3; do
            command time -f "%e %U %S %M" -o "$room/time" \
                taskset -c 0 "$gti" -q rules test "tests/bench/$rules.toml" -i "$room/alerts" > "$room/out"
            read -r wall user system peak < "$room/time"
            printf '%s.toml (%d): %6.2f s  cpu %6.2f s  %8.0f alerts/s  peak %5.1f MB\n' "$rules" "$turn" "$wall" \
                "$(echo "$user + $system" | bc)" "$(echo "$count / $wall" | bc -l)" "$(echo "$peak / 1024" | bc -l)"
        done
    done
    [ "$(wc -l < "$room/out")" = "$count" ]
done
jq -r '.rule // "(none)"' "$room/out" | sort | uniq -c | sort -rn
