#!/usr/bin/env python3
"""Measures what fleets rest on: records into PostgreSQL, files with a checkpoint,
deliveries in flight, and a large job that is killed.

    cargo build --release && cargo build --release --example bench_feeds
    tests/bench/fleets.py [postgres] [checkpoint] [webhook] [job]     (default: all)

postgres    100,000 items of a stream into PostgreSQL, beside psql and \\copy of the same rows
checkpoint  the same items into a file, with a checkpoint and without, in turns
webhook     2,000 deliveries to a receiver that takes 5 ms, one at a time and 64 in flight
job         100,000 look-ups with --checkpoint, killed 200 times

Needs python3; for postgres PostgreSQL's server programs (as root it runs as the user
postgres).
"""

import asyncio
import collections
import glob
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

TARGET = os.environ.get("CARGO_TARGET_DIR", "target")
GTI = os.environ.get("GTI", os.path.join(TARGET, "release", "gti"))
FEEDS = os.environ.get("FEEDS", os.path.join(TARGET, "release", "examples", "bench_feeds"))
ITEMS = 100_000
PORT = 5497


class Room:
    """A directory, and an environment that knows nothing but what is in it."""

    def __init__(self, base):
        self.path = tempfile.mkdtemp(prefix="gti-bench-")
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": self.path,
            "GTI_API_KEY": "simulated-key-0123456789",
            "GTI_BASE_URL": base,
            "GTI_STATE_DIR": os.path.join(self.path, "state"),
            "GTI_CACHE_DIR": os.path.join(self.path, "cache"),
        }

    def file(self, name):
        return os.path.join(self.path, name)

    def run(self, *arguments, expect=(0,)):
        """Seconds and the most memory (MB) of a run."""
        began = time.perf_counter()
        process = subprocess.Popen([GTI, *arguments], env=self.env, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in expect:
            sys.exit(f"gti {' '.join(arguments)}: exit {process.returncode}")
        return took, usage.ru_maxrss / 1024

    def close(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Feeds:
    """The loopback server of the stream."""

    def __init__(self):
        self.process = subprocess.Popen(
            [FEEDS, "--entries", "0", "--items", str(ITEMS)], stdout=subprocess.PIPE, text=True
        )
        self.base = f"http://127.0.0.1:{self.process.stdout.readline().strip()}"

    def close(self):
        self.process.kill()


STREAM = ["-q", "ingest", "ioc-stream", "--since", "2023-01-01T00:00:00Z"]


def postgres():
    programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
    feeds = Feeds()
    room = Room(feeds.base)
    os.chmod(room.path, 0o777)
    data = room.file("data")

    def server(*command):
        line = [os.path.join(programs, command[0]), *command[1:]]
        if os.geteuid() == 0:
            line = ["runuser", "-u", "postgres", "--", *line]
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def sql(text):
        line = ["psql", "-h", "127.0.0.1", "-p", str(PORT), "-U", "postgres", "-Atqc", text]
        return subprocess.run(line, check=True, capture_output=True, text=True).stdout.strip()

    server("initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8")
    server("pg_ctl", "-D", data, "-o", f"-p {PORT} -k ''", "-l", room.file("log"), "-w", "start")
    try:
        with open(room.file("config.toml"), "w", encoding="ascii") as file:
            url = f"postgres://postgres@127.0.0.1:{PORT}/postgres"
            file.write(f'[sinks.db]\nkind = "postgres"\nurl = "{url}"\n')
        os.chmod(room.file("config.toml"), 0o600)
        room.env["GTI_CONFIG"] = room.file("config.toml")
        room.run("-q", "sink", "init", "db")
        runs = []
        for turn in range(5):
            sql("TRUNCATE gti.records, gti.checkpoints, gti.seen CASCADE")
            runs.append(room.run(*STREAM, "--checkpoint", f"c{turn}", "--sink", "db"))
            count = int(sql("SELECT count(*) FROM gti.records"))
            if count != ITEMS:
                sys.exit(f"{count} rows of {ITEMS}")
        rows = room.file("rows")
        copy = ["psql", "-h", "127.0.0.1", "-p", str(PORT), "-U", "postgres", "-q", "-c"]
        subprocess.run([*copy, f"\\copy gti.records to '{rows}'"], check=True)
        copies = []
        for _ in range(5):
            sql("TRUNCATE gti.records")
            began = time.perf_counter()
            subprocess.run([*copy, f"\\copy gti.records from '{rows}'"], check=True)
            copies.append(time.perf_counter() - began)
        took = statistics.median(run[0] for run in runs)
        print(
            f"postgres: {ITEMS} items in {took:.2f} s, {ITEMS / took:,.0f} a second, "
            f"{max(run[1] for run in runs):.1f} MB; \\copy of the rows {statistics.median(copies):.2f} s"
        )
    finally:
        server("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        feeds.close()
        room.close()


def checkpoint():
    feeds = Feeds()
    room = Room(feeds.base)
    try:
        rounds = []
        for turn in range(9):
            plain, _ = room.run(*STREAM, "-o", room.file(f"a{turn}"))
            kept, _ = room.run(*STREAM, "-o", room.file(f"b{turn}"), "--checkpoint", f"c{turn}")
            rounds.append((plain, kept))
            os.remove(room.file(f"a{turn}"))
        plain, kept = (statistics.median(times) for times in zip(*rounds))
        ratio = statistics.median(plain / kept for plain, kept in rounds)
        print(f"checkpoint: {plain:.3f} s without, {kept:.3f} s with: {ratio:.2f} of the rate")
    finally:
        feeds.close()
        room.close()


class Loopback:
    """A server of its own thread; `answer` makes the body for a request line."""

    def __init__(self, answer, delay=0.0):
        self.answer, self.delay = answer, delay
        self.asked = collections.Counter()
        self.port = None
        ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self.serve(ready)), daemon=True).start()
        ready.wait()

    async def serve(self, ready):
        server = await asyncio.start_server(self.talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await server.serve_forever()

    async def talk(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = re.search(r"(?i)content-length: (\d+)", head)
                if length:
                    await reader.readexactly(int(length[1]))
                target = head.split(" ", 2)[1]
                self.asked[target] += 1
                if self.delay:
                    await asyncio.sleep(self.delay)
                body = self.answer(target).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                    % (len(body), body)
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def webhook():
    feeds = Feeds()
    receiver = Loopback(lambda _: "{}", delay=0.005)
    room = Room(feeds.base)
    hook = ["--webhook", f"http://127.0.0.1:{receiver.port}/", "-n", "2000"]
    try:
        took = {}
        for flight in ("1", "64"):
            took[flight], _ = room.run(
                *STREAM, *hook, "--in-flight", flight, "--checkpoint", f"w{flight}"
            )
        print(
            f"webhook: 2,000 deliveries of 5 ms one at a time {took['1']:.2f} s, "
            f"64 in flight {took['64']:.2f} s: {took['1'] / took['64']:.1f} times the rate"
        )
    finally:
        feeds.close()
        room.close()


def job():
    def report(target):
        name = target.rsplit("/", 1)[1]
        return json.dumps({"data": {"id": name, "type": "domain", "attributes": {}}})

    service = Loopback(report)
    room = Room(f"http://127.0.0.1:{service.port}/api/v3")
    inputs = [f"h{number:06}.example" for number in range(ITEMS)]
    with open(room.file("in.txt"), "w", encoding="ascii") as file:
        file.write("\n".join(inputs))
    out = room.file("out.jsonl")
    line = [GTI, "-q", "enrich", "-i", room.file("in.txt"), "--checkpoint", "big", "-o", out]
    began, kills, most = time.perf_counter(), 0, 0
    durable, asked = 0, {}
    while True:
        process = subprocess.Popen(line, env=room.env)
        if kills < 200:
            time.sleep(random.uniform(0.05, 0.4))
            process.kill()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        most = max(most, usage.ru_maxrss / 1024)
        if process.returncode == 0:
            break
        if process.returncode != -9:
            sys.exit(f"exit {process.returncode}")
        kills += 1
        shown = subprocess.run(
            [GTI, "-q", "state", "show", "big", "--jq", ".position.done"],
            env=room.env,
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()
        for name in inputs[durable : int(shown or 0)]:
            asked[name] = service.asked[f"/api/v3/domains/{name}"]
        durable = max(durable, int(shown or 0))
    with open(out, encoding="ascii") as file:
        found = [json.loads(line)["ioc"] for line in file]
    if found != inputs:
        sys.exit(f"{len(found)} records of {ITEMS}, or not in order")
    twice = [name for name, times in asked.items() if service.asked[f"/api/v3/domains/{name}"] != times]
    if twice:
        sys.exit(f"{len(twice)} were asked about after they were durable")
    print(
        f"job: {kills} kills, {len(found)} records in order, {sum(service.asked.values())} requests, "
        f"none for what was durable; {most:.1f} MB, {time.perf_counter() - began:.0f} s"
    )
    room.close()


def main():
    parts = {"postgres": postgres, "checkpoint": checkpoint, "webhook": webhook, "job": job}
    for name in sys.argv[1:] or parts:
        parts[name]()


if __name__ == "__main__":
    main()
