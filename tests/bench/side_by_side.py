#!/usr/bin/env python3
"""Measures gti beside curl against a loopback server, and prints a table.

    cargo build --release --bins --example bench_server && tests/bench/side_by_side.py

Needs python3, curl and openssl. Each figure is the median of several runs of
one invocation; compare ratios within one table, not across machines.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time

TARGET = os.environ.get("CARGO_TARGET_DIR", "target")
GTI = os.path.join(TARGET, "release", "gti")
SERVER = os.path.join(TARGET, "release", "examples", "bench_server")
SYSTEM_CAS = "/etc/ssl/certs/ca-certificates.crt"


class Run:
    """One finished process: seconds of wall and CPU time, peak memory in MB."""

    def __init__(self, wall, cpu, memory, first):
        self.wall, self.cpu, self.memory, self.first = wall, cpu, memory, first


class Watcher(threading.Thread):
    """Reads a process's peak memory until it has gone.

    The rusage of a child is of no use here: it includes this script's own
    memory, from before the child became another program.
    """

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.path, self.kilobytes = f"/proc/{pid}/status", 0
        self.start()

    def run(self):
        try:
            while True:
                with open(self.path, encoding="ascii") as status:
                    for line in status:
                        if line.startswith("VmHWM:"):
                            self.kilobytes = int(line.split()[1])
                time.sleep(0.002)
        except (OSError, ValueError):
            return

    def peak(self):
        """In megabytes."""
        self.join()
        return self.kilobytes / 1024


def run(command, stdin=None, env=None, watch=False):
    """Runs a command to its end; with `watch`, notes when output begins."""
    out = subprocess.PIPE if watch else subprocess.DEVNULL
    source = open(stdin, "rb") if stdin else subprocess.DEVNULL
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=source, stdout=out, env=env)
    watcher = Watcher(process.pid)
    first = None
    if watch:
        process.stdout.read(1)
        first = time.perf_counter() - began
        while process.stdout.read(1 << 20):
            pass
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit {process.returncode}")
    return Run(wall, usage.ru_utime + usage.ru_stime, watcher.peak(), first)


def median(runs):
    """The run whose wall time is the median."""
    return sorted(runs, key=lambda one: one.wall)[len(runs) // 2]


def repeated(times, *args, **kwargs):
    return median([run(*args, **kwargs) for _ in range(times)])


class Server:
    """The loopback server, for the length of a `with` block."""

    def __init__(self, *args):
        self.args = args

    def __enter__(self):
        self.process = subprocess.Popen([SERVER, *self.args], stdout=subprocess.PIPE, text=True)
        self.port = self.process.stdout.readline().strip()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def row(what, figure, bound, met):
    print(f"| {what} | {figure} | {bound} | {'met' if met else '**not met**'} |", flush=True)


def main():
    directory = tempfile.TemporaryDirectory(prefix="gti-bench-")
    home = directory.name
    env = {
        "PATH": os.environ["PATH"],
        "HOME": home,
        "GTI_API_KEY": "0123456789abcdef" * 4,
        "GTI_CACHE_DIR": os.path.join(home, "cache"),
    }
    counts = iter(range(10**9))

    def fresh():
        """An environment with an empty cache."""
        return env | {"GTI_CACHE_DIR": os.path.join(home, f"cache{next(counts)}")}

    def inputs(count):
        path = os.path.join(home, f"iocs{count}")
        with open(path, "w", encoding="ascii") as file:
            for number in range(count):
                file.write(f"2001:db8::{number >> 16:x}:{number & 0xffff:x}\n")
        return path

    print("| what | measured | asked for | |\n|---|---|---|---|")

    start = repeated(51, [GTI, "--version"], env=env)
    row("start (`gti --version`)", f"{start.wall * 1000:.1f} ms", "3 ms", start.wall <= 0.003)

    def against_curl(what, url, gti_args, curl_args):
        ours, theirs = [], []
        for _ in range(41):
            ours.append(run([GTI, "--base-url", url, *gti_args, "enrich", "203.0.113.7"], env=fresh()))
            theirs.append(run(["curl", "-s", *curl_args, f"{url}/ip_addresses/203.0.113.7"], env=env))
        ours, theirs = median(ours), median(theirs)
        ratio = ours.wall / theirs.wall
        row(
            what,
            f"{ours.wall * 1000:.1f} ms against {theirs.wall * 1000:.1f} ms of curl: {ratio:.2f} ×; {ours.memory:.1f} MB",
            "1.3 ×, 20 MB",
            ratio <= 1.3 and ours.memory <= 20,
        )

    with Server() as server:
        url = f"http://127.0.0.1:{server.port}"
        against_curl("one look-up, http", url, [], [])

        for label, extra in (("", []), (", `--no-cache`", ["--no-cache"])):
            runs = [run([GTI, "--base-url", url, "enrich", *extra], stdin=inputs(1000), env=fresh(), watch=True) for _ in range(7)]
            bulk = median(runs)
            row(
                f"1,000 look-ups from stdin, `-j 8`{label}",
                f"{bulk.wall:.3f} s, {bulk.cpu:.3f} ms CPU each, first record after {bulk.first * 1000:.0f} ms, {bulk.memory:.1f} MB",
                "0.35 s, 0.3 ms, 20 MB",
                bulk.wall <= 0.35 and bulk.cpu <= 0.3 and bulk.memory <= 20,
            )

        kept = fresh()
        many = run([GTI, "--base-url", url, "enrich"], stdin=inputs(10000), env=kept)
        cached = repeated(5, [GTI, "--base-url", url, "enrich"], stdin=inputs(10000), env=kept)
        row("10,000 cached look-ups", f"{cached.wall:.2f} s, {cached.memory:.1f} MB", "1 s, 20 MB", cached.wall < 1 and cached.memory <= 20)
        lots = run([GTI, "--base-url", url, "enrich"], stdin=inputs(100000), env=fresh())
        row(
            "peak memory, 10,000 and 100,000 look-ups",
            f"{many.memory:.1f} MB and {lots.memory:.1f} MB ({lots.wall:.1f} s)",
            "20 MB, the same",
            lots.memory <= 20 and lots.memory <= many.memory * 1.1,
        )

    with Server("--indent") as server:
        url = f"http://127.0.0.1:{server.port}"
        bulk = median([run([GTI, "--base-url", url, "enrich"], stdin=inputs(1000), env=fresh()) for _ in range(7)])
        row(
            "1,000 look-ups, indented answers made one line",
            f"{bulk.wall:.3f} s, {bulk.cpu:.3f} ms CPU each, {bulk.memory:.1f} MB",
            "–",
            True,
        )

    with Server("--latency", "50") as server:
        url = f"http://127.0.0.1:{server.port}"
        slow = run([GTI, "--base-url", url, "-j", "64", "enrich"], stdin=inputs(10000), env=fresh())
        bound = 10000 / 64 * 0.05
        row(
            "10,000 look-ups at 50 ms, `-j 64`",
            f"{slow.wall:.2f} s: {slow.wall / bound:.3f} × the latency bound; {slow.memory:.1f} MB",
            "1.15 ×, 20 MB",
            slow.wall <= bound * 1.15 and slow.memory <= 20,
        )

    def openssl(*args):
        subprocess.run(["openssl", *args], check=True, cwd=home, stderr=subprocess.DEVNULL)

    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=bench CA", "-days", "2")
    openssl("req", *curve, "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=localhost")
    with open(os.path.join(home, "san"), "w", encoding="ascii") as san:
        san.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-out", "leaf.pem", "-days", "2", "-extfile", "san")
    file = lambda name: os.path.join(home, name)
    # Both load the system's store and one more authority.
    with open(file("all.pem"), "w", encoding="ascii") as everything:
        for part in (SYSTEM_CAS, file("ca.pem")):
            with open(part, encoding="ascii") as source:
                everything.write(source.read())
    with Server("--tls", file("leaf.pem"), file("leaf.key")) as server:
        url = f"https://localhost:{server.port}"
        against_curl("one look-up, TLS, the system's trust store", url, ["--ca-cert", file("ca.pem")], ["--cacert", file("all.pem")])


if __name__ == "__main__":
    main()
