//! Attributes of an IP address.

use std::net::IpAddr;

use super::dates::Dates;
use super::registration::Registration;
use super::{analysis, certificate};
use crate::sandbox::assessment::Assessment;
use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::seed::Seed;
use crate::sandbox::subject::Subject;

pub(super) fn attributes(subject: &Subject, ip: IpAddr) -> Object {
    let seed = subject.seed;
    let dates = Dates::of(seed);
    let assessment = Assessment::of(subject);
    let network = network(ip);
    let owner = format!(
        "Example Networks {} (simulated)",
        seed.between("owner", 1, 99)
    );

    let mut attributes = object! {
        "country": seed.pick("country", &["ZZ", "XA", "XB", "XC"]),
        "asn": asn(seed),
        "as_owner": owner.clone(),
        "continent": seed.pick("continent", &["EU", "NA", "AS", "SA", "AF"]),
        "network": network.clone(),
        "regional_internet_registry": seed.pick("registry", &["RIPE NCC", "ARIN", "APNIC", "LACNIC", "AFRINIC"]),
        "tags": tags(seed),
    };
    attributes.extend(certificate::attributes(seed, "host.ip.example", dates));
    attributes.extend(analysis::detections(subject, assessment));
    attributes.extend(
        Registration {
            seed,
            dates,
            name: &network,
            holder: &owner,
            class: "ip network",
        }
        .attributes(),
    );
    attributes.extend(analysis::shared(subject, assessment, dates));
    attributes
}

/// A number kept for documentation (RFC 5398).
fn asn(seed: Seed) -> i64 {
    seed.between("asn", 64_496, 64_511)
}

fn tags(seed: Seed) -> Json {
    if seed.chance("tags", 60) {
        list![]
    } else {
        list!["self-signed"]
    }
}

/// The /24 or /32 that the address lies in.
fn network(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [first, second, third, _] = ip.octets();
            format!("{first}.{second}.{third}.0/24")
        }
        IpAddr::V6(ip) => {
            let [first, second, ..] = ip.segments();
            format!("{first:x}:{second:x}::/32")
        }
    }
}
