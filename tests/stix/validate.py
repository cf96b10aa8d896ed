"""Validates the bundle of every command that writes STIX, of the simulated API and of one
whose names are hostile. Started by `validate`, which has the packages."""

import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import uuid

import stix2
from stix2validator import ValidationOptions, validate_instance

GTI = os.path.abspath(os.environ["GTI_BIN"])
MALICIOUS = "d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed"
FULL = ["--tlp", "amber+strict", "--include-benign", "--valid-for", "ip=1h"]

# Ids are name-based on purpose (103); the validator knows no `based-on` to an observable
# (202) and wants hashes of linked pages (302).
OPTIONS = ValidationOptions(version="2.1", strict=True, disabled=["103", "202", "302"])

SIMULATED = [
    ["enrich", "evil.example", "benign.example", "203.0.113.7", "http://evil.example/a"],
    ["enrich", "evil.example", "203.0.113.7", "--relationships"],
    ["enrich", MALICIOUS, "--mitre", "--expand", "--relationships=malware_families,reports,"
     "collections,contacted_domains,contacted_ips,contacted_urls,dropped_files,attack_techniques"],
    ["enrich", "notfound.example"],
    ["vuln", "get", "CVE-2099-0001", "CVE-2099-0002", "--associations", "--expand"],
    ["vuln", "list", "-n", "100"],
    ["search", "--type", "collection", "-n", "40"],
    ["search", "--type", "report", "-n", "40"],
    ["search", "--type", "threat-actor", "-n", "40"],
    ["search", "--type", "malware-family", "-n", "40"],
    ["search", "--type", "software-toolkit", "-n", "40"],
    ["search", "--type", "campaign", "-n", "40"],
    ["search", "--type", "file", "-n", "20"],
    ["search", "--type", "url", "-n", "20", "--descriptors-only"],
    ["search", "--type", "domain", "-n", "40"],
    ["collection", "get", "report--25-20000000", "--expand",
     "--relationships", "files,domains,urls,ip_addresses,malware_families,attack_techniques"],
    ["scan", "url", "--private", "http://evil.example/"],
    ["scan", "rescan", MALICIOUS, "--mitre"],
]

HOSTILE = [
    "CVE-2026-1'; DROP TABLE x", "CVE-2026-00001", "CVE-2026-0001\n", "CAPEC-7", "cve", "", " ",
    "<script>alert(1)</script>", "\u202egnp.exe\u0000\u001b[31m", "'] OR [url:value = 'x", "\\",
    "a" * 5000, "\U0001f600", "=cmd()", "T1055", "../..", "vulnerability--cve-2026-0001",
]
TIMES = [None, 0, 1, -62135596800, 253402300799, 10**18, "1767323045", 1.5, [], 1767323045]


def hostile_attributes(name, at):
    when = TIMES[at % len(TIMES)]
    return {
        "name": name, "description": name, "url": name, "tags": [name, None, 7, name],
        "alt_names": [name, {"value": name}], "motivations": [{"value": name}],
        "malware_roles": [{"value": "Ransomware"}, {"value": name}], "collection_type": name,
        "creation_date": when, "last_modification_date": TIMES[(at + 3) % len(TIMES)],
        "first_seen": 1767323045, "last_seen": 5, "meaningful_name": name,
        "cpes": [{"start_rel": "=", "start_cpe": {"vendor": name, "product": name, "version": name,
                                                  "uri": "cpe:2.3:a:" + name}}],
        "affected_systems": [name],
        "gti_assessment": {"verdict": {"value": "VERDICT_MALICIOUS"}, "severity": {"value": name},
                           "threat_score": {"value": 101}, "description": name},
    }


def hostile_objects(kind="collection"):
    return [{"type": kind, "id": name or "x", "attributes": hostile_attributes(name, at)}
            for at, name in enumerate(HOSTILE)]


