//! What to do about an object, in the order in which it is done.

use crate::model::vulnerability::{Urgency, When};
use crate::output::export::{Export, Matter};

/// Sentences, each an instruction.
pub(super) fn advice(export: &Export) -> Vec<String> {
    if let Some(vulnerability) = &export.vulnerability {
        let urgency = Urgency::of(vulnerability);
        let when = match urgency.when {
            When::Now => "Patch tonight",
            When::Soon => "Patch before the regular time",
            When::Routine => "Patch at the regular time",
            When::Unknown => "Judge by your own exposure",
        };
        let first = format!("{when}: {}.", urgency.reasons.join(", "));
        let mitigations = vulnerability.mitigations.iter().flatten().cloned();
        return std::iter::once(first).chain(mitigations).collect();
    }
    let steps: &[&str] = match (export.common.kind, export.common.verdict) {
        ("indicator", Some("malicious" | "suspicious")) => match export.matter {
            Matter::Address(_) => &[
                "Block it at the firewall and at the proxy.",
                "Look for connections to it in logs of firewalls, proxies and flows, and examine the hosts that made them.",
            ],
            Matter::Domain(_) => &[
                "Block it at the resolver and at the proxy.",
                "Look for it in logs of the DNS and of proxies, and examine the hosts that asked for it.",
            ],
            Matter::Url(_) => &[
                "Block it at the proxy, and the host where nothing else is served there.",
                "Look for it in logs of proxies and mail, and examine who opened it.",
            ],
            _ => &[
                "Block its hashes on endpoints and in mail.",
                "Look for hosts that have it, isolate those that ran it, and look for what it contacts.",
            ],
        },
        ("indicator", Some("benign")) => &["Nothing: it is known to be harmless."],
        ("indicator", Some("undetected")) => {
            &["Do not take it for harmless: nothing was found so far. Look at where it turned up."]
        }
        ("indicator", _) => &["Look at where it turned up: the service cannot judge it."],
        ("alert", _) => &["Read its documents, decide, and give it a state."],
        ("issue", _) => &["Confirm that the asset is yours, mend it, and close the issue."],
        ("collection", _) => {
            &["Look for its indicators in your logs, and for its techniques in your detections."]
        }
        _ => &[],
    };
    steps.iter().map(|step| (*step).to_owned()).collect()
}
