//! Hourly archives of changed indicators.

use std::io::Read;

use bzip2::read::MultiBzDecoder;
use jiff::Timestamp;
use serde_json::Value;
use tar::Archive;

use super::{KEY, Site};
use crate::sandbox::Options;

fn now() -> Timestamp {
    "2026-01-02T12:10:00Z".parse().expect("a time")
}

fn site() -> Site {
    Site::with(Options {
        now,
        ..Options::default()
    })
}

/// The names of the members of an archive, and its lines.
async fn archive(site: &Site, hour: &str, kind: &str) -> (Vec<String>, Vec<Value>) {
    let path = format!("/collections/sync/ioc-deltas/{hour}?ioc_type={kind}");
    let request = site.request(&path).header("x-apikey", KEY);
    let packed = request.send().await.expect("an answer");
    assert_eq!(packed.headers()["content-type"], "application/octet-stream");
    let packed = packed.bytes().await.expect("a body");
    let mut tar = Archive::new(MultiBzDecoder::new(packed.as_ref()));
    tar.set_ignore_zeros(true);
    let (mut names, mut lines) = (vec![], vec![]);
    for member in tar.entries().expect("members").raw(true) {
        let mut member = member.expect("a member");
        names.push(String::from_utf8_lossy(&member.path_bytes()).into_owned());
        let mut text = String::new();
        member.read_to_string(&mut text).expect("text");
        let full = text.lines().filter(|line| !line.is_empty());
        lines.extend(full.map(|line| serde_json::from_str::<Value>(line).expect(line)));
    }
    (names, lines)
}

#[tokio::test]
async fn an_archive_has_the_lines_of_its_hour_in_several_streams() {
    let site = site();
    for (kind, name) in [
        ("file", "file"),
        ("ip", "ip_address"),
        ("url", "url"),
        ("domain", "domain"),
    ] {
        let (names, lines) = archive(&site, "2026010210", kind).await;
        assert!(names.len() == 9 && names.contains(&"../../31.json".to_owned()));
        assert!((12..32).contains(&lines.len()), "{kind}: {}", lines.len());
        assert!(lines.iter().all(|line| line["type"] == name), "{kind}");
    }
    assert_eq!(archive(&site, "2026010200", "file").await.1.len(), 6_000);
    let again = archive(&site, "2026010210", "file").await;
    assert_eq!(again, archive(&site, "2026010210", "file").await);
}

#[tokio::test]
async fn what_is_not_there_yet_differs_from_what_is_not_there() {
    let site = site();
    for (hour, kind, status, code) in [
        ("2026010212", "file", 400, "NotAvailableYet"),
        // Over, and not published.
        ("2026010211", "file", 400, "NotAvailableYet"),
        ("2026010205", "ip", 404, "NotFoundError"),
        ("2025120100", "file", 404, "NotFoundError"),
        ("2026010210", "ip_address", 400, "InvalidArgumentError"),
        ("2026010210", "", 400, "InvalidArgumentError"),
        ("20260102", "file", 400, "InvalidArgumentError"),
    ] {
        let path = format!("/collections/sync/ioc-deltas/{hour}?ioc_type={kind}");
        let answer = site.get(&path).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code));
    }
}
