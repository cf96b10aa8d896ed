#!/usr/bin/env python3
"""Measures `gti mirror sync`, `gti match` and `gti annotate` from the mirror.

    cargo build --release --example bench_feeds && cargo build --release
    python3 tests/bench/mirror.py [--entries 1000000] [--events 1000000] [--kills 500]

Fills a mirror from a loopback server, matches and annotates a file from it, and kills
that many runs of `sync` at drawn instants: after each, the mirror has to be whole.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ARGS = argparse.ArgumentParser(description=__doc__.splitlines()[0])
ARGS.add_argument("--entries", type=int, default=1_000_000)
ARGS.add_argument("--events", type=int, default=1_000_000)
ARGS.add_argument("--kills", type=int, default=0)
TARGET = os.environ.get("CARGO_TARGET_DIR", "target")
GTI = os.path.join(TARGET, "release", "gti")
SERVER = os.path.join(TARGET, "release", "examples", "bench_feeds")
SYNC = [GTI, "mirror", "sync", "--lists", "malware", "--since", "1h", "-q"]


def environment(room, port):
    return {
        "HOME": room,
        "GTI_STATE_DIR": os.path.join(room, "state"),
        "GTI_CACHE_DIR": os.path.join(room, "cache"),
        "GTI_API_KEY": "simulated-key-0123456789",
        "GTI_BASE_URL": f"http://127.0.0.1:{port}/api/v3",
    }


def measure(label, command, env, stdin=None, bytes_in=0, lines=0):
    began = time.monotonic()
    with tempfile.TemporaryFile() as out:
        source = open(stdin, "rb") if stdin else subprocess.DEVNULL
        process = subprocess.Popen(command, stdin=source, stdout=out, env=env)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.monotonic() - began
        if os.waitstatus_to_exitcode(status) != 0:
            sys.exit(f"{label} failed")
    rates = ""
    if lines:
        rates += f" {lines / took:12,.0f} lines/s"
    if bytes_in:
        rates += f" {bytes_in / 1e6 / took:6.0f} MB/s"
    cpu = usage.ru_utime + usage.ru_stime
    print(f"{label:34} {took:7.2f} s (CPU {cpu:6.2f} s) {usage.ru_maxrss / 1024:6.1f} MB{rates}")


def status(env):
    shown = subprocess.run([GTI, "mirror", "status"], env=env, capture_output=True, check=True)
    return json.loads(shown.stdout)


def write_events(path, count, known):
    """DNS events; one in a hundred names a known value."""
    rng = random.Random(1)
    with open(path, "w") as file:
        for number in range(count):
            host = f"h{rng.randrange(10**9)}.cdn{rng.randrange(10**4)}.example.net"
            if number % 100 == 0 and known:
                host = rng.choice(known)
            file.write(
                f'{{"ts":{1767000000 + number},"uid":"C{rng.randrange(10**12):x}","id.orig_h":"10.0.{rng.randrange(256)}.{rng.randrange(256)}",'
                f'"id.resp_h":"198.51.100.{rng.randrange(256)}","proto":"udp","query":"{host}","rcode":0,"answers":["203.0.113.{rng.randrange(256)}"]}}\n'
            )
    return os.path.getsize(path)


def kill_runs(kills, port):
    rng = random.Random(2)
    done, span = 0, 2.0
    with tempfile.TemporaryDirectory() as room:
        env = environment(room, port)
        while done < kills:
            run = subprocess.Popen(SYNC, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(rng.random() * span)
            under_way = run.poll() is None
            run.send_signal(signal.SIGKILL)
            run.wait()
            done += under_way
            span = min(span * 1.1, 10) if under_way else span * 0.8
            if not os.path.exists(os.path.join(room, "state", "mirror.sqlite")):
                continue
            found = status(env)
            read = found["sources"][0]["read"] if found["sources"] else 0
            if found["entries"] != read:
                sys.exit(f"torn: {found}")
            if read:
                shutil.rmtree(os.path.join(room, "state"))
    print(f"{kills} runs killed, no mirror torn")


def main():
    args = ARGS.parse_args()
    server = subprocess.Popen([SERVER, "--entries", str(args.entries)], stdout=subprocess.PIPE)
    try:
        port = int(server.stdout.readline())
        with tempfile.TemporaryDirectory() as room:
            env = environment(room, port)
            measure(f"sync of {args.entries:,}", SYNC, env, lines=args.entries)
            found = status(env)
            print(f"{found['entries']:,} entries, {found['disk_bytes'] / 1e6:.0f} MB")
            archive = os.path.join(room, "mirror.gti")
            measure("export", [GTI, "mirror", "export", archive, "-q"], env)
            print(f"exported into {os.path.getsize(archive) / 1e6:.0f} MB")
            events = os.path.join(room, "events.jsonl")
            size = write_events(events, args.events, [])
            measure("annotate --from mirror", [GTI, "annotate", "--from", "mirror", "-q"], env, events, size, args.events)
            measure("match -j 1", [GTI, "match", events, "-j", "1"], env, None, size, args.events)
        if args.kills:
            small = subprocess.Popen([SERVER, "--entries", "20000"], stdout=subprocess.PIPE)
            try:
                kill_runs(args.kills, int(small.stdout.readline()))
            finally:
                small.kill()
    finally:
        server.kill()


if __name__ == "__main__":
    main()
