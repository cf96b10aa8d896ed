"""STIX 2.1: the OASIS validator, the strict parser of the stix2 library, and what the
consumers of each profile want."""

import json
import uuid

import stix2
from stix2validator import ValidationOptions, validate_instance

from . import breaks

# Ids are name-based on purpose (103); the validator knows no `based-on` to an observable
# (202) and wants hashes of linked pages (302).
OPTIONS = ValidationOptions(version="2.1", strict=True, disabled=["103", "202", "302"])
# What the upload API of Sentinel takes.
TAKEN = {"indicator", "attack-pattern", "threat-actor", "identity", "relationship"}
OPENCTI = "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba"
# What has been found to be right already, to the byte: it comes again in many bundles.
RIGHT = set()


def references(value, key=""):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from references(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner, key)
    elif key.endswith(("_ref", "_refs")):
        yield value


def of_object(item):
    text = json.dumps(item, sort_keys=True)
    if text in RIGHT:
        return
    found = [error.message for error in validate_instance(item, OPTIONS).errors]
    try:
        stix2.parse(text)
    except Exception as error:
        found.append(f"stix2 refuses it: {error}")
    if "created" not in item:
        expected = stix2.parse(json.dumps({k: v for k, v in item.items() if k != "id"})).id
        if expected != item["id"] and uuid.UUID(expected.split("--")[1]).version == 5:
            found.append(f"the id should be {expected}")
    if not found:
        RIGHT.add(text)
    for fault in found:
        yield f"{item.get('id')}: {fault}"


def of_objects(objects, may_dangle=False):
    known = set()
    for item in objects:
        if item["id"] in known:
            yield f"{item['id']} comes twice"
        for target in references(item):
            if target not in known and not (may_dangle and target.startswith("marking-definition--")):
                yield f"{item['id']} refers to {target}, which is not before it"
        known.add(item["id"])
        yield from of_object(item)


def bundle(text):
    whole = json.loads(text)
    objects = whole.get("objects", [])
    if objects:
        for error in validate_instance({**whole, "objects": objects[:1]}, OPTIONS).errors:
            yield f"bundle: {error.message}"
    if "spec_version" in whole:
        yield "bundle: spec_version belongs to 2.0"
    yield from of_objects(objects)


def opencti(text):
    yield from bundle(text)
    for item in json.loads(text).get("objects", []):
        if item["type"] == "extension-definition":
            yield "a definition of an extension, which OpenCTI skips and a TAXII server breaks on"
        if item["type"] in ("malware", "intrusion-set", "campaign", "tool") and item.get("aliases"):
            yield f"{item['id']}: OpenCTI merges by alias"
        if item["type"] == "indicator" and OPENCTI not in item.get("extensions", {}):
            yield f"{item['id']}: nothing where OpenCTI looks for the score"


def sentinel(text):
    objects = []
    for number, line in enumerate(text.split("\n")[:-1], 1):
        if breaks(line):
            yield f"body {number}: something that may end a line"
        body = json.loads(line)
        here = f"body {number}"
        if set(body) != {"sourcesystem", "stixobjects"}:
            yield f"{here}: members {sorted(body)}"
        if not body["sourcesystem"] or body["sourcesystem"] == "Microsoft Sentinel":
            yield f"{here}: sourcesystem {body['sourcesystem']!r}"
        if not 1 <= len(body["stixobjects"]) <= 100:
            yield f"{here}: {len(body['stixobjects'])} objects, and a request takes 1 to 100"
        objects += body["stixobjects"]
    for item in objects:
        if item["type"] not in TAKEN:
            yield f"Sentinel takes no {item['type']}"
        for need in ("created", "modified"):
            if need not in item:
                yield f"{item['id']}: no {need}"
    yield from of_objects(objects, may_dangle=True)


REFUSED = [
    (bundle, '{"type":"bundle","id":"bundle--7fa7eb0a-8d0d-4f5a-b8e0-77b1a1d4b0d5","spec_version":"2.1"}'),
    (bundle, '{"type":"bundle","id":"bundle--7fa7eb0a-8d0d-4f5a-b8e0-77b1a1d4b0d5","objects":[{"type":"ipv4-addr",'
             '"spec_version":"2.1","id":"ipv4-addr--7fa7eb0a-8d0d-5f5a-b8e0-77b1a1d4b0d5","value":"198.51.100.7"}]}'),
    (sentinel, '{"sourcesystem":"Microsoft Sentinel","stixobjects":[]}\n'),
]
