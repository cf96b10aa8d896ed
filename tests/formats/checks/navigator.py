"""Layers of the ATT&CK Navigator, format 4.5."""

import json
import re

LAYER = {"versions": dict, "name": str, "description": str, "domain": str, "sorting": int, "techniques": list,
         "gradient": dict, "legendItems": list, "layout": dict, "hideDisabled": bool, "metadata": list, "links": list}
TECHNIQUE = {"techniqueID": str, "tactic": str, "comment": str, "enabled": bool, "score": (int, float), "color": str,
             "metadata": list, "links": list, "showSubtechniques": bool}


def of_members(where, item, shape):
    for name, value in item.items():
        if name not in shape:
            yield f"{where}: unknown member {name}"
        elif not isinstance(value, shape[name]) or (isinstance(value, bool) and shape[name] is not bool):
            yield f"{where}: {name} is {value!r}"


def of_pairs(where, pairs):
    for pair in pairs:
        if set(pair) != {"name", "value"} or not all(isinstance(text, str) for text in pair.values()):
            yield f"{where}: metadata {pair!r}"


def of_layer(where, layer):
    yield from of_members(where, layer, LAYER)
    if not layer.get("name") or layer.get("domain") != "enterprise-attack":
        yield f"{where}: name {layer.get('name')!r}, domain {layer.get('domain')!r}"
    versions = layer.get("versions", {})
    if versions.get("layer") != "4.5" or tuple(map(int, versions.get("navigator", "0").split("."))) < (4, 9, 0):
        yield f"{where}: versions {versions}"
    gradient = layer.get("gradient", {})
    if not all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in gradient.get("colors", [])):
        yield f"{where}: gradient {gradient}"
    if layer.get("sorting") not in (0, 1, 2, 3):
        yield f"{where}: sorting {layer.get('sorting')}"
    if [item for item in layer.get("legendItems", []) if set(item) != {"label", "color"}]:
        yield f"{where}: legend {layer['legendItems']}"
    seen, everywhere = set(), set()
    for technique in layer.get("techniques", []):
        name, tactic = technique.get("techniqueID", ""), technique.get("tactic")
        here = f"{where} {name}"
        yield from of_members(here, technique, TECHNIQUE)
        yield from of_pairs(here, technique.get("metadata", []))
        if not re.fullmatch(r"T\d{4}(\.\d{3})?", name):
            yield f"{here}: no technique"
        if tactic and not re.fullmatch(r"[a-z]+(-[a-z]+)*", tactic):
            yield f"{here}: tactic {tactic!r}"
        if (name, tactic) in seen or name in everywhere or (tactic is None and name in {n for n, _ in seen}):
            yield f"{here}: twice under one tactic"
        seen.add((name, tactic))
        if tactic is None:
            everywhere.add(name)
        if not gradient.get("minValue", 0) <= technique.get("score", 0) <= gradient.get("maxValue", 100):
            yield f"{here}: score {technique['score']}"
    children = {name.split(".")[0] for name, _ in seen if "." in name}
    for technique in layer.get("techniques", []):
        if technique["techniqueID"] in children and not technique.get("showSubtechniques"):
            yield f"{where} {technique['techniqueID']}: its sub-techniques stay folded"


def layers(text):
    whole = json.loads(text)
    for at, layer in enumerate(whole if isinstance(whole, list) else [whole]):
        yield from of_layer(f"layer {at}", layer)


REFUSED = [
    (layers, '{"name":"x","domain":"enterprise","techniques":[]}'),
    (layers, '{"name":"x","domain":"enterprise-attack","versions":{"layer":"4.5","navigator":"4.9.0"},"sorting":3,'
             '"techniques":[{"techniqueID":"1059"}]}'),
]
