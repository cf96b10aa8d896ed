#!/usr/bin/env python3
"""Measures `gti match` beside `rg -F -f`, `grep -wFf` and `wc -l`.

    cargo build --release
    python3 tests/bench/matching.py [--log-mb 1000] [--values 1000000] [--runs 3]

Writes a proxy log and a list into a temporary directory, runs each program with warm
caches, and prints time, throughput, memory and how many of its lines are right: a line
counts when it names a value of the list, or a host below a domain of it, in any case,
and not when a value is only part of a longer name.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

ARGS = argparse.ArgumentParser(description=__doc__.splitlines()[0])
ARGS.add_argument("--log-mb", type=int, default=1000)
ARGS.add_argument("--values", type=int, default=1_000_000)
ARGS.add_argument("--runs", type=int, default=3)
ARGS.add_argument("--only", default="", help="programs to run (a,b): gti, gti-j2, rg, grep, wc")


def name(rng):
    return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=rng.randint(6, 14)))


def values(count):
    """Three in five are domains, one an address, one a hash."""
    rng = random.Random(1)
    for number in range(count):
        kind = number % 5
        if kind < 3:
            yield f"{name(rng)}.example"
        elif kind == 3:
            yield f"203.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}"
        else:
            yield "%064x" % rng.getrandbits(256)


def write_log(path, size, listed):
    """Lines of a proxy log; one in a thousand names a value, in one of the ways that
    logs have, and one in a thousand has one as a part of something longer."""
    rng = random.Random(2)
    right = 0
    agents = ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "curl/8.5.0", "Wget/1.21.4"]
    block = []
    for number in range(20_000):
        host = f"{name(rng)}.{rng.choice(['com', 'net', 'org'])}"
        line = (
            f"29/Nov/2026:05:{number // 60 % 60:02}:{number % 60:02} 10.0.{rng.randrange(256)}.{rng.randrange(256)} "
            f"TCP_MISS/200 {rng.randrange(99999)} GET http://{host}/{name(rng)}/{name(rng)}.html?id={rng.randrange(99999)} "
            f"- HIER_DIRECT/198.51.100.{rng.randrange(256)} text/html \"{rng.choice(agents)}\""
        )
        value = rng.choice(listed)
        if number % 1000 == 0:
            way = number // 1000 % 4
            hit = [value, value.upper(), f"sub.{value}" if value.endswith(".example") else value,
                   value.replace(".", "[.]", 1)][way]
            line = line.replace(host, hit)
            right += 1
        elif number % 1000 == 500:
            line = line.replace(host, f"x{value}x.com")
        block.append(line)
    text = ("\n".join(block) + "\n").encode()
    times = max(1, size * 1_000_000 // len(text))
    with open(path, "wb") as log:
        for _ in range(times):
            log.write(text)
    wrong = 20
    return times * len(text), right * times, wrong * times, times * len(block)


def write(path, log, count, size):
    """Writes the list and the log."""
    listed = list(values(count))
    with open(path, "w") as file:
        file.write("\n".join(listed) + "\n")
    return write_log(log, size, listed[:50_000])


def measure(command, runs):
    """The best time, the largest memory, and what was printed."""
    best, peak, lines = None, 0, 0
    for _ in range(runs):
        began = time.monotonic()
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            took = time.monotonic() - began
            if os.waitstatus_to_exitcode(status) not in (0, 1):
                sys.exit(f"{command[0]} failed")
            out.seek(0)
            text = out.read()
            lines = int(text.split()[0]) if command[0] == "wc" else text.count(b"\n")
        best = took if best is None else min(best, took)
        peak = max(peak, usage.ru_maxrss)
    return best, peak / 1024, lines


def main():
    args = ARGS.parse_args()
    target = os.environ.get("CARGO_TARGET_DIR", "target")
    gti = os.path.join(target, "release", "gti")
    with tempfile.TemporaryDirectory() as room:
        path, log = os.path.join(room, "list.txt"), os.path.join(room, "proxy.log")
        # In a process of its own: a child begins with the memory of its parent.
        with multiprocessing.Pool(1) as pool:
            size, right, wrong, count = pool.apply(write, (path, log, args.values, args.log_mb))
        empty = os.path.join(room, "empty.log")
        open(empty, "w").close()
        print(f"{size / 1e6:.0f} MB, {count:,} lines, {right:,} of them right, {wrong:,} traps; {args.values:,} values")
        gti_command = [gti, "match", log, "--against", path, "-f", "text"]
        programs = [
            ("gti -j1, list alone", [gti, "match", empty, "--against", path, "-j", "1"], "gti"),
            ("gti -j1", [*gti_command, "-j", "1"], "gti"),
            ("gti -j2", [*gti_command, "-j", "2"], "gti-j2"),
            ("rg -F -f", ["rg", "-F", "-f", path, log], "rg"),
            ("grep -wFf", ["grep", "-wFf", path, log], "grep"),
            ("wc -l", ["wc", "-l", log], "wc"),
        ]
        for label, command, short in programs:
            if args.only and short not in args.only.split(","):
                continue
            if shutil.which(command[0]) is None and not os.path.exists(command[0]):
                print(f"{label}: not installed")
                continue
            took, memory, lines = measure(command, args.runs)
            print(f"{label:20} {took:7.2f} s {size / 1e6 / took:8.0f} MB/s {memory:7.0f} MB {lines:,} lines")


if __name__ == "__main__":
    main()
