"""Events for Splunk's HTTP Event Collector."""

import re

from . import documents

KNOWN = {"time", "host", "source", "sourcetype", "index", "event", "fields"}
# Splunk cuts what is longer.
LONGEST = 10000


def hec(text):
    for number, item in documents(text):
        where = f"event {number}"
        if not isinstance(item, dict):
            yield f"{where}: {item}"
            continue
        if set(item) - KNOWN:
            yield f"{where}: unknown members {set(item) - KNOWN}"
        event = item.get("event")
        if not event:
            yield f"{where}: a blank event (code 13)"
        if not isinstance(event, dict) or not event.get("gti_id"):
            yield f"{where}: nothing to tell repeats by"
        for name in ("source", "sourcetype"):
            if not isinstance(item.get(name), str) or not item[name]:
                yield f"{where}: {name} {item.get(name)!r}"
        if "index" in item and not re.fullmatch(r"[a-z0-9_][a-z0-9_-]*", item["index"]):
            yield f"{where}: no index {item['index']!r}"
        if not isinstance(item.get("time"), (int, float)) or not 0 < item["time"] < 10**10:
            yield f"{where}: time {item.get('time')!r} is not seconds"
        for name, value in item.get("fields", {}).items():
            if not isinstance(value, str):
                yield f"{where}: the indexed field {name} is {value!r}"
    for line in text.split("\n"):
        if len(line.encode()) > LONGEST:
            yield f"an event of {len(line.encode())} bytes is cut: {line[:60]}"


REFUSED = [
    (hec, '{"event":""}\n'),
    (hec, '{"time":1767323045000,"source":"x","sourcetype":"x","event":{"gti_id":"x"}}\n'),
    (hec, '{"time":1767323045,"source":"x","sourcetype":"x","event":{"gti_id":"x"},"fields":{"a":{"b":1}}}\n'),
]
