//! `gti api` of files: streamed from the storage that the service redirects to, which
//! sees nothing that is meant for the service.

use crate::support::{Act, Gti, KEY, RawServer, answer};

const PATH: &str = "files/0123456789abcdef0123456789abcdef/download";

/// A service that redirects there.
fn redirecting(location: &str) -> RawServer {
    let header = format!("Location: {location}\r\nSet-Cookie: session=s3cret\r\n");
    RawServer::start(move |_, _| Act::Send(answer("302 Found", &header, "")))
}

fn storage(bytes: Vec<u8>) -> RawServer {
    RawServer::start(move |_, _| Act::Send(bytes.clone()))
}

fn link(storage: &RawServer) -> String {
    format!("http://{}/object?Signature=s3cret", storage.host())
}

/// Some megabytes that are no text and do not repeat soon.
fn sample() -> Vec<u8> {
    let byte = |i: u32| (i.wrapping_mul(2_654_435_761) >> 24) as u8;
    (0..3_000_000).map(byte).collect()
}

fn written(gti: &Gti) -> Vec<u8> {
    std::fs::read(gti.work().join("sample.bin")).expect("the file")
}

#[test]
fn the_storage_sends_the_bytes_and_sees_no_secret() {
    let storage = storage(answer("200 OK", "", sample()));
    for path in [
        PATH,
        "intelligence/zip_files/1/download",
        "feeds/files/202601020304",
    ] {
        let service = redirecting(&link(&storage));
        let gti = Gti::at(&service.base_url());
        gti.write("sample.bin", "before");
        let ran = gti
            .run(&["api", path, "-H", "X-Own: s3cret", "-o", "sample.bin"])
            .exits(0)
            .silently();
        assert_eq!(ran.stdout, "");
        assert!(written(&gti) == sample(), "{path}");
        let asked = service.heads().join("").to_ascii_lowercase();
        assert!(asked.contains(&format!("x-apikey: {KEY}")) && asked.contains("x-tool: "));
    }
    assert_eq!(storage.requests(), 3);
    for head in storage.heads() {
        assert!(head.starts_with("GET /object?Signature=s3cret "), "{head}");
        let head = head.to_ascii_lowercase();
        for secret in [
            "x-apikey",
            "x-tool",
            "cookie",
            "x-own",
            "referer",
            "authorization",
            KEY,
        ] {
            assert!(!head.contains(secret), "{head}");
        }
    }
}

/// Not at the service's own origin either, and not through a proxy.
#[test]
fn every_hop_goes_without_the_key() {
    let proxy = RawServer::start(|_, _| Act::Close);
    let service = RawServer::start(|number, _| match number {
        0 => Act::Send(answer("302 Found", "Location: /storage/a\r\n", "")),
        1 => Act::Send(answer("307 Temporary Redirect", "Location: b\r\n", "")),
        _ => Act::Send(answer("200 OK", "", "text")),
    });
    let ran = Gti::at(&service.base_url())
        .with("HTTP_PROXY", format!("http://{}", proxy.host()))
        .run(&["api", PATH])
        .exits(0);
    assert_eq!(ran.stdout, "text");
    let heads = service.heads();
    assert!(heads[2].starts_with("GET /storage/b "), "{heads:?}");
    let with_key: Vec<_> = heads.iter().map(|head| head.contains(KEY)).collect();
    assert_eq!(with_key, [true, false, false]);
    assert_eq!(proxy.requests(), 0);
}

#[test]
fn redirects_to_places_in_the_clear_and_in_a_circle_are_refused() {
    for (location, reason) in [
        (
            "http://storage.example/s3cret",
            "redirect to http://storage.example is not encrypted",
        ),
        ("ftp://storage.example/s3cret", "scheme `ftp`, not https"),
        ("file:///etc/s3cret", "scheme `file`, not https"),
        ("https://a:s3cret@storage.example/", "contains a user name"),
    ] {
        let service = redirecting(location);
        let gti = Gti::at(&service.base_url());
        gti.write("sample.bin", "before");
        let ran = gti.run(&["api", PATH, "-o", "sample.bin"]).exits(7);
        assert!(ran.stderr.contains(reason), "{}", ran.stderr);
        assert!(!ran.stderr.contains("s3cret"), "{}", ran.stderr);
        assert_eq!((written(&gti), service.requests()), (b"before".to_vec(), 1));
    }
    let service = redirecting("/again");
    let ran = Gti::at(&service.base_url()).run(&["api", PATH]).exits(7);
    assert!(ran.stderr.contains("more than 5 times"), "{}", ran.stderr);
    assert_eq!(service.requests(), 6);
}

