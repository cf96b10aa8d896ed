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

/// The page about an alert of Digital Threat Monitoring; none for an id that would not
/// stay one in an address.
pub fn dtm_alert(id: &str) -> Option<String> {
    is_plain(id).then(|| format!("https://advantage.mandiant.com/dtm/alerts/{id}"))
}

/// The page about an issue of Attack Surface Management, as [`dtm_alert`].
pub fn asm_issue(uid: &str) -> Option<String> {
    is_plain(uid).then(|| format!("https://asm.advantage.mandiant.com/issues/{uid}"))
}

fn is_plain(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    !id.is_empty() && id.bytes().all(plain)
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
