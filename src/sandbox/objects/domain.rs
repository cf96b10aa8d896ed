//! Attributes of a domain.

use super::dates::Dates;
use super::registration::Registration;
use super::{analysis, certificate};
use crate::sandbox::assessment::Assessment;
use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::seed::Seed;
use crate::sandbox::subject::Subject;

const YEAR: i64 = 365 * 86_400;

pub(super) fn attributes(subject: &Subject) -> Object {
    let seed = subject.seed;
    let dates = Dates::of(seed);
    let assessment = Assessment::of(subject);
    let name = subject.id.as_str();
    let registrar = format!(
        "Example Registrar {} (simulated)",
        seed.between("registrar", 1, 30)
    );

    let mut attributes = object! {
        "categories": categories(assessment),
        "registrar": registrar.clone(),
        "creation_date": dates.creation,
        "expiration_date": dates.last_analysis + YEAR,
        "last_update_date": dates.last_submission,
        "tld": name.rsplit('.').next().unwrap_or("").to_owned(),
        "last_dns_records": dns_records(seed, name),
        "last_dns_records_date": dates.last_analysis,
        "popularity_ranks": popularity(seed, dates),
        "favicon": object! { "raw_md5": seed.hex("favicon", 32), "dhash": seed.hex("dhash", 16) },
        "tags": if assessment.is_bad() { list!["dga", "simulated"] } else { list![] },
    };
    attributes.extend(certificate::attributes(seed, name, dates));
    attributes.extend(analysis::detections(subject, assessment));
    attributes.extend(
        Registration {
            seed,
            dates,
            name,
            holder: &registrar,
            class: "domain",
        }
        .attributes(),
    );
    attributes.extend(analysis::shared(subject, assessment, dates));
    attributes
}

/// What invented vendors file it under; also for URLs.
pub(super) fn categories(assessment: Assessment) -> Object {
    let labels = if assessment.is_bad() {
        [
            "malicious web sites",
            "command and control",
            "newly registered",
        ]
    } else {
        ["information technology", "business", "reference"]
    };
    object! {
        "Example Filter": labels[0],
        "Simulated Categoriser": labels[1],
        "vendor.example": labels[2],
    }
}

fn dns_records(seed: Seed, name: &str) -> Json {
    let ttl = seed.pick("ttl", &[60, 300, 3_600]);
    let record =
        |kind: &'static str, value: String| object! { "type": kind, "ttl": ttl, "value": value };
    let host = |label: &str| seed.between(label, 1, 254);
    let mut mail = record("MX", format!("mail.{name}"));
    mail.push("priority", 10);
    let mut soa = record("SOA", "ns1.dns.example".to_owned());
    soa.push("rname", "hostmaster.dns.example");
    for (field, value) in [
        ("serial", 2_025_010_100),
        ("refresh", 10_800),
        ("retry", 3_600),
        ("expire", 604_800),
        ("minimum", 3_600),
    ] {
        soa.push(field, value);
    }
    let mut caa = record("CAA", "ca.example".to_owned());
    caa.push("flag", 0);
    caa.push("tag", "issue");
    list![
        record("A", format!("198.51.100.{}", host("a"))),
        record("AAAA", format!("2001:db8::{:x}", host("aaaa"))),
        record("NS", "ns1.dns.example".to_owned()),
        record("NS", "ns2.dns.example".to_owned()),
        mail,
        soa,
        caa,
        record("TXT", "v=spf1 -all".to_owned()),
    ]
}

fn popularity(seed: Seed, dates: Dates) -> Object {
    let rank = |label: &str| {
        object! { "rank": seed.between(label, 1_000, 999_999), "timestamp": dates.last_submission }
    };
    object! { "Example Ranking": rank("ranking"), "Simulated Top Million": rank("million") }
}
