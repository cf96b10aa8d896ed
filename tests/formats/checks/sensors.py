"""A file of Zeek's intelligence framework, and rules of Suricata."""

import ipaddress
import re

from . import breaks, lines_of

COLUMNS = ["indicator", "indicator_type", "meta.source", "meta.desc", "meta.url"]
NAME = r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?"


def of_intel(kind, value):
    if kind == "Intel::ADDR":
        try:
            return str(ipaddress.ip_address(value)) == value
        except ValueError:
            return False
    if kind == "Intel::DOMAIN":
        return re.fullmatch(NAME, value) is not None
    if kind == "Intel::URL":
        return re.fullmatch(r"(?![a-zA-Z][a-zA-Z0-9+.-]*://)[^/ #]+/[^ ]*", value) is not None
    return kind == "Intel::FILE_HASH" and re.fullmatch(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}", value) is not None


def zeek(text):
    seen = set()
    rows = list(lines_of(text))
    if not rows or rows[0][1] != "#fields\t" + "\t".join(COLUMNS):
        yield f"the header is {rows[:1]}"
        return
    for number, line in rows[1:]:
        where = f"line {number}"
        if line is None or [c for c in breaks(line) if c != "\t"] or not line.isascii():
            yield f"{where}: no end, or a byte that is not plain"
            continue
        cells = line.split("\t")
        if len(cells) != len(COLUMNS) or "" in cells or line.startswith("#"):
            yield f"{where}: {len(cells)} cells: {line[:80]!r}"
            continue
        for cell in cells:
            if re.search(r"\\(?!x[0-9a-f]{2})", cell):
                yield f"{where}: {cell[:80]!r} has a bare backslash"
        value, kind, source = cells[:3]
        if not of_intel(kind, value):
            yield f"{where}: {value[:80]!r} is no {kind}"
        if (value.lower(), kind, source) in seen:
            yield f"{where}: {value[:80]!r} comes twice"
        seen.add((value.lower(), kind, source))


# What a rule is made of, and what may stand between quotes there.
RULE = re.compile(r'alert (ip|dns|http|tls) \$HOME_NET any (?:->|<>) (any|\[[0-9a-f:.]+\]) any '
                  r'\(((?:[a-z_.]+(?::(?:!?"(?:[^"\\;]|\\[\\;":])*"|[^";]*))?; ?)+)\)')
OPTION = re.compile(r'([a-z_.]+)(?::((?:"(?:[^"\\;]|\\[\\;":])*"|[^";]*)))?; ?')
KEYWORDS = {"msg", "reference", "classtype", "sid", "rev", "dns.query", "dns_query", "http.host", "http.uri", "http.uri.raw",
            "http.host.raw", "content", "bsize", "startswith", "endswith", "isdataat", "dotprefix", "nocase", "tls.sni", "flow", "depth", "offset"}


def suricata(text):
    seen = {}
    for number, line in lines_of(text):
        where = f"rule {number}"
        if line is None or breaks(line) or not line.isascii():
            yield f"{where}: no end, or a byte that is not plain"
            continue
        match = RULE.fullmatch(line)
        if not match:
            yield f"{where}: no rule: {line[:160]}"
            continue
        options = OPTION.findall(match[3])
        names = [name for name, _ in options]
        if set(names) - KEYWORDS:
            yield f"{where}: unknown keywords {set(names) - KEYWORDS}"
        for need in ("msg", "sid", "rev", "classtype"):
            if names.count(need) != 1:
                yield f"{where}: {names.count(need)} of {need}"
        for name, value in options:
            if name == "content":
                hexadecimal = re.sub(r"\|([0-9A-F]{2}( [0-9A-F]{2})*)\|", "x", value)
                if "|" in hexadecimal or value == '""':
                    yield f"{where}: content {value[:80]}"
            if name == "sid":
                if not 1 <= int(value) < 2**32 or value in seen:
                    yield f"{where}: sid {value} of rule {seen.get(value)} too"
                seen[value] = number


REFUSED = [
    (zeek, "indicator\tindicator_type\n"),
    (zeek, "#fields\t" + "\t".join(COLUMNS) + "\n198.51.100.700\tIntel::ADDR\tgti\t-\t-\n"),
    (zeek, "#fields\t" + "\t".join(COLUMNS) + "\nhttp://evil.example/\tIntel::URL\tgti\t-\t-\n"),
    (suricata, 'alert dns $HOME_NET any -> any any (msg:"a"b"; sid:1; rev:1; classtype:x;)\n'),
    (suricata, 'alert dns $HOME_NET any -> any any (msg:"a"; content:"|zz|"; sid:1; rev:1; classtype:x;)\n'),
]
