"""Shows what every command writes in every format of other programs to the checks, from the
simulated API and from one whose texts are hostile. Started by `validate`, which has the
packages.

    validate.py [WORD]...    the runs alone whose line or format has one of the words
"""

import concurrent.futures
import itertools
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time

import hostile
from checks import cef, elastic, lists, misp, navigator, sensors, splunk, stix, tickets

GTI = os.path.abspath(os.environ["GTI_BIN"])
CHECKS = {
    "stix": stix.bundle, "stix-opencti": stix.opencti, "stix-sentinel": stix.sentinel, "misp": misp.event, "misp-feed": misp.feed,
    "navigator": navigator.layers, "ecs": elastic.ecs, "bulk": elastic.bulk, "hec": splunk.hec, "cef": cef.cef,
    "zeek": sensors.zeek, "suricata": sensors.suricata, "markdown": tickets.markdown,
    **{f"values --target {target}": lists.of(target) for target in lists.FORMS}, "values --target rpz": lists.rpz,
}
# More than the plain output: a marking, and what is harmless.
FULL = "--tlp amber+strict --include-benign --valid-for ip=1h"
MALICIOUS = "d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed"

# For each command that `gti help formats` lists: what it is asked, by line.
SIMULATED = {
    "enrich": [
        "evil.example benign.example 203.0.113.7 http://evil.example/a notfound.example hostile.example",
        f"{MALICIOUS} --mitre --expand --relationships=malware_families,reports,collections,contacted_domains,contacted_ips,"
        "contacted_urls,dropped_files,attack_techniques",
        f"{MALICIOUS} d26f2e0794ad410a5b102df6cc281e320fc44fcc8c0bb4ef7253908815d6e5d3 --mitre", "notfound.example",
    ],
    "extract": ["docs/enrich.md docs/extract.md --include-private"],
    "match": ["docs/enrich.md --against docs/enrich.md docs/extract.md"],
    "vuln get": ["CVE-2099-0001 CVE-2099-0002 --associations --expand"],
    "vuln list": ["-n 60"],
    "search": ["--type collection -n 10", "--type report -n 10", "--type threat-actor -n 10", "--type malware-family -n 10",
               "--type software-toolkit -n 10", "--type campaign -n 10", "--type file -n 10", "--type url -n 10 --descriptors-only",
               "--type domain -n 20"],
    "collection get": ["report--25-20000000 --expand --relationships files,domains,urls,ip_addresses,malware_families,attack_techniques"],
    "collection list": ["-n 30"],
    "scan file": ["Cargo.toml --private --poll-interval 1ms"],
    "scan url": ["--private http://evil.example/ --poll-interval 1ms"],
    "scan status": [],
    "scan rescan": [f"{MALICIOUS} --mitre --poll-interval 1ms"],
    "ingest ioc-stream": ["-n 40"],
    "ingest threat-list": ["malware -n 60"],
    "ingest collections": ["-n 5 --iocs"],
    "ingest deltas": ["-n 60"],
    "ingest dtm": ["-n 40"],
    "ingest asm": ["-n 40"],
    "ingest vuln": ["-n 20"],
    "ingest alerts": ["--project p -n 20"],
    "alerts list": ["--project p -n 20"],
    "alerts show": [],
    "dtm list": ["-n 20"],
    "dtm show": ["sandboxalerthostile1 sandboxalertsparse01 sandboxalertlarge001"],
    "asm list": ["-n 20"],
    "asm show": ["0001444417ea5fa42340261e8331080418f47f55472e390e6669b2b1e143d2f5"],
}
IOCS = ("198.51.100.7 2001:db8::7 evil_name.example xn--mnchen-3ya.example xn--ls8h.example http://evil.example/a|b']OR[ "
        f"http://evil.example/%zz?a[]=1 http://a_b.example/ {'ab' * 16} {'cd' * 20} {'ef' * 32}")
HOSTILE = {
    "enrich": [f"{IOCS} --mitre --expand --relationships=malware_families,vulnerabilities,collections,reports,campaigns,"
               "related_threat_actors,software_toolkits,resolutions,urls"],
    "vuln get": ["CVE-2026-0001 --associations --expand"],
    "vuln list": [""],
    "search": ["x"],
    "collection get": ["report--1 threat-actor--1 malware--1 x --expand --relationships files,domains,urls,ip_addresses,"
                       "vulnerabilities,attack_techniques"],
    "collection list": ["-n 40"],
    "scan url": ["--private http://evil.example/ --poll-interval 1ms"],
    "ingest ioc-stream": ["-n 200"],
    "ingest threat-list": ["malware"],
    "ingest collections": ["-n 40"],
    "ingest dtm": ["-n 40"],
    "ingest asm": ["-n 40"],
    "ingest vuln": ["-n 40"],
    "ingest alerts": ["--project p -n 40"],
    "alerts list": ["--project p"],
    "alerts show": ["x --project p"],
    "dtm list": ["-n 40"],
    "dtm show": ["x"],
    "asm list": ["-n 40"],
    "asm show": ["x"],
}


