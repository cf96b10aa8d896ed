"""A receiver of deliveries: checks their signature and counts each key once.

Arguments: the file with the secret, a file to write the address to, and a file
that makes it refuse one record while it is there.
"""

import hashlib
import hmac
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

secret_file, address_file, refusing = sys.argv[1:]
with open(secret_file, "rb") as file:
    SECRET = file.read().rstrip(b"\r\n")
seen = set()
refused = None


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.verdict(body))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def verdict(self, body):
        global refused
        sent_at = self.headers.get("X-GTI-Timestamp", "0")
        code = hmac.new(SECRET, sent_at.encode() + b"." + body, hashlib.sha256).hexdigest()
        given = self.headers.get("X-GTI-Signature", "")
        fresh = sent_at.isdigit() and abs(time.time() - int(sent_at)) <= 300
        if not (fresh and hmac.compare_digest("sha256=" + code, given)):
            return 401
        key = self.headers["Idempotency-Key"]
        if os.path.exists(refusing) and refused in (None, key):
            refused = key
            print("refused one", flush=True)
            return 422
        if key not in seen:
            seen.add(key)
            print(f"incident {len(seen)}", flush=True)
        return 200

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Receiver)
with open(address_file + ".new", "w", encoding="ascii") as file:
    file.write(f"http://127.0.0.1:{server.server_port}/hook\n")
os.rename(address_file + ".new", address_file)
server.serve_forever()