class Hostile(http.server.BaseHTTPRequestHandler):
    """Answers every question with names that pretend to be something."""

    def do_GET(self):
        path = self.path.split("?")[0]
        parts = path.removeprefix("/api/v3/").split("/")
        kinds = {"ip_addresses": "ip_address", "domains": "domain", "urls": "url", "files": "file"}
        if "search" in path:
            data = hostile_objects()
        elif len(parts) > 2:
            kind = {"resolutions": "resolution", "attack_techniques": "attack_technique"}
            data = hostile_objects(kind.get(parts[-1], kinds.get(parts[-1], "collection")))
        else:
            at = len(path)
            identity = http.server.urllib.parse.unquote(parts[1])
            data = {"type": kinds.get(parts[0], "collection"), "id": identity,
                    "attributes": hostile_attributes(HOSTILE[at % len(HOSTILE)], at)}
            data["attributes"].pop("url", None)
        body = json.dumps({"data": data}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


IOCS = ["198.51.100.7", "2001:db8::7", "evil_name.example", "xn--mnchen-3ya.example",
        "xn--ls8h.example", "http://evil.example/a|b'] OR [", "http://evil.example/%zz?a[]=1",
        "http://a_b.example/", "ab" * 16, "cd" * 20, "ef" * 32]
HOSTILE_RUNS = [
    ["enrich", *IOCS, "--relationships=malware_families,vulnerabilities,collections,reports,"
     "campaigns,related_threat_actors,software_toolkits,resolutions,urls", "--expand"],
    ["vuln", "get", "CVE-2026-0001", "--associations", "--expand"],
    ["vuln", "list"],
    ["search", "x"],
    ["collection", "get", "report--1", "threat-actor--1", "malware--1", "x", "--expand",
     "--relationships", "files,domains,urls,ip_addresses,vulnerabilities,attack_techniques"],
]


def references(value, key=""):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from references(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner, key)
    elif key.endswith(("_ref", "_refs")):
        yield value


def faults(bundle):
    """What is wrong with a bundle, in words."""
    objects = bundle.get("objects", [])
    shell = {**bundle, "objects": objects[:1]}
    if objects:
        for error in validate_instance(shell, OPTIONS).errors:
            yield f"bundle: {error.message}"
    known = set()
    for item in objects:
        if item["id"] in known:
            yield f"{item['id']} comes twice"
        for target in references(item):
            if target not in known:
                yield f"{item['id']} refers to {target}, which is not before it"
        known.add(item["id"])
        for error in validate_instance(item, OPTIONS).errors:
            yield f"{item['id']}: {error.message}"
        try:
            stix2.parse(json.dumps(item))
        except Exception as error:
            yield f"{item['id']}: stix2 refuses it: {error}"
        if "created" not in item:
            expected = stix2.parse(json.dumps({k: v for k, v in item.items() if k != "id"})).id
            if expected != item["id"] and uuid.UUID(expected.split("--")[1]).version == 5:
                yield f"{item['id']} should be {expected}"


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = tempfile.mkdtemp(prefix="gti-stix-")
    plain = {"HOME": home, "PATH": os.environ["PATH"]}
    hostile = {**plain, "GTI_API_KEY": "0" * 64, "GTI_RETRIES": "0",
               "GTI_BASE_URL": f"http://127.0.0.1:{server.server_port}/api/v3"}
    runs = [(["--sandbox", *line, *more], plain) for line in SIMULATED for more in ([], FULL)]
    runs += [([*line, *more], hostile) for line in HOSTILE_RUNS for more in ([], FULL)]
    bundles = [("src/output/stix/validated.json", open("src/output/stix/validated.json").read())]
    for line, environment in runs:
        ran = subprocess.run([GTI, *line, "-f", "stix"], env=environment, capture_output=True, text=True)
        if not ran.stdout:
            print(f"FAIL {' '.join(line)[:100]}: nothing on standard output, exit {ran.returncode}: {ran.stderr.strip()}")
            return 1
        bundles.append((" ".join(line), ran.stdout))
    failed = count = 0
    for name, text in bundles:
        bundle = json.loads(text)
        found = list(faults(bundle))
        count += len(bundle.get("objects", []))
        failed += bool(found)
        for fault in found[:5]:
            print(f"FAIL {name[:100]}: {fault.splitlines()[0][:300]}")
    print(f"{len(bundles)} bundles with {count} objects, {failed} not valid")
    return 1 if failed else 0


sys.exit(main())
