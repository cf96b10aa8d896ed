"""Lists of bare values, as each device reads them. A zone is read by named-checkzone, a
configuration of dnsmasq by dnsmasq, where they are installed."""

import ipaddress
import os
import re
import shutil
import subprocess
import tempfile

from . import breaks, lines_of

NAME = r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9_-]{1,63}"
# Programs that were looked for and are not here.
MISSING = set()


def is_address(line):
    try:
        return getattr(ipaddress.ip_address(line), "ipv4_mapped", None) is None
    except ValueError:
        return False


def is_value(line):
    return is_address(line) or bool(re.fullmatch(rf"{NAME}|[0-9a-f]{{32}}|[0-9a-f]{{40}}|[0-9a-f]{{64}}", line))


def is_plain(line):
    return is_value(line) or bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:\S+", line))


def is_pan(line):
    url = re.fullmatch(r"(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(:\d+)?/[!-~]*", line)
    return is_address(line) or bool(re.fullmatch(NAME, line)) or (url is not None and len(line) <= 255)


def is_forti(line):
    return is_plain(line) and not re.fullmatch(r"[0-9a-f]{32}|[0-9a-f]{40}", line)


FORMS = {
    "plain": is_plain,
    "pan": is_pan,
    "forti": is_forti,
    "hosts": re.compile(rf"0\.0\.0\.0 {NAME}").fullmatch,
    "adblock": re.compile(rf"\|\|{NAME}\^").fullmatch,
    "dnsmasq": re.compile(rf"address=/{NAME}/").fullmatch,
}


def asked(text, program, *call):
    """What a program says of a file; nothing where it is not installed."""
    found = shutil.which(program) or f"/usr/sbin/{program}"
    if not os.path.exists(found):
        MISSING.add(program)
        return
    with tempfile.NamedTemporaryFile("w", suffix=".list", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        done = subprocess.run([found, *call, file.name], capture_output=True, text=True, check=False)
    if done.returncode:
        yield f"{program}: {(done.stdout + done.stderr).strip()[:200]}"


def of(target):
    def check(text):
        seen = set()
        for number, line in lines_of(text):
            if line is None or breaks(line) or not FORMS[target](line):
                yield f"line {number}: {str(line)[:100]!r} is nothing for {target}"
            if line in seen:
                yield f"line {number}: {line[:100]!r} comes twice"
            seen.add(line)
        if target == "dnsmasq":
            yield from asked(text, "dnsmasq", "--test", "-C")
    return check


def rpz(text):
    yield from asked(text, "named-checkzone", "-q", "-k", "ignore", "rpz.example")
    owners = set()
    for line in text.splitlines()[3:]:
        owner, *rest = line.split(" ")
        if rest != ["CNAME", "."] or owner.endswith(".") or owner in owners:
            yield f"{line[:100]!r}"
        owners.add(owner)
    for owner in owners:
        if not owner.endswith(".rpz-ip") and not owner.startswith("*.") and f"*.{owner}" not in owners:
            yield f"{owner}: nothing for the names below it"


REFUSED = [
    (of("plain"), "evil .example\n"),
    (of("pan"), "http://evil.example/\n"),
    (of("hosts"), "0.0.0.0 evil.example evil.example\n"),
    (of("adblock"), "||evil.example\n"),
    (rpz, "$TTL 300\n@ IN SOA localhost. root.localhost. (1 3600 600 86400 300)\n@ IN NS localhost.\nevil.example. CNAME .\n"),
]
