#!/usr/bin/env python3
"""Measures the IOC stream in pages of 40 beside curl fetching the same pages.

    cargo build --release && cargo build --release --example bench_feeds
    tests/bench/stream.py [ROUNDS] [ITEMS]        (default: 40 100000)

Both take turns against one loopback server. Needs python3 and curl. On a shared
machine the hypervisor takes time away (steal in /proc/stat), which hurts the one
that uses two cores more: the medians are given for all rounds, and for those of
which it took less than 5 %.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

TARGET = os.environ.get("CARGO_TARGET_DIR", "target")
GTI = os.path.join(TARGET, "release", "gti")
SERVER = os.path.join(TARGET, "release", "examples", "bench_feeds")
PAGE = 40
QUIET = 0.05


class Run:
    """One finished process: seconds of wall and CPU time, and the share stolen."""

    def __init__(self, command, env):
        stolen, passed = ticks()
        began = time.perf_counter()
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        self.wall = time.perf_counter() - began
        self.cpu = usage.ru_utime + usage.ru_stime
        after = ticks()
        self.stolen = (after[0] - stolen) / max(1, after[1] - passed)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{' '.join(command)}: exit {process.returncode}")


def ticks():
    """What the hypervisor took from all cores so far, and what there was."""
    with open("/proc/stat", encoding="ascii") as stat:
        fields = [int(field) for field in stat.readline().split()[1:9]]
    return fields[7], sum(fields)


def tell(name, rounds):
    """The medians of so many rounds; a ratio is that of one round."""
    if not rounds:
        return
    curl, gti, kept = (statistics.median(run.wall for run in runs) for runs in zip(*rounds))
    cpu = statistics.median(gti.cpu for _, gti, _ in rounds)
    ratios = sorted(curl.wall / gti.wall for curl, gti, _ in rounds)
    low, high = ratios[len(ratios) // 4], ratios[3 * len(ratios) // 4]
    print(
        f"{name}, {len(rounds)}: curl {curl:.3f} s, gti {gti:.3f} s ({cpu:.3f} s of CPU); "
        f"{statistics.median(ratios):.2f} of curl's rate "
        f"(half of the rounds {low:.2f}-{high:.2f}); with a checkpoint {kept:.3f} s"
    )


def main():
    rounds, items = (int(arg) for arg in (sys.argv[1:] + ["40", "100000"][len(sys.argv) - 1 :]))
    room = tempfile.TemporaryDirectory(prefix="gti-bench-")
    server = subprocess.Popen(
        [SERVER, "--entries", "0", "--items", str(items)], stdout=subprocess.PIPE, text=True
    )
    base = f"http://127.0.0.1:{server.stdout.readline().strip()}"
    urls, out = os.path.join(room.name, "urls"), os.path.join(room.name, "out")
    with open(urls, "w", encoding="ascii") as file:
        for page in range(-(-items // PAGE)):
            url = f"{base}/ioc_stream?limit={PAGE}&cursor={page}"
            file.write(f'url = "{url}"\noutput = "/dev/null"\n')
    env = {
        "PATH": os.environ["PATH"],
        "HOME": room.name,
        "GTI_API_KEY": "any",
        "GTI_BASE_URL": base,
        "GTI_STATE_DIR": os.path.join(room.name, "state"),
    }
    ingest = [GTI, "-q", "ingest", "ioc-stream", "--since", "2023-01-01T00:00:00Z"]

    def fresh(command):
        if os.path.exists(out):
            os.remove(out)
        return Run(command, env)

    done = []
    try:
        for turn in range(rounds):
            curl = fresh(["curl", "-s", "--config", urls])
            gti = fresh([*ingest, "-o", out])
            with open(out, "rb") as file:
                lines = sum(1 for _ in file)
            if lines != items:
                sys.exit(f"{lines} items of {items}")
            # A file belongs to its checkpoint.
            kept = fresh([*ingest, "-o", f"{out}{turn}", "--checkpoint", f"c{turn}"])
            done.append((curl, gti, kept))
    finally:
        server.kill()
    tell("all rounds", done)
    # The run with a checkpoint waits for the disk, and is no reason to count less.
    quiet = [one for one in done if max(one[0].stolen, one[1].stolen) < QUIET]
    tell("quiet rounds", quiet)


if __name__ == "__main__":
    main()
