//! Attributes of a URL.

use url::Url;

use super::dates::{Dates, day};
use super::{analysis, domain};
use crate::sandbox::assessment::Assessment;
use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::seed::Seed;
use crate::sandbox::subject::Subject;

pub(super) fn attributes(subject: &Subject, url: &Url) -> Object {
    let seed = subject.seed;
    let dates = Dates::of(seed);
    let assessment = Assessment::of(subject);
    let text = url.as_str();
    let last = format!("{text}#landing");

    let mut attributes = object! {
        "url": text.to_owned(),
        "last_final_url": last.clone(),
        "title": "Simulated page",
        "tld": url.domain().and_then(|host| host.rsplit('.').next()).unwrap_or("").to_owned(),
        "categories": domain::categories(assessment),
        "redirection_chain": list![text.to_owned(), last],
        "outgoing_links": outgoing(seed),
        "html_meta": html_meta(),
        "has_content": true,
        "threat_names": if assessment.is_bad() { list!["Synthetic.Phish"] } else { list![] },
        "trackers": trackers(seed, dates),
        "times_submitted": seed.between("times", 1, 400),
        "first_submission_date": dates.first_submission,
        "last_submission_date": dates.last_submission,
        "favicon": object! { "raw_md5": seed.hex("favicon", 32), "dhash": seed.hex("dhash", 16) },
        "tags": if assessment.is_bad() { list!["third-party-cookies", "iframes"] } else { list![] },
    };
    attributes.extend(response(seed, dates));
    attributes.extend(analysis::detections(subject, assessment));
    attributes.extend(analysis::shared(subject, assessment, dates));
    attributes
}

/// The `last_http_response_…` attributes.
fn response(seed: Seed, dates: Dates) -> Object {
    object! {
        "last_http_response_code": seed.pick("code", &[200, 200, 200, 302, 404]),
        "last_http_response_content_length": seed.between("length", 512, 90_000),
        "last_http_response_content_sha256": seed.hex("content", 64),
        "last_http_response_headers": object! {
            "Content-Type": "text/html; charset=utf-8",
            "Server": "simulated/1.0",
            "Date": day(dates.last_analysis, "%a, %d %b %Y %H:%M:%S GMT"),
            "Cache-Control": "no-cache, no-store, must-revalidate",
            "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
            "Content-Security-Policy": "default-src 'self'; script-src 'self' https://static.example/ 'unsafe-inline'; object-src 'none'",
            "Set-Cookie": "session=simulated; Path=/; HttpOnly",
        },
        "last_http_response_cookies": object! { "session": seed.hex("cookie", 32) },
    }
}

fn outgoing(seed: Seed) -> Json {
    (0..seed.below("outgoing", 9) + 3)
        .map(|index| {
            let page = seed.child("link", index).hex("page", 12);
            format!("https://links.example/{page}?from=simulated")
        })
        .collect()
}

fn html_meta() -> Object {
    object! {
        "viewport": list!["width=device-width, initial-scale=1"],
        "description": list!["A page that was never served."],
        "generator": list!["Simulated CMS 4.2"],
        "og:title": list!["Simulated page"],
    }
}

fn trackers(seed: Seed, dates: Dates) -> Object {
    object! {
        "Example Analytics": list![object! {
            "id": format!("EX-{}", seed.between("tracker", 10_000, 99_999)),
            "timestamp": dates.last_analysis,
            "url": "https://analytics.example/collect.js",
        }],
    }
}
