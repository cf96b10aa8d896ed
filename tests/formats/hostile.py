"""A service whose every text pretends to be something, and whose objects have the shapes of
recorded answers: members that are missing, null or of another type."""

import http.server
import json
import threading
from urllib.parse import unquote

NAMES = [
    "CVE-2026-1'; DROP TABLE x", "CVE-2026-00001", "CVE-2026-0001\n", "CAPEC-7", "cve", "", " ",
    "<script>alert(1)</script>", "\u202egnp.exe\u0000\u001b[31m", "'] OR [url:value = 'x", "\\",
    "a" * 5000, "\U0001f600", "=cmd()", "T1055", "../..", "vulnerability--cve-2026-0001",
    "a\tb\rc\u2028d\u0085e", "x|y\\|z\\", "a=b cs1=forged", "\"; sid:1; rev:1;)", "`` ` ``", "@all #1 [x](http://evil.example)",
    "tlp:WHITE", "misp-galaxy:threat-actor=\"x\"", "\\x41", "-", "#fields", "|| | ---|", "{\"create\":{}}",
]
TIMES = [None, 0, 1, -62135596800, 253402300799, 10**18, "1767323045", 1.5, [], 1767323045]
TEXT_TIMES = ["2026-01-02T03:04:05.123Z", "", None, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "x", 5,
              "2026-01-02T03:04:05+02:00"]
VALUES = {
    "ip_address": ["198.51.100.7", "2001:db8::7", "::ffff:198.51.100.7", "198.51.100.007", "x", "2001:DB8::8"],
    "domain": ["evil.example", "Evil.Example", "xn--mnchen-3ya.example", "m\u00fcnchen.example", "evil.example.", "a_b.example",
               "-x.example", "evil.example\tIntel::ADDR", "evil.example CNAME .", "*.example", f"{'a' * 63}.{'b' * 63}.{'c' * 63}.{'d' * 50}"],
    "url": ["http://evil.example/a?b=c#d", "HTTP://U:P@Evil.example:80", "http://[2001:db8::7]:8080/", "ftp://evil.example/a",
            "http://evil.example/a b", "http://evil.example/\"; sid:1;)", "http://evil.example/a|b\\c", "javascript:alert(1)",
            "http://evil.example/\u00e4\u202e", "http://evil.example/" + "a" * 3000, "http://m\u00fcnchen.example/", "http://198.51.100.7?x",
            "http://evil.example/a;b=c", "http://evil.example/%zz'%22"],
    "file": ["ab" * 32, "CD" * 32, "ef" * 20, "01" * 16, "xyz"],
}


def pick(values, at):
    return values[at % len(values)]


def attributes(name, at):
    when = pick(TIMES, at)
    return {
        "name": name, "description": name, "tags": [name, None, 7, name], "title": name, "as_owner": name, "country": name,
        "asn": pick([64496, -1, None, "7", 10**12], at), "size": pick([1, -1, None, "x"], at), "meaningful_name": name,
        "md5": pick(["01" * 16, name, None], at), "sha1": pick(["ef" * 20, None, 7], at), "ssdeep": name, "tlsh": name,
        "last_final_url": name, "alt_names": [name, {"value": name}], "motivations": [{"value": name}],
        "malware_roles": [{"value": "Ransomware"}, {"value": name}], "collection_type": name,
        "creation_date": when, "last_modification_date": pick(TIMES, at + 3), "last_analysis_date": pick(TIMES, at + 5),
        "first_submission_date": pick(TIMES, at + 2), "last_submission_date": when, "first_seen": 1767323045, "last_seen": 5,
        "last_analysis_stats": pick([{"malicious": 5, "undetected": 10}, {}, None, {"malicious": "x"}], at),
        "cpes": [{"start_rel": "=", "start_cpe": {"vendor": name, "product": name, "version": name, "uri": "cpe:2.3:a:" + name}}],
        "affected_systems": [name], "risk_rating": name, "cvss": {"cvssv3_x": {"base_score": pick([9.8, "x", None, 5], at), "vector": name}},
        "gti_assessment": pick([
            {"verdict": {"value": "VERDICT_MALICIOUS"}, "severity": {"value": name}, "threat_score": {"value": 101}, "description": name},
            {"verdict": {"value": "VERDICT_SUSPICIOUS"}, "severity": {"value": "SEVERITY_HIGH"}, "threat_score": {"value": 87}},
            {"verdict": {"value": "VERDICT_MALICIOUS"}, "threat_score": {"value": -1}}, {"verdict": {"value": name}}, None,
            {"verdict": {"value": "VERDICT_BENIGN"}, "threat_score": {"value": 0}},
        ], at),
    }


