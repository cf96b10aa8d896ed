"""Markdown that is the text of a ticket: nothing in it is markup, a mention or a link but what
the program has put there."""

import re

LINK = re.compile(r"\[Google Threat Intelligence\]\(<https://[A-Za-z0-9._~:/?=&%+,@-]+>\)")


def markdown(text):
    for number, line in enumerate(text.split("\n"), 1):
        where = f"line {number}"
        if [c for c in line if ord(c) < 32 or ord(c) in (0x7F, 0x85, 0x2028, 0x2029, 0x202E, 0x200B)]:
            yield f"{where}: a control character"
        rest = LINK.sub("", line)
        # What stands between backticks is shown as it is.
        rest = re.sub(r"(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)", "", rest)
        bare = re.sub(r"\\[^\w\s]|&(amp|lt|gt|#\d+);", "", rest)
        if re.search(r"[<`@]|\]\(|://|!\[", bare):
            yield f"{where}: markup of somebody else: {line[:120]!r}"
        if line.startswith("|") and bare.count("|") != 3:
            yield f"{where}: {bare.count('|')} pipes: {line[:120]!r}"
        if re.match(r"\s*(#{1,6} |[-*+] |\d+\. |> |---|===)", line) and not line.startswith("## "):
            yield f"{where}: {line[:120]!r}"


REFUSED = [
    (markdown, "| Title | <img src=x> |\n"),
    (markdown, "| Title | a | b |\n"),
    (markdown, "| Title | [x](http://evil.example) |\n"),
    (markdown, "# forged\n"),
]
