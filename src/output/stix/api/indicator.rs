//! What the report on an indicator says.

use std::net::IpAddr;

use jiff::Timestamp;

use super::{Item, SERVICE, time};
use crate::model::gui;
use crate::model::indicator::Kind;
use crate::model::report::{Report, ReportAttributes};
use crate::output::stix::fact::{Fact, Indicator, Observable, Reference};

/// What a report says on an indicator, by its value where it was looked up by one.
pub(super) fn read(
    report: &Report,
    kind: Kind,
    value: Option<&str>,
    seen: Timestamp,
) -> Option<Fact> {
    let attributes = &report.attributes;
    let judged = report.judgement();
    let verdict = judged.source.map(|_| judged.verdict.name().to_owned());
    let modified =
        time(attributes.last_modification_date).or_else(|| time(attributes.last_analysis_date));
    let created = time(attributes.first_submission_date).or_else(|| time(attributes.creation_date));
    Some(Fact::Indicator(Box::new(Indicator {
        observable: observable(report, kind, value)?,
        verdict,
        severity: judged.severity,
        threat_score: judged.threat_score,
        explanation: attributes.gti_assessment.description.clone(),
        created,
        modified,
        seen,
        revoked: false,
        sighted: report.context_attributes.notification(),
        labels: attributes.tags.clone(),
        references: reference(report, kind).into_iter().collect(),
        related: vec![],
    })))
}

/// An indicator of which a list tells only what it is.
pub(super) fn listed(kind: Kind, item: Item<'_>, seen: Timestamp) -> Option<Fact> {
    let id = item.id.map(str::to_owned);
    let report = Report {
        id,
        ..Report::default()
    };
    let url = item.name.filter(|_| kind == Kind::Url);
    read(&report, kind, url, seen)
}

/// The other end of a resolution: the address of a domain, the domain of an address.
///
/// The item is named by both, `host address`; its id is one behind the other.
pub(super) fn resolved(subject: &Fact, item: Item<'_>, seen: Timestamp) -> Option<Fact> {
    let Fact::Indicator(subject) = subject else {
        return None;
    };
    let joined = item.name.and_then(|name| name.split_once(' '));
    match &subject.observable {
        Observable::Ip(address) => {
            let shown = address.to_string();
            let host = joined.map(|(host, _)| host);
            let host = host.or_else(|| item.id?.strip_prefix(&shown))?;
            Some(plain(Observable::Domain(host.to_owned()), seen))
        }
        Observable::Domain(name) => {
            let address = joined.map(|(_, address)| address);
            let address = address.or_else(|| item.id?.strip_suffix(name.as_str()))?;
            Some(plain(
                Observable::Ip(address.parse::<IpAddr>().ok()?.to_canonical()),
                seen,
            ))
        }
        _ => None,
    }
}

fn plain(observable: Observable, seen: Timestamp) -> Fact {
    Fact::Indicator(Box::new(Indicator {
        observable,
        verdict: None,
        severity: None,
        threat_score: None,
        explanation: None,
        created: None,
        modified: None,
        seen,
        revoked: false,
        sighted: None,
        labels: vec![],
        references: vec![],
        related: vec![],
    }))
}

fn observable(report: &Report, kind: Kind, value: Option<&str>) -> Option<Observable> {
    let attributes = &report.attributes;
    let id = report.id.as_deref();
    Some(match kind {
        Kind::Ip => {
            let address: IpAddr = value.or(id)?.parse().ok()?;
            // The standard knows no IPv4 address in the form of IPv6.
            Observable::Ip(address.to_canonical())
        }
        Kind::Domain => Observable::Domain(value.or(id)?.to_owned()),
        Kind::Url => {
            let sent = attributes.url.as_deref();
            let sent = sent.or(report.context_attributes.url.as_deref());
            // In the stream a URL is its own id.
            let url = value.or(sent).or(id)?;
            Observable::Url(Some(url).filter(|url| url.contains("://"))?.to_owned())
        }
        Kind::File => file(attributes, [id, value])?,
    })
}

/// A file by the hashes that it is known by, and that it was asked for by.
fn file(attributes: &ReportAttributes, names: [Option<&str>; 2]) -> Option<Observable> {
    let hash = |sent: &Option<String>, digits: usize| {
        let known = names
            .into_iter()
            .flatten()
            .find(|name| name.len() == digits);
        sent.clone().or_else(|| known.map(str::to_owned))
    };
    let (md5, sha1, sha256) = (
        hash(&attributes.md5, 32),
        hash(&attributes.sha1, 40),
        hash(&attributes.sha256, 64),
    );
    let is_known = md5.is_some() || sha1.is_some() || sha256.is_some();
    is_known.then_some(Observable::File { md5, sha1, sha256 })
}

/// The page about it.
fn reference(report: &Report, kind: Kind) -> Option<Reference> {
    let id = report.id.clone()?;
    let is_private = report
        .kind
        .as_deref()
        .is_some_and(|kind| kind.starts_with("private_"));
    let url = if is_private {
        gui::private(kind, &id)
    } else {
        gui::indicator(kind, &id)
    };
    Some(Reference {
        source_name: SERVICE.to_owned(),
        url: Some(url),
        external_id: Some(id),
    })
}