def related(name):
    item = {"type": "collection", "id": name or "x", "attributes": {"name": name}}
    return {"malware_families": {"data": [{**item, "id": f"malware--{name}"}]}, "threat_actors": {"data": [{**item, "id": f"threat-actor--{name}"}]},
            "reports": {"data": [item], "meta": {"cursor": "x"}}, "campaigns": {"data": None}, "collections": None}


def context(name, at):
    return {"notification_id": str(10**10 + at), "notification_date": pick(TIMES, at + 1), "origin": "subscriptions", "hunting_info": None,
            "sources": [{"id": name, "type": "threat_profile", "label": name}, {"id": f"malware--{name}", "type": "collection", "label": name}],
            "tags": [name]}


def indicators():
    """Each value with each name, more or less: as many as the longer list has."""
    for kind, values in VALUES.items():
        for at in range(max(len(values), len(NAMES))):
            value, name = pick(values, at), pick(NAMES, at)
            if at >= len(values) and kind == "domain":
                value = f"again-{at}.example"
            elif at >= len(values) and kind == "url":
                value = f"http://again-{at}.example/"
            elif at >= len(values):
                value = f"{at:064x}" if kind == "file" else f"198.51.100.{at}"
            item = {"type": kind, "id": f"{at:064x}" if kind == "url" else value, "attributes": attributes(name, at)}
            if kind == "url":
                item["attributes"]["url"] = value
            if kind == "file" and len(value) == 64:
                item["attributes"]["sha256"] = value
            yield {**item, "relationships": related(name)}
    # As recorded: descriptors with nothing but an id, and a URL whose id is itself.
    yield {"type": "domain", "id": "bare.example"}
    yield {"type": "url", "id": "http://bare.example/?a=00"}
    yield {"type": "url", "id": "cd" * 32, "context_attributes": {"url": "http://bare.example/b"}}
    yield {"type": "file", "id": "fe" * 32, "attributes": None, "relationships": None}


def collections(kind="collection"):
    return [{"type": kind, "id": name or "x", "attributes": attributes(name, at)} for at, name in enumerate(NAMES)]


def alerts():
    for at, name in enumerate(NAMES):
        yield {"id": f"{at:020d}", "title": name, "alert_type": name, "alert_summary": name, "severity": pick(["high", name, None], at),
               "status": name, "monitor_id": name, "monitor_name": name, "tags": [name, None], "indicator_mscore": pick([50, 101, -1, None], at),
               "created_at": "2026-01-02T03:04:05.000Z", "updated_at": pick([*TEXT_TIMES[:2], None], at), "topic_matches": [{"value": name}],
               "doc": {"__id": name, "__type": name, "body": name, "author": {"identity": {"name": name}}}}
    yield {"id": "bare", "created_at": "2026-01-02T03:04:05Z"}


def issues():
    for at, name in enumerate(NAMES):
        yield {"id": f"{at:064d}", "uid": f"{at:064d}", "name": name, "pretty_name": name, "description": name, "entity_name": name,
               "collection": name, "first_seen": "2026-01-02T03:04:05.000Z", "last_seen": "2026-01-03T03:04:05.000Z", "tags": [name],
               "summary": {"category": name, "severity": pick([1, 5, 9, None], at), "status": name, "pretty_name": name},
               "details": {"severity": pick([2, "x", None], at), "references": [name]}}
    yield {"uid": "f" * 64, "first_seen": "2026-01-02T03:04:05.000Z", "details": None}


