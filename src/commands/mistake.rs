//! What somebody meant who typed a command that there is not.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::model::indicator::{Indicator, Kind};

/// Words that people try, and the commands that do it.
const WORDS: [(&[&str], &str); 12] = [
    (
        &[
            "lookup", "look-up", "get", "check", "query", "ip", "domain", "url", "file", "hash",
            "ioc", "report",
        ],
        "gti enrich IOC",
    ),
    (
        &["submit", "upload", "analyse", "analyze", "detonate"],
        "gti scan file FILE` or `gti scan url URL",
    ),
    (
        &["cve", "vulnerability", "vulnerabilities", "vulns"],
        "gti vuln get CVE",
    ),
    (
        &["alerts", "alert", "monitors"],
        "gti dtm show ID` or `gti ingest dtm",
    ),
    (
        &["issues", "issue", "attack-surface"],
        "gti asm show ID` or `gti ingest asm",
    ),
    (
        &[
            "feed",
            "feeds",
            "stream",
            "ioc-stream",
            "threat-list",
            "follow",
        ],
        "gti ingest ioc-stream` or `gti ingest threat-list",
    ),
    (
        &["login", "logout", "key", "apikey", "init", "configure"],
        "gti auth login",
    ),
    (
        &[
            "actor",
            "malware",
            "campaign",
            "threat-actor",
            "intelligence",
        ],
        "gti search --type threat-actor NAME",
    ),
    (
        &["extract-iocs", "parse", "refang", "iocs"],
        "gti extract FILE",
    ),
    (
        &["status", "whoami", "usage", "limits"],
        "gti auth status` or `gti quota",
    ),
    (&["completion", "complete"], "gti completions bash"),
    (&["test", "ping", "health", "diagnose"], "gti doctor"),
];

/// Options that people know from elsewhere, and what there is instead.
const OPTIONS: [(&str, &str); 8] = [
    (
        "--wait",
        "`gti scan` waits by default; --no-wait turns it off, --wait-timeout says how long",
    ),
    ("--json", "write -f json, or -f jsonl for one object a line"),
    ("--csv", "write -f csv"),
    (
        "--apikey",
        "the key comes from `gti auth login`, GTI_API_KEY or --api-key-file, never from the command line",
    ),
    (
        "--api-key",
        "the key comes from `gti auth login`, GTI_API_KEY or --api-key-file, never from the command line",
    ),
    (
        "--key",
        "the key comes from `gti auth login`, GTI_API_KEY or --api-key-file, never from the command line",
    ),
    ("--silent", "write -q"),
    ("--debug", "write -vv"),
];

/// What to write instead, where that can be told.
pub(crate) fn hint(error: &clap::Error) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let usage = error.get(ContextKind::Usage).map(ToString::to_string);
            let noun = usage.as_deref().unwrap_or_default();
            command(text(ContextKind::InvalidSubcommand)?, noun)
        }
        ErrorKind::UnknownArgument => {
            let typed = text(ContextKind::InvalidArg)?;
            let name = typed.split('=').next().unwrap_or(typed);
            let (_, instead) = OPTIONS.iter().find(|(option, _)| *option == name)?;
            Some((*instead).to_owned())
        }
        _ => None,
    }
}

/// The command for a word that stands where one should.
fn command(word: &str, usage: &str) -> Option<String> {
    if usage.contains("gti scan") {
        return Some(match Indicator::parse(word, None) {
            Ok(found) if found.kind() == Kind::Url => format!("write `gti scan url {word}`"),
            _ => format!("write `gti scan file {word}`"),
        });
    }
    if usage.contains("gti ") && !usage.contains("gti [OPTIONS]") {
        return None;
    }
    let known = WORDS.iter().find(|(words, _)| words.contains(&word));
    if let Some((_, command)) = known {
        return Some(format!("write `{command}`"));
    }
    if word.to_ascii_lowercase().starts_with("cve-") {
        return Some(format!("write `gti vuln get {word}`"));
    }
    Indicator::parse(word, None).ok()?;
    Some(format!("write `gti enrich {word}`"))
}
