"""Documents of the Elastic Common Schema, and bodies for `_bulk`. The list of fields is that
of ECS 9.4.0, below the names that are used here."""

import ipaddress
import json
import os
import re

from . import documents, lines_of

FIELDS = {}
with open(os.path.join(os.path.dirname(__file__), "ecs_fields.tsv"), encoding="utf-8") as table:
    for row in table:
        if not row.startswith("#"):
            cells = row.rstrip("\n").split("\t")
            FIELDS[cells[0]] = (cells[1], cells[2:3] == ["array"])
OWN = "gti"
ALLOWED = {
    "event.kind": {"alert", "enrichment", "event"},
    "event.category": {"threat", "vulnerability", "malware"},
    "event.type": {"indicator", "info"},
    "threat.indicator.type": {"ipv4-addr", "ipv6-addr", "domain-name", "url", "file"},
    "threat.indicator.marking.tlp": {"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"},
}
PAIRS = {"threat": "indicator", "vulnerability": "info", "malware": "info"}
# The longest keyword that is indexed.
LONGEST = 1024


def flat(value, path=""):
    for name, inner in value.items():
        full = f"{path}.{name}" if path else name
        if isinstance(inner, dict) and FIELDS.get(full, ("",))[0] not in ("object", "flattened", "nested"):
            if not inner:
                yield full, inner
            yield from flat(inner, full)
        else:
            yield full, inner


def fits(kind, value):
    if kind in ("keyword", "wildcard", "match_only_text"):
        return isinstance(value, str) and value != "" and (kind != "keyword" or len(value.encode()) <= LONGEST)
    if kind == "date":
        return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value) is not None
    if kind == "long":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "float":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "ip":
        try:
            return ipaddress.ip_address(value) is not None
        except ValueError:
            return False
    return True


def of_document(where, document):
    seen = {}
    for name, value in flat(document):
        seen[name] = value
        if name.split(".")[0] == OWN:
            continue
        if name not in FIELDS:
            yield f"{where}: ECS has no field {name}"
            continue
        kind, is_list = FIELDS[name]
        if is_list and not isinstance(value, list):
            yield f"{where}: {name} is a list"
        for one in value if isinstance(value, list) else [value]:
            if not fits(kind, one):
                yield f"{where}: {name} is {kind}, not {str(one)[:60]!r}"
            elif one not in ALLOWED.get(name, {one}):
                yield f"{where}: {name} can't be {one!r}"
    for need in ("@timestamp", "ecs.version", "event.kind", "event.category", "event.type", "event.id"):
        if need not in seen:
            yield f"{where}: no {need}"
    for category in seen.get("event.category", []):
        if PAIRS.get(category) not in seen.get("event.type", []):
            yield f"{where}: category {category} with type {seen.get('event.type')}"
    # What rules of Elastic look for.
    if not seen.get("event.module", "").startswith("ti_") or not seen.get("event.dataset", "").startswith("ti_gti."):
        yield f"{where}: module {seen.get('event.module')}, dataset {seen.get('event.dataset')}"
    if any(name.startswith("threat.indicator.") for name in seen) and seen.get("event.kind") != "enrichment":
        yield f"{where}: an indicator of kind {seen.get('event.kind')}"


def ecs(text):
    for number, item in documents(text):
        where = f"line {number}"
        if isinstance(item, str):
            yield f"{where}: {item}"
        else:
            yield from of_document(where, item)


def bulk(text):
    ids, lines = {}, [line for _, line in lines_of(text)]
    if None in lines:
        yield "the last line has no end"
        return
    if len(lines) % 2:
        yield "an action without its document"
    for at in range(0, len(lines) - 1, 2):
        where = f"action {at // 2}"
        action, document = json.loads(lines[at]), json.loads(lines[at + 1])
        if list(action) != ["create"] or set(action["create"]) != {"_index", "_id"}:
            yield f"{where}: {lines[at][:100]}"
            continue
        index, name = action["create"]["_index"], action["create"]["_id"]
        if not re.fullmatch(r"[a-z0-9.][a-z0-9._-]*", index) or len(index) > 255:
            yield f"{where}: no index {index!r}"
        if not 1 <= len(name.encode()) <= 512:
            yield f"{where}: no id {name!r}"
        # The same again is a repeat; something else under the same id would be lost.
        if ids.setdefault((index, name), lines[at + 1]) != lines[at + 1]:
            yield f"{where}: the id {name} for two documents"
        yield from of_document(where, document)


REFUSED = [
    (ecs, '{"@timestamp":"2026-01-02T03:04:05Z","ecs":{"version":"9.4.0"},"event":{"kind":"indicator"}}\n'),
    (ecs, '{"threat":{"indicator":{"score":7}}}\n'),
    (bulk, '{"index":{"_index":"x","_id":"1"}}\n{}\n'),
    (bulk, '{"create":{"_index":"x","_id":"1"}}\n'),
]
