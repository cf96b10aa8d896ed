#!/usr/bin/env python3
"""Peak memory of every command against answers without an end.

Usage: tests/bench/memory.py [GTI [COMMAND]...]        (default: target/debug/gti, all)

Walks the tree of commands, so that a new one cannot be forgotten, and runs each
that asks the service against a server whose every answer has no end: as it is, in
gzip, as an error page, in its head. Prints the peak resident memory (MiB) and the
exit code as a table, and fails above 64 MiB, and where a run
ends with 0, by a signal, or not within two minutes.
"""

import http.server
import os
import re
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import zlib

GTI = sys.argv[1] if len(sys.argv) > 1 else "target/debug/gti"
LIMIT = 64.0
PATIENCE = 120
HASH = "ab" * 32
# A receiver whose replies have no end, of records that a simulated service has.
DELIVERY = "ingest … --webhook"

# What a leaf of the tree is run with; None for those that ask nobody.
ARGUMENTS = {
    "enrich": "enrich -i many.txt --relationships --mitre -j 8",
    "scan file": "scan file --private target.bin",
    "scan url": "scan url --public http://evil.example/",
    "scan status": f"scan status --private {HASH}",
    "scan rescan": f"scan rescan {HASH}",
    "scan delete": f"scan delete {HASH}",
    "ingest asm": "ingest asm --checkpoint a -o a.jsonl",
    "ingest dtm": "ingest dtm --checkpoint d -o d.jsonl",
    "ingest ioc-stream": "ingest ioc-stream --checkpoint i -o i.jsonl",
    "ingest threat-list": "ingest threat-list malware --checkpoint t -o t.jsonl",
    "ingest vuln": "ingest vuln --checkpoint v -o v.jsonl",
    "vuln get": "vuln get -i cves.txt --associations -j 8",
    "vuln list": "vuln list --all",
    "vuln rank": "vuln rank -i assets.csv",
    "collection get": "collection get malware--x",
    "collection list": "collection list --all",
    "widget": "widget -i many.txt -j 8",
    "search": "search entity:collection",
    "dtm list": "dtm list --all",
    "dtm show": "dtm show a b c d e f g h",
    "dtm update": "dtm update a b c d --status closed",
    "dtm monitors": "dtm monitors",
    "asm list": "asm list --all",
    "asm show": "asm show a b c d e f g h",
    "asm update": "asm update a b c d --status closed",
    "asm projects": "asm projects",
    "quota": "quota",
    "api": "api domains/evil.example",
    "auth status": "auth status",
    "doctor": "doctor",
    DELIVERY: "ingest ioc-stream --since 12h -n 20 --webhook RECEIVER --checkpoint hook",
}
LOCAL = {
    "auth login", "auth import", "extract", "open", "sandbox", "completions", "man", "help", "rules check",
    "rules test", "state list", "state show", "state rewind", "state replay", "state reset",
    "state verify", "state prune", "cache stats", "cache clear",
}


def leaves(words=()):
    """The leaves of the command tree, from the help texts."""
    shown = subprocess.run([GTI, *words, "--help"], capture_output=True, text=True).stdout
    names, inside = [], False
    for line in shown.splitlines():
        if re.match(r"^[A-Z].*:$", line):
            inside = not any(word in line for word in ("ption", "xample", "rguments"))
        match = re.match(r"^  ([a-z][a-z-]*)(  |$)", line)
        if inside and match and match[1] != "help":
            names.append(match[1])
    if not names:
        return [" ".join(words)]
    return [leaf for name in names for leaf in leaves((*words, name))]


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    mode = "plain"
    asked = 0

    def log_message(self, *_):
        pass

    def do_GET(self):
        length = int(self.headers.get("content-length") or 0)
        while length > 0:
            length -= len(self.rfile.read(min(length, 65536))) or length
        mode = Server.mode
        Server.asked += 1
        try:
            if mode == "headers":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while True:
                    self.wfile.write(b"X-Filler: " + b"a" * 8000 + b"\r\n")
            status = b"500 Internal Server Error" if mode == "error" else b"200 OK"
            coding = b"Content-Encoding: gzip\r\n" if mode == "gzip" else b""
            self.wfile.write(b"HTTP/1.1 " + status + b"\r\nContent-Type: application/json\r\n"
                             + coding + b"Connection: close\r\n\r\n")
            block = b" " * (1 << 20)
            if mode == "gzip":
                packer = zlib.compressobj(9, zlib.DEFLATED, 31)
                self.wfile.write(packer.compress(b'{"data":['))
                while True:
                    self.wfile.write(packer.compress(block) + packer.flush(zlib.Z_SYNC_FLUSH))
            self.wfile.write(b'{"data":[')
            while True:
                self.wfile.write(block)
        except OSError:
            pass
        self.close_connection = True

    do_POST = do_PATCH = do_DELETE = do_PUT = do_HEAD = do_GET


