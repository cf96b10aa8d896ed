#!/usr/bin/env python3
"""An hour of IoC deltas beside bzip2 and tar, and a collection with many indicators.

Usage: tests/bench/archives.py [--megabytes 500] [--rounds 3] [--indicators 100000] [GTI]

Packs an archive of entries as the service has them (bzip2 of a tar of JSON lines),
serves it on loopback, and in each round lets `bzip2 -dc | tar -xO` unpack the same
bytes to a file, and `gti ingest deltas` read them into one. Prints wall time and peak
memory of both, and whether the two files hold the same. Then reads collections with a
tenth of the indicators and with all of them: memory has to be the same.
"""

import argparse
import hashlib
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

PAGE = 40
HOUR = "2026010203"


def entry(index):
    """An entry of about a kilobyte; no two alike."""
    digest = hashlib.sha512(str(index).encode()).hexdigest()
    sha256, md5, family = digest[:64], digest[64:96], digest[96:128]
    return json.dumps({
        "id": sha256,
        "type": "file",
        "attributes": {
            "sha256": sha256, "sha1": digest[10:50], "md5": md5,
            "meaningful_name": f"sample-{index}.exe",
            "names": [f"sample-{index}.exe", md5, "a \"quoted\" name.bin"],
            "size": index * 37 % 9_000_000,
            "gti_assessment": {
                "verdict": {"value": "VERDICT_MALICIOUS"},
                "severity": {"value": "SEVERITY_HIGH"},
                "threat_score": {"value": index % 101},
            },
            "creation_date": 1767000000 + index % 400000,
            "last_modification_date": 1767300000 + index % 3600,
        },
        "relationships": {
            "malware_families": {"data": [{
                "type": "collection", "id": f"malware--{family}",
                "attributes": {"collection_type": "malware-family", "name": "EXAMPLE.FAMILY"},
            }]},
        },
    }, separators=(",", ":"))


def pack(directory, megabytes):
    """The archive, packed by the usual tools; sixty members, as minutes are."""
    members, index, written = [], 0, 0
    for minute in range(60):
        name = f"{HOUR}{minute:02}.ndjson"
        members.append(name)
        with open(os.path.join(directory, name), "w", encoding="utf-8") as member:
            while written < megabytes * 1_000_000 * (minute + 1) / 60:
                line = entry(index) + "\n"
                member.write(line)
                written += len(line)
                index += 1
    plain = os.path.join(directory, "hour.tar")
    subprocess.run(["tar", "-C", directory, "-cf", plain, *members], check=True)
    for name in members:
        os.remove(os.path.join(directory, name))
    subprocess.run(["bzip2", "-9", plain], check=True)
    return plain + ".bz2", index


class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    archive = ""
    indicators = 0
    wbufsize = 1 << 16

    def log_message(self, *_):
        pass

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if "/sync/ioc-deltas/" in url.path:
            return self.send_archive()
        query = dict(urllib.parse.parse_qsl(url.query))
        start = int(query.get("cursor", 0))
        if url.path.endswith("/collections"):
            return self.send_page([{
                "type": "collection", "id": "report--1",
                "attributes": {
                    "name": "A report", "collection_type": "report",
                    "last_modification_date": int(time.time()) - 600,
                    "counters": {"files": Service.indicators, "domains": 0, "ip_addresses": 0, "urls": 0},
                },
            }], None)
        end = min(start + PAGE, Service.indicators)
        items = ",".join(entry(index) for index in range(start, end))
        self.send_json(f'{{"data":[{items}]{self.meta(end)}}}'.encode())

    @staticmethod
    def meta(end):
        return "" if end >= Service.indicators else f',"meta":{{"cursor":"{end}"}}'

    def send_page(self, items, _):
        self.send_json(json.dumps({"data": items}).encode())

    def send_json(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_archive(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(os.path.getsize(Service.archive)))
        self.end_headers()
        self.wfile.flush()
        with open(Service.archive, "rb") as archive:
            self.connection.sendfile(archive)


def run(command, **options):
    """Wall seconds, processor seconds, and peak memory in MB of a command."""
    begun = time.monotonic()
    child = subprocess.Popen(command, **options)
    _, status, used = os.wait4(child.pid, 0)
    took = time.monotonic() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{command} ended with {child.returncode}")
    return took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gti", nargs="?", default="target/release/gti")
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--indicators", type=int, default=100_000)
    asked = parser.parse_args()
    gti = os.path.abspath(asked.gti)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as room:
        environment = {
            "PATH": os.environ["PATH"], "HOME": room, "GTI_API_KEY": "simulated-key-0123456789",
            "GTI_BASE_URL": f"http://127.0.0.1:{server.server_port}/api/v3",
            "GTI_STATE_DIR": os.path.join(room, "state"), "GTI_CACHE_DIR": os.path.join(room, "cache"),
        }
        Service.archive, entries = pack(room, asked.megabytes)
        size = os.path.getsize(Service.archive)
        print(f"{entries:,} entries, {asked.megabytes} MB, packed {size / 1e6:.0f} MB")
        theirs, ours = os.path.join(room, "theirs"), os.path.join(room, "ours")
        unpack = f"bzip2 -dc '{Service.archive}' | tar -xO > '{theirs}'"
        for round_ in range(asked.rounds):
            tools = run(["sh", "-c", unpack])
            mine = run(
                [gti, "-q", "ingest", "deltas", "--hour", HOUR, "--type", "file", "-f", "jsonl", "-o", ours],
                env=environment, cwd=room)
            print(f"round {round_ + 1}: bzip2 | tar {tools[0]:.1f} s; "
                  f"gti {mine[0]:.1f} s, {mine[1]:.1f} s of CPU, {mine[2]:.1f} MB; ratio {mine[0] / tools[0]:.2f}")
        print("the same bytes" if digest(theirs) == digest(ours) else "OTHER BYTES")
        for count in (asked.indicators // 10, asked.indicators):
            Service.indicators = count
            out = os.path.join(room, "indicators")
            took = run(
                [gti, "-q", "ingest", "collections", "--type", "report", "--iocs", "--since", "1d",
                 "-f", "jsonl", "-o", out], env=environment, cwd=room)
            with open(out, "rb") as file:
                lines = sum(1 for _ in file)
            print(f"{count:,} indicators of a collection: {lines:,} records, {took[0]:.1f} s, {took[2]:.1f} MB")


if __name__ == "__main__":
    main()
