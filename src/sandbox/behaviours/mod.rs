//! What files did in sandboxes: reports, their summary, and ATT&CK trees.

mod techniques;

use axum::Router;
use axum::routing::get;

use super::asked::Asked;
use super::envelope::{Answer, Refusal, Reply};
use super::json::{Json, Object, list, object};
use super::objects::Dates;
use super::role::Role;
use super::seed::Seed;
use super::service::Shared;
use super::subject::{Kind, Subject};

/// The invented sandboxes. Blanks in names have to be escaped in paths.
pub(super) const SANDBOXES: [&str; 12] = [
    "Example Box",
    "Simulator 10 x64",
    "Example Jail Linux",
    "SimNet",
    "Observer One",
    "Observer Two",
    "Example Detonator",
    "Glass House",
    "Simulated Zoo",
    "Test Chamber",
    "Example VM macOS",
    "Mock Runner",
];

/// `GET /files/{id}/behaviour_summary`, `/behaviour_mitre_trees`, and
/// `GET /file_behaviours/{id}`. The reports of a file are a relationship.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route(
            "/files/{id}/behaviour_summary",
            get(async |asked: Asked| summary(&asked)),
        )
        .route(
            "/files/{id}/behaviour_mitre_trees",
            get(async |asked: Asked| trees(&asked)),
        )
        .route(
            "/file_behaviours/{id}",
            get(async |asked: Asked| show(&asked)),
        )
}

/// The report of one sandbox about one file.
#[derive(Debug, Clone)]
pub(super) struct Behaviour {
    sha256: String,
    sandbox: &'static str,
    seed: Seed,
}

impl Behaviour {
    /// How many sandboxes ran the file: none for some files.
    pub(super) fn count(subject: &Subject) -> usize {
        match subject.role {
            Some(Role::Malicious) => SANDBOXES.len(),
            Some(Role::Benign | Role::Sparse) => 0,
            Some(_) => 2,
            None if subject.seed.chance("no behaviour", 15) => 0,
            None => 1 + subject.seed.below("behaviours", 4),
        }
    }

    pub(super) fn new(subject: &Subject, index: usize) -> Self {
        Self {
            sha256: subject.id.clone(),
            sandbox: SANDBOXES[index % SANDBOXES.len()],
            seed: subject.seed.child("behaviour", index),
        }
    }

    /// `{sha256}_{sandbox}`.
    pub(super) fn id(&self) -> String {
        format!("{}_{}", self.sha256, self.sandbox)
    }

    pub(super) fn whole(&self, base: &str) -> Object {
        let id = self.id();
        let escaped = id.replace(' ', "%20");
        object! {
            "id": id,
            "type": "file_behaviour",
            "links": object! { "self": format!("{base}/file_behaviours/{escaped}") },
            "attributes": self.attributes(),
        }
    }

    pub(super) fn attributes(&self) -> Object {
        let dates = Dates::of(self.seed);
        let mut attributes = object! {
            "sandbox_name": self.sandbox,
            "analysis_date": dates.last_analysis,
            "last_modification_date": dates.last_modification,
            "behash": self.seed.hex("behash", 32),
            "has_html_report": self.seed.chance("html", 50),
            "has_pcap": self.seed.chance("pcap", 50),
            "has_evtx": false,
            "has_memdump": false,
            "verdicts": list!["MALWARE", "EVADER"],
            "verdict_confidence": self.seed.between("confidence", 50, 99),
        };
        attributes.extend(activity(self.seed));
        attributes
    }
}

fn found(asked: &Asked) -> Result<Subject, Refusal> {
    let subject = Subject::parse(Kind::File, asked.segment(0))?;
    if Behaviour::count(&subject) == 0 {
        let message = format!("No behaviour found for file \"{}\"", subject.id);
        return Err(Refusal::not_found(message));
    }
    Ok(subject)
}

pub(super) fn summary(asked: &Asked) -> Answer {
    let subject = found(asked)?;
    Ok(Reply::linked(activity(subject.seed), asked.link()))
}

/// A dictionary by sandbox; an empty one for some files that were run.
pub(super) fn trees(asked: &Asked) -> Answer {
    let subject = found(asked)?;
    let mut trees = Object::default();
    let empty = match subject.role {
        Some(role) => role == Role::Undetected,
        None => subject.seed.chance("no trees", 20),
    };
    if !empty {
        for index in 0..Behaviour::count(&subject).min(3) {
            let behaviour = Behaviour::new(&subject, index);
            trees.push(behaviour.sandbox, techniques::tree(behaviour.seed));
        }
    }
    Ok(Reply::linked(trees, asked.link()))
}

fn show(asked: &Asked) -> Answer {
    let id = asked.segment(0);
    let unknown = || Refusal::not_found(format!("File behaviour \"{id}\" not found"));
    let (hash, sandbox) = id.split_once('_').ok_or_else(unknown)?;
    let subject = Subject::parse(Kind::File, hash)?;
    let index = SANDBOXES.iter().position(|name| *name == sandbox);
    let index = index
        .filter(|index| *index < Behaviour::count(&subject))
        .ok_or_else(unknown)?;
    let behaviour = Behaviour::new(&subject, index);
    Ok(Reply::data(behaviour.whole(&asked.base)))
}

/// What was seen of a program; the summary has it without the run's own data.
fn activity(seed: Seed) -> Object {
    let name = format!("simulated_{}.exe", seed.hex("name", 6));
    let path = format!("C:\\Users\\example\\{name}");
    object! {
        "command_executions": list!["cmd.exe /c whoami", format!("\"{path}\" -install")],
        "processes_created": list![path.clone()],
        "processes_tree": list![object! {
            "process_id": "1204",
            "name": path,
            "children": list![object! { "process_id": "1377", "name": "cmd.exe" }],
        }],
        "files_opened": list!["C:\\Windows\\System32\\ntdll.dll"],
        "files_written": list![format!("C:\\ProgramData\\{name}")],
        "files_deleted": list!["C:\\Temp\\simulated.tmp"],
        "files_dropped": list![object! { "path": format!("C:\\ProgramData\\{name}"), "sha256": seed.hex("dropped", 64) }],
        "files_copied": list![object! { "source": "a.bin", "destination": "b.bin" }],
        "registry_keys_opened": list!["HKEY_CURRENT_USER\\Software\\Example"],
        "registry_keys_set": list![object! { "key": "HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\Simulated", "value": name }],
        "registry_keys_deleted": list![],
        "mutexes_created": list![format!("Global\\SIM-{}", seed.hex("mutex", 8))],
        "modules_loaded": list!["kernel32.dll", "ws2_32.dll"],
        "dns_lookups": list![object! { "hostname": "c2.evil.example", "resolved_ips": list!["203.0.113.7"] }],
        "ip_traffic": list![object! { "destination_ip": "203.0.113.7", "destination_port": 443, "transport_layer_protocol": "TCP" }],
        "http_conversations": list![object! {
            "url": "http://evil.example/gate",
            "request_method": "POST",
            "response_status_code": 200,
            "request_headers": object! { "User-Agent": "simulated" },
        }],
        "mitre_attack_techniques": techniques::list(seed),
        "signature_matches": list![object! { "id": "SIM-1", "name": "Writes to a Run key", "format": "SIG_FORMAT_SIM" }],
        "tags": Json::from(vec!["DETECT_DEBUG_ENVIRONMENT", "LONG_SLEEPS"]),
    }
}
