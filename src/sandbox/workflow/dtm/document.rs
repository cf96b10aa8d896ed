//! The document that an alert is about.

use super::alert::Alert;
use super::documented::Role;
use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::objects::{BIDI, ESCAPES, FORMULA, LINES, SCRIPT};
use crate::sandbox::workflow::text;

/// Bytes of a large document's text.
const LARGE: usize = 300_000;

/// `doc.__id`, which also stands in the links.
pub(super) fn id(alert: &Alert) -> String {
    let digits = alert.seed.hex("document", 32);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]);
    parts.join("-")
}

/// The text that raised the alert.
pub(super) fn body(alert: &Alert) -> String {
    let matched = alert.monitor().matches;
    let text = match alert.kind().1 {
        "account_discovery" => format!(
            "combo list, simulated: user{}@{matched}:<password removed>",
            alert.seed.below("user", 900)
        ),
        "domain_discovery" => format!(
            "{} was registered, simulated; it looks like {matched}",
            domain(alert)
        ),
        "shop_listing" => format!(
            "selling simulated access to {matched}, price {} invented coins",
            alert.seed.between("price", 50, 5_000)
        ),
        "paste" => format!("# simulated dump of {matched}\nline one\nline two"),
        "tweet" => format!("simulated: something is going on at {matched}"),
        "web_content_publish" => format!(
            "Simulated page that asks customers of {matched} to sign in at {}",
            domain(alert)
        ),
        _ => format!("simulated post: who has anything on {matched}?"),
    };
    match alert.role {
        Some(Role::Hostile) => [text.as_str(), ESCAPES, BIDI, FORMULA, SCRIPT, LINES].join(" "),
        Some(Role::Large) => {
            let line = "simulated line of a long document about nothing at all\n";
            format!("{text}\n{}", line.repeat(LARGE / line.len()))
        }
        _ => text,
    }
}

/// An invented name that looks like the one that is watched for.
pub(super) fn domain(alert: &Alert) -> String {
    let name = alert.monitor().matches.trim_end_matches(".example");
    format!("{name}-{}.example", alert.seed.hex("domain", 4))
}

/// `doc`: the text cut to so many characters where that was asked for.
pub(super) fn object(alert: &Alert, truncate: Option<usize>) -> Object {
    let kind = alert.kind().1;
    let mut body = body(alert);
    if let Some((cut, _)) = truncate.and_then(|most| body.char_indices().nth(most)) {
        body.truncate(cut);
    }
    let mut document = object! {
        "__id": id(alert),
        "__type": kind,
        "timestamp": text(alert.created),
        "ingested": text(alert.created),
        "source": "simulated",
        "body": body,
    };
    match kind {
        "account_discovery" => document.push(
            "service_account",
            object! { "service": object! { "name": alert.monitor().matches }, "login": format!("user{}", alert.seed.below("user", 900)) },
        ),
        "domain_discovery" => document.push("domain", domain(alert)),
        "message" => document.push(
            "channel",
            object! { "name": "simulated channel", "messenger": object! { "name": "Simulated Messenger" } },
        ),
        "shop_listing" => document.push("shop", object! { "name": "Simulated Market" }),
        _ => {
            document.push("author", object! { "identity": object! { "name": "nobody" } });
        }
    }
    document
}

/// `labels`: what a machine makes of the document.
pub(super) fn labels(alert: &Alert) -> Json {
    list![object! {
        "label": "threat/simulated",
        "type": "classifier",
        "confidence": Json::Number(format!("0.{}", alert.seed.between("label", 50, 99)).into()),
    }]
}

/// `topics`: what it finds in the document.
pub(super) fn topics(alert: &Alert) -> Json {
    list![
        object! { "type": "domain", "value": alert.monitor().matches },
        object! { "type": "identity", "value": "nobody" },
    ]
}