def formats():
    """Command by command, the formats that help names."""
    told = subprocess.run([GTI, "help", "formats"], capture_output=True, text=True, check=True).stdout
    command, found = None, {}
    for line in told.split("Which command takes which of these:")[1].splitlines():
        name, names = line[:22].strip(), line[22:].split()
        command = name or command
        found.setdefault(command, []).extend(names)
    # What a browser reads is looked at in one.
    found = {command: [name for name in names if name != "html"] for command, names in found.items()}
    return {command: names for command, names in found.items() if names}


def runs(port, home):
    plain = {"HOME": home, "PATH": os.environ["PATH"]}
    api = f"http://127.0.0.1:{port}"
    hostile_api = {**plain, "GTI_API_KEY": "0" * 64, "GTI_RETRIES": "0", "GTI_BASE_URL": f"{api}/api/v3",
                   "GTI_ALERTS_URL": api, "GTI_TOKEN_URL": f"{api}/token"}
    for command, names in formats().items():
        if command not in SIMULATED:
            yield f"{command} has no run here", None, None, None
        for name in names:
            shapes = [check for check in CHECKS if check == name or check.startswith(f"{name} ")]
            for shape in shapes or [name]:
                for line in SIMULATED.get(command, []):
                    more = FULL if name.startswith(("stix", "misp")) and name != "misp-feed" else ""
                    for options in {"", more}:
                        yield f"--sandbox {command} {line} {options} -f {shape}", shape, plain, plain
                for line in HOSTILE.get(command, []):
                    yield f"{command} {line} {FULL} -f {shape}", shape, hostile_api, hostile_api


def judge(run):
    line, shape, environment, _ = run
    if shape is None:
        return line, [line]
    if shape not in CHECKS:
        return line, [f"nothing checks {shape}"]
    # A directory is written twice: what comes again changes nothing that matters.
    folder = tempfile.mkdtemp(prefix="feed-", dir=environment["HOME"]) if shape == "misp-feed" else None
    where = ["-o", folder] if folder else []
    for _ in range(2 if folder else 1):
        done = subprocess.run([GTI, *line.split(), *where], env=environment, capture_output=True, check=False)
    try:
        text = folder or done.stdout.decode("utf-8")
    except UnicodeDecodeError as error:
        return line, [f"no UTF-8: {error}"]
    # 3: some of what was hostile is no record; 5: an input that is not known; 10: malicious.
    if done.returncode not in (0, 3, 5, 10):
        return line, [f"exit {done.returncode}: {done.stderr.decode()[:300]}"]
    try:
        return line, list(itertools.islice(CHECKS[shape](text), 6))
    except Exception as error:
        return line, [f"the check fails: {type(error).__name__}: {error}: {text[:200]}"]


def main():
    started = time.monotonic()
    blind = []
    for module in (cef, elastic, lists, misp, navigator, sensors, splunk, stix, tickets):
        blind += [(check, text) for check, text in module.REFUSED if not list(check(text))]
    # What the tests of the library compare with must be right itself.
    with open("src/output/stix/validated.json", encoding="utf-8") as kept:
        blind += [(stix.bundle, fault) for fault in stix.bundle(kept.read())]
    for check, text in blind:
        print(f"FAIL {check.__module__}: {text[:100]!r}")
    home = tempfile.mkdtemp(prefix="gti-formats-")
    every = list(runs(hostile.serve(), home))
    words = sys.argv[1:]
    if words:
        every = [run for run in every if any(word in run[0] for word in words)]
    # Formats of one kind after another: bundles have much in common that is checked once.
    every.sort(key=lambda run: run[0].rsplit(" ", 1)[1])
    failed = 0
    workers = max(2, os.cpu_count() or 1)
    with concurrent.futures.ProcessPoolExecutor(workers, multiprocessing.get_context("fork")) as pool:
        for line, faults in pool.map(judge, every, chunksize=8):
            failed += bool(faults)
            for fault in faults[:4]:
                print(f"FAIL gti {line[:150]} … {line[-40:]}: {fault.splitlines()[0][:300]}")
    for program in sorted(lists.MISSING):
        print(f"note: there is no {program}: its lists were not read by it")
    print(f"{len(every)} outputs in {time.monotonic() - started:.0f} s, {failed} not valid")
    return 1 if failed or blind or not every else 0


sys.exit(main())
