//! Addresses of the service's pages for people (API notes, section 2.8).

use super::indicator::Kind;

const GUI: &str = "https://www.virustotal.com/gui";

/// The page about an indicator, by the id that the API gave it.
pub fn indicator(kind: Kind, id: &str) -> String {
    let page = match kind {
        Kind::Ip => "ip-address",
        Kind::Domain => "domain",
        Kind::Url => "url",
        Kind::File => "file",
    };
    format!("{GUI}/{page}/{id}")
}

/// The page about an indicator that was scanned privately.
pub fn private(kind: Kind, id: &str) -> String {
    format!("{GUI}/private-scanning/{}/{id}", kind.name())
}

/// The page about an alert of GTI Alerts, by its name.
pub fn alert(name: &str) -> Option<String> {
    let (project, id) = name.strip_prefix("projects/")?.split_once("/alerts/")?;
    Some(format!(
        "https://proactive.virustotal.com/alerts/{id}?project=projects/{project}"
    ))
}

/// The page of an analysis that goes on.
pub fn analysis(kind: Kind, id: &str) -> String {
    format!("{GUI}/{}-analysis/{id}", kind.name())
}

/// The page about a threat actor, a malware family, a report, a vulnerability or
/// another collection.
pub fn collection(id: &str) -> String {
    format!("{GUI}/collection/{id}")
}