class Threads(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64


def measure(line, home, port):
    environment = {
        "PATH": os.environ["PATH"], "HOME": home, "GTI_API_KEY": "key-of-the-measurement",
        "GTI_BASE_URL": f"http://127.0.0.1:{port}/api/v3",
    }
    with open(os.path.join(home, "err"), "wb") as err:
        child = subprocess.Popen(
            [GTI, *line.split(), "--retries", "1", "--max-wait", "100ms"], cwd=home, env=environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err)
        ends = time.time() + PATIENCE
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                return usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)
            if time.time() > ends:
                child.kill()
                _, _, usage = os.wait4(child.pid, 0)
                return usage.ru_maxrss / 1024, "endless"
            time.sleep(0.02)


def simulate():
    """Starts the simulated service on a free port."""
    with socketserver.TCPServer(("127.0.0.1", 0), None) as free:
        port = free.server_address[1]
    child = subprocess.Popen([GTI, "sandbox", "--port", str(port)],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return child, port
        except OSError:
            time.sleep(0.05)


def main():
    global GTI
    GTI = os.path.abspath(GTI)
    found = leaves()
    unknown = [leaf for leaf in found if leaf not in ARGUMENTS and leaf not in LOCAL]
    server = Threads(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    service, simulated = simulate()
    modes = ["plain", "gzip", "error", "headers"]
    print("| command | " + " | ".join(f"{mode}: MiB, exit" for mode in modes) + " |")
    print("|---|" + "---|" * len(modes))
    worst, failed = 0.0, bool(unknown)
    only = sys.argv[2:]
    for leaf, line in ARGUMENTS.items():
        if only and leaf not in only:
            continue
        cells = []
        for mode in modes:
            Server.mode = mode
            home = tempfile.mkdtemp()
            write = lambda name, text: open(os.path.join(home, name), "w").write(text)
            write("many.txt", "".join(f"h{n}.example\n" for n in range(40)))
            write("cves.txt", "".join(f"CVE-2099-{n:04}\n" for n in range(1, 41)))
            write("assets.csv", "asset,cve\nweb,CVE-2099-0001\n")
            write("target.bin", "synthetic")
            line = line.replace("RECEIVER", f"http://127.0.0.1:{port}/hook")
            Server.asked = 0
            peak, code = measure(line, home, simulated if leaf == DELIVERY else port)
            # A run that never met the server says nothing.
            failed |= Server.asked == 0
            shutil.rmtree(home, ignore_errors=True)
            worst = max(worst, peak)
            failed |= peak > LIMIT or code == "endless" or (isinstance(code, int) and code < 0)
            failed |= code == 0
            cells.append(f"{peak:.0f}, {code}")
        print(f"| `{leaf}` | " + " | ".join(cells) + " |", flush=True)
    service.kill()
    print(f"\nworst: {worst:.0f} MiB of {LIMIT:.0f}")
    for leaf in unknown:
        print(f"not measured: {leaf}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
