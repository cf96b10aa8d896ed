"""MISP events and feed directories: the strict parser of pymisp, its tables of types and
its templates of objects."""

import hashlib
import ipaddress
import json
import os
import re
import uuid
import warnings

import pymisp

warnings.simplefilter("ignore")
DATA = os.path.join(pymisp.__path__[0], "data")
with open(os.path.join(DATA, "describeTypes.json"), encoding="utf-8") as described:
    KINDS = json.load(described)["result"]
DIGITS = {"md5": 32, "sha1": 40, "sha256": 64}
TLP = {f"tlp:{name}" for name in ("red", "amber", "amber+strict", "green", "clear")}
TEMPLATES = {}


def template(name):
    if name not in TEMPLATES:
        path = os.path.join(DATA, "misp-objects", "objects", name, "definition.json")
        with open(path, encoding="utf-8") as definition:
            TEMPLATES[name] = json.load(definition)
    return TEMPLATES[name]


def of_value(kind, value):
    if not isinstance(value, str) or not value.strip():
        return "an empty value"
    if kind == "ip-dst":
        try:
            ipaddress.ip_address(value)
        except ValueError:
            return f"{value!r} is no address"
    if kind in DIGITS and not re.fullmatch(rf"[0-9a-f]{{{DIGITS[kind]}}}", value):
        return f"{value!r} is no {kind}"
    if kind in ("domain", "hostname") and not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+", value):
        return f"{value!r} is no name"
    if kind in ("url", "link") and not re.match(r"[a-z][a-z0-9+.-]*://\S+$", value, re.I):
        return f"{value!r} is no {kind}"
    return None


def of_ids(where, item, seen):
    try:
        valid = str(uuid.UUID(item["uuid"])) == item["uuid"]
    except (KeyError, ValueError, TypeError, AttributeError):
        valid = False
    if not valid:
        yield f"{where}: uuid {item.get('uuid')!r}"
    elif item["uuid"] in seen:
        yield f"{where}: uuid {item['uuid']} comes twice"
    seen.add(item.get("uuid"))
    if not re.fullmatch(r"\d{9,10}", str(item.get("timestamp"))):
        yield f"{where}: timestamp {item.get('timestamp')!r}"


def of_tags(where, item):
    for tag in item.get("Tag", []):
        name = tag.get("name", "")
        if not name.strip() or (name.lower().startswith("tlp:") and name not in TLP):
            yield f"{where}: tag {name!r}"


def of_attribute(where, item, seen):
    kind, category = item.get("type"), item.get("category")
    if kind not in KINDS["category_type_mappings"].get(category, []):
        yield f"{where}: type {kind!r} does not go with category {category!r}"
    fault = of_value(kind, item.get("value"))
    if fault:
        yield f"{where}: {fault}"
    if not isinstance(item.get("to_ids"), bool):
        yield f"{where}: to_ids {item.get('to_ids')!r}"
    yield from of_ids(where, item, seen)
    yield from of_tags(where, item)


def of_report(where, item, seen):
    shape = template(item["name"])
    for name in ("uuid", "version"):
        if str(item.get(f"template_{name}")) != str(shape[name]):
            yield f"{where}: template_{name} is {item.get(f'template_{name}')}, not {shape[name]}"
    if item.get("meta-category") != shape["meta-category"]:
        yield f"{where}: meta-category {item.get('meta-category')}"
    has = [attribute.get("object_relation") for attribute in item.get("Attribute", [])]
    for need in shape.get("required", []):
        if need not in has:
            yield f"{where}: no {need}"
    yield from of_ids(where, item, seen)
    for attribute in item.get("Attribute", []):
        inner = f"{where}.{attribute.get('object_relation')}"
        relation = shape["attributes"].get(attribute.get("object_relation"))
        if relation is None:
            yield f"{inner}: not in the template"
        elif relation["misp-attribute"] != attribute.get("type"):
            yield f"{inner}: type {attribute.get('type')}, the template says {relation['misp-attribute']}"
        elif not relation.get("multiple") and has.count(attribute["object_relation"]) > 1:
            yield f"{inner}: comes twice"
        yield from of_attribute(inner, attribute, seen)


def of_event(whole, seen):
    raw = whole["Event"]
    try:
        event = pymisp.MISPEvent(strict_validation=True)
        event.load(json.dumps(whole), validate=True)
    except Exception as error:
        yield f"pymisp refuses it: {error}"
        return
    for need in ("info", "date", "analysis", "threat_level_id", "Orgc"):
        if not raw.get(need):
            yield f"event: no {need}"
    if "distribution" in raw:
        yield "event: the receiver chooses the distribution"
    yield from of_ids("event", raw, seen)
    yield from of_tags("event", raw)
    if len(raw.get("Attribute", [])) > 15000:
        yield f"event: {len(raw['Attribute'])} attributes are slow"
    for at, item in enumerate(raw.get("Attribute", [])):
        yield from of_attribute(f"attribute {at}", item, seen)
    for at, item in enumerate(raw.get("Object", [])):
        yield from of_report(f"object {at}", item, seen)
    for at, item in enumerate(raw.get("Object", [])):
        for reference in item.get("ObjectReference", []):
            if reference.get("referenced_uuid") not in seen:
                yield f"object {at}: refers to what is not in the event"


def event(text):
    whole = json.loads(text)
    seen = set()
    for one in whole.get("response", [whole]):
        yield from of_event(one, seen)


def values(raw):
    every = raw.get("Attribute", []) + [a for item in raw.get("Object", []) for a in item.get("Attribute", [])]
    return {attribute["value"] for attribute in every}


def feed(folder):
    """A directory that MISP subscribes to."""
    def read(name):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            return file.read()

    manifest = json.loads(read("manifest.json"))
    there = {name[:-5] for name in os.listdir(folder) if name.endswith(".json") and name != "manifest.json"}
    if there != set(manifest):
        yield f"manifest and events differ by {sorted(there ^ set(manifest))}"
    seen, hashes = set(), []
    for name in sorted(there & set(manifest)):
        whole = json.loads(read(f"{name}.json"))
        raw, entry = whole["Event"], manifest[name]
        if raw["uuid"] != name:
            yield f"{name}: the event is {raw['uuid']}"
        yield from (f"{name}: {fault}" for fault in of_event(whole, seen))
        for need in ("Orgc", "Tag", "info", "date", "analysis", "threat_level_id", "timestamp"):
            if entry.get(need) != raw.get(need):
                yield f"{name}: {need} of the manifest is {entry.get(need)!r}, of the event {raw.get(need)!r}"
        hashes += [f"{hashlib.md5(value.encode()).hexdigest()},{name}" for value in values(raw)]
    if sorted(hashes) != sorted(read("hashes.csv").splitlines()):
        yield "hashes.csv does not have the values of the events"


REFUSED = [
    (event, '{"Event":{"info":"x","date":"2026-01-02","analysis":"2","threat_level_id":"4","uuid":"1","Attribute":[]}}'),
    (event, '{"Event":{"info":"x","date":"2026-01-02","analysis":"2","threat_level_id":"4","timestamp":"1767323045",'
            '"uuid":"13f3d323-6400-5471-a5c6-03df7a2ba2d1","Orgc":{"name":"x","uuid":"13f3d323-6400-5471-a5c6-03df7a2ba2d2"},'
            '"Attribute":[{"uuid":"13f3d323-6400-5471-a5c6-03df7a2ba2d3","type":"integer","category":"External analysis",'
            '"value":"7","to_ids":false,"timestamp":"1767323045"}]}}'),
]
