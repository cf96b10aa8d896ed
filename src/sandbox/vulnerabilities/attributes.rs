//! The attributes of a vulnerability (API notes, section 8.4).

use super::case::Case;
use super::cve::Cve;
use super::profile::Profile;
use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::objects::{self, BIDI, Dates, ESCAPES, FORMULA, LINES, SCRIPT};
use crate::sandbox::seed::Seed;
use crate::sandbox::threats::counters;

const DAY: i64 = 86_400;

/// All attributes of a vulnerability, as they are at a time.
pub(in crate::sandbox) fn attributes(cve: Cve, now: i64) -> Object {
    let profile = Profile::of(cve);
    let seed = cve.seed();
    let dates = Dates::of(seed);
    let mut attributes = stated(cve, &profile, dates, now);
    attributes.extend(assessed(cve, &profile, dates));
    attributes.extend(affected(&profile, dates, seed));
    match cve.case() {
        Some(Case::Bare) => attributes.retain(|key| {
            !matches!(
                key,
                "cvss" | "epss" | "exploitation" | "cisa_known_exploited" | "cpes" | "cwe"
            )
        }),
        Some(Case::Null) => {
            for value in attributes.values_mut() {
                *value = Json::Null;
            }
        }
        Some(Case::Odd) => objects::odd(&mut attributes),
        Some(Case::Hostile) => hostile(&mut attributes),
        _ => {}
    }
    attributes
}

/// Names, texts and dates.
fn stated(cve: Cve, profile: &Profile, dates: Dates, now: i64) -> Object {
    let modified = cve.last_modified(now);
    let disclosed = dates.first_submission;
    let invented = if cve.may_be_real() {
        "This text was invented for the sandbox and says nothing about the real vulnerability of this number."
    } else {
        "Invented for the sandbox."
    };
    let (consequence, product) = (profile.consequence, profile.product);
    object! {
        "name": cve.name(),
        "collection_type": "vulnerability",
        "cve_id": cve.name(),
        "mve_id": format!("MVE-{}", &cve.name()[4..]),
        "status": "COMPUTED",
        "private": true,
        "origin": "Google Threat Intelligence",
        "description": format!("Synthetic data: a flaw in {} {product} that leads to {}. {invented}", profile.vendor, consequence.to_lowercase()),
        "executive_summary": format!("* Synthetic data: a flaw in {product} that an attacker could use for {}.\n* {invented}", consequence.to_lowercase()),
        "analysis": "<p>Synthetic analysis.</p>",
        "creation_date": disclosed + DAY,
        "last_modification_date": modified,
        "date_of_disclosure": disclosed,
        "days_to_report": 1,
        "version_history": list![object! { "date": modified, "version_notes": list!["EPSS updated"] }],
        "tags": tags(profile),
        "alt_names": list![],
        "alt_names_details": list![],
        "counters": counters(cve.seed()),
        "aggregations": object! {},
        "top_icon_md5": list![],
        "recent_activity_relative_change": Json::Null,
        "recent_activity_summary": list![0, 3, 1, 0, 7],
    }
}

fn tags(profile: &Profile) -> Json {
    [
        (profile.zero_day, "was_zero_day"),
        (profile.has_exploits(), "has_exploits"),
        (profile.is_seen(), "observed_in_the_wild"),
        (profile.kev, "media_attention"),
    ]
    .into_iter()
    .filter_map(|(holds, tag)| holds.then_some(tag))
    .collect()
}

/// Ratings, exploitation and scores.
fn assessed(cve: Cve, profile: &Profile, dates: Dates) -> Object {
    let seed = cve.seed();
    let disclosed = dates.first_submission;
    let first_use = profile.is_seen().then_some(disclosed + 3 * DAY);
    let mut attributes = object! {
        "risk_rating": profile.risk,
        "predicted_risk_rating": profile.predicted,
    };
    if let Some(priority) = profile.priority {
        attributes.push("priority", priority);
    }
    attributes.extend(object! {
        "exploitation_state": profile.state,
        "exploit_availability": profile.availability,
        "exploitation_consequence": profile.consequence,
        "exploitation_vectors": list![profile.vector],
        "exploitation": object! {
            "exploit_release_date": profile.has_exploits().then_some(disclosed + 10 * DAY),
            "first_exploitation": first_use,
            "tech_details_release_date": Json::Null,
        },
        "cvss": scores(cve, profile),
        "epss": epss(profile, seed),
        "cwe": object! { "id": "CWE-787", "title": "Out-of-bounds Write" },
    });
    if profile.kev {
        attributes.push(
            "cisa_known_exploited",
            object! {
                "added_date": disclosed + 5 * DAY,
                "due_date": disclosed + 26 * DAY,
                "ransomware_use": if profile.state == "Wide" { "Known" } else { "Unknown" },
            },
        );
    }
    attributes
}

