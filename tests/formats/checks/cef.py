"""The Common Event Format: the grammar, the dictionary of keys, and pycef."""

import ipaddress
import os
import re

import pycef

from . import breaks, lines_of

KEYS = {}
with open(os.path.join(os.path.dirname(__file__), "cef_keys.tsv"), encoding="utf-8") as table:
    for row in table:
        if not row.startswith("#"):
            cells = row.rstrip("\n").split("\t")
            KEYS[cells[0]] = (cells[1], int(cells[2]) if len(cells) > 2 and cells[2] else None)
HEADER = (("vendor", 63), ("product", 63), ("version", 31), ("class", 1023), ("name", 512))
SEVERITIES = {str(number) for number in range(11)} | {"Unknown"}


def parts(text):
    """Seven fields of the header and the rest, at pipes that no backslash stands before."""
    found, start, at = [], 0, 0
    while at < len(text) and len(found) < 7:
        if text[at] == "\\":
            at += 1
        elif text[at] == "|":
            found.append(text[start:at])
            start = at + 1
        at += 1
    return found, text[start:]


def plain(text, escapes):
    """The text without escapes; None where there is one that is none."""
    if re.sub(r"\\[" + escapes + "]", "", text).find("\\") >= 0:
        return None
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "r": "\r"}.get(m[1], m[1]), text)


def typed(kind, value):
    if kind in ("ipv4_address", "ipv6_address"):
        try:
            return ipaddress.ip_address(value).version == (4 if kind == "ipv4_address" else 6)
        except ValueError:
            return False
    if kind in ("integer", "long"):
        return re.fullmatch(r"-?\d+", value) is not None
    if kind == "timestamp":
        return re.fullmatch(r"\d{12,14}", value) is not None
    return True


def of_line(line):
    header, rest = parts(line)
    if len(header) < 7 or header[0] != "CEF:0":
        yield f"the header has {len(header)} fields, the first {header[:1]}"
        return
    for (name, most), raw in zip(HEADER, header[1:6]):
        value = plain(raw, "\\\\|")
        if not (value or "").strip() or len(value) > most:
            yield f"{name} {raw[:80]!r}"
    if header[6] not in SEVERITIES:
        yield f"severity {header[6]!r}"
    starts = list(re.finditer(r"(?:^|(?<= ))([A-Za-z0-9]+)=", rest))
    if not starts or starts[0].start() != 0:
        yield "the extension does not begin with a key"
        return
    values = {}
    for at, match in enumerate(starts):
        end = starts[at + 1].start() - 1 if at + 1 < len(starts) else len(rest)
        key, raw = match[1], rest[match.end():end]
        if re.search(r"(?<!\\)(\\\\)*=", raw):
            yield f"{key}: a bare ="
        value = plain(raw, "\\\\=nr")
        if not value or value != value.strip():
            yield f"{key}: {raw[:80]!r}"
            continue
        if key in values:
            yield f"{key} comes twice"
        values[key] = value
        kind, most = KEYS.get(key, (None, None))
        if kind is None:
            yield f"{key} is not in the dictionary"
        elif not typed(kind, value) or (most and len(value) > most):
            yield f"{key} is {kind} of {most}: {value[:80]!r}"
    for key in values:
        if re.fullmatch(r"(c6a|cfp|cn|cs|flexString)\d", key) and f"{key}Label" not in values:
            yield f"{key} has no label"
    if not pycef.parse(line):
        yield "pycef can't parse it"


def cef(text):
    for number, line in lines_of(text):
        if line is None or breaks(line):
            yield f"line {number}: no end, or a control character"
        else:
            yield from (f"line {number}: {fault}" for fault in of_line(line))


REFUSED = [
    (cef, "CEF:0|Google|Threat|Intelligence|1|x|Malicious|8|dst=198.51.100.7\n"),
    (cef, "CEF:0|Google|TI|1|x|Malicious|11|dst=198.51.100.7\n"),
    (cef, "CEF:0|Google|TI|1|x|Malicious|8|dst=2001:db8::7\n"),
    (cef, "CEF:0|Google|TI|1|x|Malicious|8|cs1=x\n"),
    (cef, "CEF:0|Google|TI|1|x|Malicious|8|request=http://evil.example/?a=1\n"),
    (cef, f"CEF:0|Google|TI|1|x|Malicious|8|externalId={'a' * 64}\n"),
]
