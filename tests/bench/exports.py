#!/usr/bin/env python3
"""Measures the formats of other programs on a threat list, on one core.

    cargo build --release
    python3 tests/bench/exports.py [--entries 100000] [--runs 3]

A server on the loopback interface serves the list from memory; `gti ingest threat-list` is
bound to one core and writes a file. What is counted is the processor's time of the whole
run: reading, parsing, encoding, writing. The best of the runs counts.
"""

import argparse
import http.server
import json
import os
import random
import subprocess
import tempfile
import threading
import time

ARGS = argparse.ArgumentParser(description=__doc__.splitlines()[0])
ARGS.add_argument("--entries", type=int, default=100_000)
ARGS.add_argument("--runs", type=int, default=3)
ARGS.add_argument("--gti", default="target/release/gti")
ARGS.add_argument("--only", default="", help="formats (a,b)")
FORMATS = ["jsonl", "ecs", "bulk", "hec", "cef", "values", "zeek", "suricata", "stix", "stix-opencti", "stix-sentinel", "misp"]


def entry(number, rng):
    """As recorded entries are, each of a value of its own."""
    kind = ("file", "url", "domain", "ip_address")[number % 4]
    digest = "%064x" % rng.getrandbits(256)
    value = {"file": digest, "url": digest, "domain": f"d{number:x}.example",
             "ip_address": f"2001:db8:{number >> 16:x}:{number & 0xffff:x}::7"}[kind]
    attributes = {
        "gti_assessment": {"verdict": {"value": "VERDICT_MALICIOUS"}, "threat_score": {"value": 30 + number % 70},
                           "severity": {"value": "SEVERITY_HIGH"}},
        "last_analysis_stats": {"malicious": 20, "suspicious": 1, "undetected": 40, "harmless": 9, "timeout": 0},
        "positives": 20, "last_analysis_date": 1_767_323_045 + number, "last_modification_date": 1_767_323_105 + number,
        "tags": ["downloader", "c2"],
    }
    if kind == "file":
        attributes.update(sha256=digest, sha1="%040x" % rng.getrandbits(160), md5="%032x" % rng.getrandbits(128),
                          meaningful_name=f"invoice-{number}.exe", size=123_456, names=[f"invoice-{number}.exe"])
    if kind == "url":
        attributes["url"] = f"http://d{number:x}.example/{number}"
    related = {"malware_families": {"data": [{"type": "collection", "id": f"malware--{number % 50}",
                                              "attributes": {"name": f"EXAMPLE{number % 50}"}}]}}
    return {"data": {"type": kind, "id": value, "attributes": attributes, "relationships": related}}


def serve(count):
    rng = random.Random(1)
    body = json.dumps({"iocs": [entry(number, rng) for number in range(count)]}).encode()

    class List(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), List)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port, len(body)


def run(options, port, room, name):
    out = os.path.join(room, "out")
    if os.path.exists(out):
        os.remove(out)
    line = [options.gti, "-q", "ingest", "threat-list", "x", "-f", name, "-o", out]
    environment = {"HOME": room, "PATH": os.environ["PATH"], "GTI_API_KEY": "simulated-key-0123456789", "GTI_BASE_URL": f"http://127.0.0.1:{port}"}
    began = time.monotonic()
    child = subprocess.Popen(line, env=environment, preexec_fn=lambda: os.sched_setaffinity(0, {0}))
    _, status, used = os.wait4(child.pid, 0)
    wall = time.monotonic() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{name}: exit {child.returncode}")
    return used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, os.path.getsize(out)


def main():
    options = ARGS.parse_args()
    names = options.only.split(",") if options.only else FORMATS
    for count in (options.entries // 10, options.entries):
        port, size = serve(count)
        print(f"{count:,} entries, {size / 1e6:.0f} MB of JSON")
        with tempfile.TemporaryDirectory() as room:
            for name in names:
                results = [run(options, port, room, name) for _ in range(options.runs)]
                cpu, wall, memory, written = min(results)
                print(f"  {name:14} cpu {cpu:6.2f} s  wall {wall:6.2f} s  {count / cpu:10,.0f} entries/s"
                      f"  peak {memory:6.1f} MB  {written / 1e6:6.1f} MB written", flush=True)


main()