fn scores(cve: Cve, profile: &Profile) -> Object {
    let tenths = |tenths: i64| Json::Number(format!("{}.{}", tenths / 10, tenths % 10).into());
    let v4 = object! {
        "score": tenths((profile.base + 3).min(100)),
        "vector": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
    };
    if cve.case() == Some(Case::Suspected) {
        return object! { "cvssv4_x": v4 };
    }
    let mut scores = object! {
        "cvssv2_0": object! {
            "base_score": tenths(profile.base - profile.base / 10),
            "temporal_score": tenths(profile.base - profile.base / 5),
            "vector": "AV:N/AC:L/Au:N/C:P/I:P/A:P/E:U/RL:OF/RC:C",
        },
        "cvssv3_x": object! {
            "base_score": tenths(profile.base),
            "temporal_score": tenths(profile.base - profile.base / 10),
            "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O/RC:C",
        },
    };
    if cve.case() == Some(Case::Worst) || cve.seed().chance("cvss 4", 40) {
        scores.push("cvssv4_x", v4);
    }
    scores
}

/// High for what is exploited, and spelled with more digits than a double has.
fn epss(profile: &Profile, seed: Seed) -> Object {
    let score = if profile.is_seen() {
        seed.between("epss", 4_000, 9_750)
    } else if profile.has_exploits() {
        seed.between("epss", 500, 4_000)
    } else {
        seed.between("epss", 1, 500)
    };
    let percentile = 10_000 - (10_000 - score) / 8;
    let share = |share: i64| Json::Number(format!("0.{share:04}0").into());
    object! { "score": share(score), "percentile": share(percentile.min(9_999)) }
}

/// What is affected, and what helps.
fn affected(profile: &Profile, dates: Dates, seed: Seed) -> Object {
    let (vendor, product) = (profile.vendor, profile.product);
    let disclosed = dates.first_submission;
    let cpe = |version: &'static str| {
        let uri = |text: &str| text.to_lowercase().replace(' ', "_");
        object! {
            "vendor": vendor,
            "product": product,
            "version": version,
            "uri": format!("cpe:2.3:a:{}:{}:{version}:*:*:*:*:*:*:*", uri(vendor), uri(product)),
        }
    };
    let reference = |name: &'static str, path: &'static str| {
        object! {
            "url": format!("https://advisories.example/{path}/{}", seed.hex("advisory", 8)),
            "title": "Synthetic advisory",
            "name": name,
            "published_date": disclosed + DAY,
            "cvss": Json::Null,
            "md5": Json::Null,
            "unique_id": Json::Null,
            "source_description": Json::Null,
        }
    };
    object! {
        "cpes": list![object! {
            "start_cpe": Json::Null,
            "start_rel": Json::Null,
            "end_cpe": cpe("9.1.4"),
            "end_rel": "<",
        }, object! {
            "start_cpe": cpe("10.0"),
            "start_rel": ">=",
            "end_cpe": cpe("10.0.3"),
            "end_rel": "<=",
        }],
        "affected_systems": list![product],
        "vulnerable_products": format!("<p>{vendor} {product} before 9.1.4</p>").replace('&', "&amp;"),
        "available_mitigation": if seed.chance("patch", 80) { list!["Patch"] } else { list!["Workaround"] },
        "workarounds": list!["<p>Synthetic data: keep it off the network.</p>"],
        "vendor_fix_references": list![reference(vendor, "fix")],
        "sources": list![reference("Example Advisories", "source")],
        "field_sources": list![],
        "mati_genids_dict": object! { "cve_id": Json::Null, "mve_id": Json::Null, "report_id": seed.hex("report", 8) },
        "risk_factors": list![],
        "summary_stats": object! {},
    }
}

/// Puts hostile text into every member that people write.
fn hostile(attributes: &mut Object) {
    for (key, text) in [
        ("name", ESCAPES),
        ("cve_id", FORMULA),
        ("description", LINES),
        ("analysis", SCRIPT),
        ("risk_rating", ESCAPES),
        ("priority", BIDI),
        ("exploitation_state", FORMULA),
        ("exploit_availability", SCRIPT),
        ("exploitation_consequence", LINES),
    ] {
        attributes.replace(key, text);
    }
    let all = || list![ESCAPES, BIDI, FORMULA, SCRIPT, LINES, "+1", "@SUM(1)", ""];
    for key in [
        "tags",
        "available_mitigation",
        "exploitation_vectors",
        "affected_systems",
    ] {
        attributes.replace(key, all());
    }
    attributes.replace(
        "executive_summary",
        format!("* {SCRIPT}\n{ESCAPES} {BIDI} {FORMULA}"),
    );
    attributes.push(
        "cisa_known_exploited",
        object! { "added_date": FORMULA, "due_date": i64::MAX, "ransomware_use": ESCAPES },
    );
    attributes.replace(
        "cvss",
        object! { "cvssv3_x": object! { "base_score": Json::Number("1E+1".into()), "vector": FORMULA } },
    );
    attributes.replace(
        "epss",
        object! { "score": ESCAPES, "percentile": Json::Number("1e-3".into()) },
    );
    attributes.push(
        "attribute_of_the_future",
        object! {
            "exact": Json::Number("1.10".into()),
            "large": Json::Number("123456789012345678901234567890".into()),
        },
    );
}