def gti_alerts():
    for at, name in enumerate(NAMES):
        yield {"name": f"projects/p/alerts/{at:08d}", "displayName": name, "state": name, "aiSummary": name, "etag": name,
               "audit": {"createTime": "2026-01-02T03:04:05Z", "updateTime": "2026-01-03T03:04:05Z"}, "tags": [name],
               "detail": {"detailType": name}, "severityAnalysis": {"severityLevel": pick(["SEVERITY_LEVEL_HIGH", name], at)}}


class Service(http.server.BaseHTTPRequestHandler):
    """Answers every question."""

    def answer(self):
        path = unquote(self.path.split("?")[0])
        parts = path.removeprefix("/api/v3/").removeprefix("private/").split("/")
        kinds = {"ip_addresses": "ip_address", "domains": "domain", "urls": "url", "files": "file"}
        if parts[0] == "ioc_stream":
            return {"data": [{**item, "context_attributes": {**context(pick(NAMES, at), at), **item.get("context_attributes", {})}}
                             for at, item in enumerate(indicators())], "meta": {}}
        if parts[0] == "threat_lists":
            return {"iocs": [{"data": item} for item in indicators()]}
        if parts[:2] == ["dtm", "alerts"]:
            found = list(alerts())
            return {"alerts": found} if len(parts) == 2 else {**found[8], "id": parts[2]}
        if parts[:3] == ["asm", "search", "issues"]:
            return {"success": True, "message": "x", "result": {"timed_out": False, "more": False, "hits": list(issues())}}
        if parts[:2] == ["asm", "issues"]:
            return {"success": True, "message": "x", "result": {**pick(list(issues()), 11), "uid": parts[2], "id": None}}
        if "token" in path:
            return {"access_token": "t", "token_type": "Bearer", "expires_in": 300}
        if "projects" in path:
            found = list(gti_alerts())
            return {"alerts": found} if path.endswith("/alerts") else {**found[5], "name": path[path.index("projects"):]}
        if parts[:2] == ["intelligence", "search"]:
            return {"data": [*collections(), *indicators()], "meta": {}}
        if parts == ["collections"]:
            return {"data": collections(), "meta": {}}
        if parts[0] == "analyses":
            return {"data": {"type": "analysis", "id": parts[1], "attributes": {"status": "completed", "date": 1767323045, "stats": {"malicious": 2}}},
                    "meta": {"url_info": {"id": "ab" * 32, "url": "http://evil.example/"}}}
        if self.command == "POST":
            return {"data": {"type": "analysis", "id": f"u-{'ab' * 32}-1767323045"}}
        if parts[-1] == "behaviour_mitre_trees":
            tactic = [{"id": "TA0002", "name": name, "techniques": [{"id": name, "name": name, "signatures": [{"severity": name, "description": name}]},
                      {"id": "T1059.001", "name": name, "signatures": [{"severity": "HIGH"}]}]} for name in NAMES]
            return {"data": {pick(NAMES, 8): {"tactics": tactic}, "x": {"tactics": [{"id": "TA0002", "name": "Execution", "techniques": [
                {"id": "T1059", "name": "x", "signatures": []}]}]}}}
        if len(parts) > 2:
            kind = {"resolutions": "resolution", "attack_techniques": "attack_technique"}
            return {"data": collections(kind.get(parts[-1], kinds.get(parts[-1], "collection")))}
        at = len(path)
        found = {"type": kinds.get(parts[0], "collection"), "id": parts[1], "attributes": attributes(pick(NAMES, at), at),
                 "relationships": related(pick(NAMES, at))}
        if parts[1].startswith("vulnerability--"):
            found["attributes"].update(collection_type="vulnerability", name=parts[1].removeprefix("vulnerability--").upper())
        return {"data": found}

    def do_GET(self):
        body = json.dumps(self.answer()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    def log_message(self, *_):
        pass


def serve():
    """Its port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port
