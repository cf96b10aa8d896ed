//! ATT&CK tactics and techniques that a sandbox recognised.

use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::seed::Seed;

/// Id and name of a technique, and what gave it away.
type Technique = (&'static str, &'static str, &'static str);

/// Tactics of ATT&CK with a few techniques each.
const TACTICS: [(&str, &str, &[Technique]); 6] = [
    (
        "TA0002",
        "Execution",
        &[
            (
                "T1059",
                "Command and Scripting Interpreter",
                "starts a shell",
            ),
            (
                "T1106",
                "Native API",
                "calls functions it looked up by hash",
            ),
        ],
    ),
    (
        "TA0003",
        "Persistence",
        &[
            (
                "T1547.001",
                "Registry Run Keys / Startup Folder",
                "writes a Run key",
            ),
            ("T1053.005", "Scheduled Task", "creates a task"),
        ],
    ),
    (
        "TA0005",
        "Defense Evasion",
        &[
            (
                "T1027",
                "Obfuscated Files or Information",
                "has an encrypted section",
            ),
            ("T1055", "Process Injection", "writes to another process"),
            ("T1497", "Virtualization/Sandbox Evasion", "sleeps for long"),
        ],
    ),
    (
        "TA0006",
        "Credential Access",
        &[(
            "T1555",
            "Credentials from Password Stores",
            "reads a browser's store",
        )],
    ),
    (
        "TA0007",
        "Discovery",
        &[
            (
                "T1082",
                "System Information Discovery",
                "asks for the version",
            ),
            ("T1057", "Process Discovery", "lists processes"),
        ],
    ),
    (
        "TA0011",
        "Command and Control",
        &[
            ("T1071.001", "Web Protocols", "posts to a gate"),
            ("T1573", "Encrypted Channel", "encrypts what it sends"),
        ],
    ),
];

const SEVERITIES: [&str; 5] = ["HIGH", "MEDIUM", "LOW", "INFO", "UNKNOWN"];

/// The tree of one sandbox: `{"tactics": […]}`.
pub(super) fn tree(seed: Seed) -> Object {
    let tactics: Json = chosen(seed)
        .map(|(id, name, techniques)| {
            object! {
                "id": id,
                "name": name,
                "link": format!("https://attack.mitre.org/tactics/{id}/"),
                "description": "A tactic of ATT&CK.",
                "techniques": techniques.iter().map(|technique| branch(seed, technique)).collect::<Json>(),
            }
        })
        .collect();
    object! { "tactics": tactics }
}

fn branch(seed: Seed, (id, name, signature): &Technique) -> Object {
    let path = id.replace('.', "/");
    object! {
        "id": *id,
        "name": *name,
        "link": format!("https://attack.mitre.org/techniques/{path}/"),
        "description": "A technique of ATT&CK.",
        "signatures": list![
            object! { "severity": seed.pick(id, &SEVERITIES), "description": *signature },
            object! { "severity": "INFO", "description": "Simulated signature" },
        ],
    }
}

/// The flat list of a behaviour report.
pub(super) fn list(seed: Seed) -> Json {
    chosen(seed)
        .flat_map(|(_, _, techniques)| techniques)
        .map(|(id, _, signature)| {
            object! {
                "id": *id,
                "signature_description": *signature,
                "severity": format!("IMPACT_SEVERITY_{}", seed.pick(id, &SEVERITIES)),
            }
        })
        .collect()
}

/// Three to five tactics in a row.
fn chosen(seed: Seed) -> impl Iterator<Item = (&'static str, &'static str, &'static [Technique])> {
    let count = 3 + seed.below("tactics", 3);
    let first = seed.below("first tactic", TACTICS.len());
    TACTICS.into_iter().cycle().skip(first).take(count)
}
