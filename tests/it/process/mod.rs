//! The process as its parent sees it: streams, signals, and what it hands on.

mod hand_on;
mod pager;
mod signals;
mod streams;

use crate::support::Gti;

/// Without a key, and with the files that the commands read.
fn world() -> Gti {
    with_files(Gti::new())
}

fn with_files(gti: Gti) -> Gti {
    gti.write("target.bin", "synthetic");
    gti.write("assets.csv", "asset,cve\nweb,CVE-2099-0001\n");
    gti.write(
        "rules.toml",
        "[[rule]]\nname = \"all\"\naction = \"keep\"\n",
    );
    gti
}

/// Every command in a form that needs nothing but the sandbox inside, and writes to
/// standard output.
const COMMANDS: &[&str] = &[
    "enrich evil.example",
    "enrich evil.example -f csv",
    "scan url --private https://evil.example/",
    "scan file --private target.bin --no-wait",
    "scan rescan https://evil.example/",
    "ingest ioc-stream",
    "ingest ioc-stream --checkpoint c",
    "ingest dtm --checkpoint c",
    "ingest asm --checkpoint c",
    "ingest vuln --checkpoint c",
    "ingest threat-list malware --checkpoint c",
    "ingest threat-list --list",
    "ingest dtm --dry-run",
    "collection get malware--sandbox",
    "search entity:collection",
    "vuln get CVE-2099-0001",
    "vuln list",
    "vuln rank -i assets.csv",
    "dtm show x",
    "dtm update x --status closed",
    "dtm monitors",
    "asm show x",
    "asm update x --status closed",
    "asm projects",
    "rules check rules.toml",
    "state list",
    "state verify c",
    "cache stats",
    "cache clear",
    "widget evil.example",
    "widget evil.example --html",
    "quota",
    "api domains/evil.example",
    "api ioc_stream --paginate",
    "auth status",
    "doctor",
    "completions bash",
    "man",
    "help environment",
    "--help",
    "enrich --help",
    "--version",
];
