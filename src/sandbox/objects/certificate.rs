//! `last_https_certificate`.

use super::dates::{Dates, day};
use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::seed::Seed;

const SPELLING: &str = "%Y-%m-%d %H:%M:%S";
const QUARTER: i64 = 90 * 86_400;

/// The certificate served for a name, with the date on which it was seen.
pub(super) fn attributes(seed: Seed, name: &str, dates: Dates) -> Object {
    object! {
        "last_https_certificate_date": dates.last_analysis,
        "last_https_certificate": certificate(seed, name, dates),
        "jarm": seed.hex("jarm", 62),
    }
}

fn certificate(seed: Seed, name: &str, dates: Dates) -> Object {
    object! {
        "cert_signature": object! {
            "signature_algorithm": "sha256RSA",
            "signature": seed.hex("signature", 512),
        },
        "extensions": object! {
            "key_usage": list!["digitalSignature", "keyEncipherment"],
            "extended_key_usage": list!["serverAuth"],
            "CA": false,
            "subject_key_identifier": seed.hex("subject key", 40),
            "authority_key_identifier": object! { "keyid": seed.hex("authority key", 40) },
            "ca_information_access": object! {
                "OCSP": "http://ocsp.ca.example/",
                "CA Issuers": "http://issuers.ca.example/root.crt",
            },
            "subject_alternative_name": list![name.to_owned(), format!("www.{name}"), format!("*.{name}")],
            "certificate_policies": list!["2.23.140.1.2.1"],
            "crl_distribution_points": list!["http://crl.ca.example/root.crl"],
            "1.3.6.1.4.1.11129.2.4.2": seed.hex("timestamps", 64),
        },
        "validity": object! {
            "not_after": day(dates.last_analysis + QUARTER, SPELLING),
            "not_before": day(dates.last_analysis - QUARTER, SPELLING),
        },
        "size": seed.between("size", 1_100, 1_800),
        "version": "V3",
        "public_key": object! {
            "algorithm": "RSA",
            "rsa": object! {
                "modulus": seed.hex("modulus", 512),
                "exponent": "10001",
                "key_size": 2_048,
            },
        },
        "thumbprint_sha256": seed.hex("thumbprint sha256", 64),
        "thumbprint": seed.hex("thumbprint", 40),
        "serial_number": seed.hex("serial", 32),
        "issuer": object! { "C": "ZZ", "O": "Example Trust (simulated)", "CN": "Example CA 1" },
        "subject": Json::from(object! { "CN": name.to_owned() }),
    }
}
