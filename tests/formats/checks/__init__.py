"""What each format has to be, in words and in parsers of its own programs. A check takes
the text and yields what is wrong with it."""

import json


def lines_of(text):
    """The lines with their numbers. Only a line feed ends one."""
    if text and not text.endswith("\n"):
        yield 0, None
    for number, line in enumerate(text.split("\n"), 1):
        if line:
            yield number, line


def documents(text):
    """JSON objects, one a line; a fault as a text."""
    for number, line in lines_of(text):
        if line is None:
            yield number, "the last line has no end"
            continue
        try:
            item = json.loads(line)
        except ValueError as error:
            item = f"no JSON: {error}"
        yield number, item


def breaks(text):
    """Characters that some reader takes for the end of a line, or obeys."""
    return [c for c in text if ord(c) < 32 or ord(c) in (0x7F, 0x85, 0x2028, 0x2029)]