#[test]
fn a_body_that_breaks_off_leaves_the_file_as_it_was() {
    let mut cut = answer("200 OK", "", sample());
    cut.truncate(2_000_000);
    let storage = storage(cut);
    let redirecting = redirecting(&link(&storage));
    let direct = {
        let mut cut = answer("200 OK", "", sample());
        cut.truncate(2_000_000);
        RawServer::start(move |_, _| Act::Send(cut.clone()))
    };
    for service in [&redirecting, &direct] {
        let gti = Gti::at(&service.base_url());
        gti.write("sample.bin", "before");
        let ran = gti.run(&["api", PATH, "-o", "sample.bin"]).exits(7);
        assert!(
            ran.stderr.contains("the download was interrupted after 1"),
            "{}",
            ran.stderr
        );
        assert_eq!(written(&gti), b"before");
    }
}

#[test]
fn an_error_of_the_storage_is_not_blamed_on_the_key() {
    let page = "<!DOCTYPE html><title>Log in</title>";
    let html = "Content-Type: text/html\r\n";
    for (status, headers, body, told) in [
        (
            "403 Forbidden",
            "",
            "<?xml version='1.0'?><Error/>",
            "403 storage at http://127.0.0.1:",
        ),
        (
            "401 Unauthorized",
            "",
            "",
            "401 storage at http://127.0.0.1:",
        ),
        (
            "404 Not Found",
            html,
            page,
            "404 storage at http://127.0.0.1:",
        ),
        (
            "200 OK",
            html,
            page,
            "received a web page instead of the file: Log in",
        ),
    ] {
        let storage = storage(answer(status, headers, body));
        let service = redirecting(&link(&storage));
        let gti = Gti::at(&service.base_url());
        gti.write("sample.bin", "before");
        let ran = gti.run(&["api", PATH, "-o", "sample.bin"]).exits(7);
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
        for absent in ["s3cret", "/object", " key", "licence", "/api/v3"] {
            assert!(!ran.stderr.contains(absent), "{absent}: {}", ran.stderr);
        }
        assert_eq!(written(&gti), b"before");
        assert_eq!(service.requests(), 1);
    }
    // A sample may be a page, which is stored as bytes; a report is one.
    for (path, headers) in [
        (PATH, "Content-Type: application/octet-stream\r\n"),
        ("file_behaviours/x_y/html", html),
    ] {
        let storage = storage(answer("200 OK", headers, page));
        let service = redirecting(&link(&storage));
        let ran = Gti::at(&service.base_url()).run(&["api", path]).exits(0);
        assert_eq!(ran.stdout, page);
    }
}

#[test]
fn an_error_of_the_service_is_told_as_for_any_lookup() {
    for (status, code, exit) in [
        ("404 Not Found", "NotFoundError", 5),
        ("403 Forbidden", "ForbiddenError", 4),
        ("401 Unauthorized", "WrongCredentialsError", 4),
    ] {
        let body = format!(r#"{{"error":{{"code":"{code}","message":"no"}}}}"#);
        let service = storage(answer(status, "", body));
        let ran = Gti::at(&service.base_url()).run(&["api", PATH]).exits(exit);
        assert_eq!(ran.stdout, "");
        assert!(ran.stderr.contains(code), "{}", ran.stderr);
    }
}

#[test]
fn bytes_are_not_shaped() {
    let service = storage(answer("200 OK", "", "x"));
    let gti = Gti::at(&service.base_url());
    for shape in [
        &["-f", "json"][..],
        &["--jq", "."],
        &["--fields", "id"],
        &["--include"],
        &["--paginate"],
    ] {
        let ran = gti.run(&[&["api", PATH], shape].concat()).exits(2);
        assert!(ran.stderr.contains("leads to a file"), "{}", ran.stderr);
    }
    assert_eq!(service.requests(), 0);
    assert_eq!(gti.run(&["api", PATH]).exits(0).silently().stdout, "x");
}
