//! Bodies that are compressed in several members, as proxies send them that
//! compress in blocks.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::{Act, Gti, RawServer, answer};

/// A member for each part of the text.
fn members(text: &str, size: usize) -> Vec<Vec<u8>> {
    let parts = text.as_bytes().chunks(size);
    parts
        .map(|part| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(part).expect("written");
            encoder.finish().expect("finished")
        })
        .collect()
}

/// An answer in chunks, each with one of the pieces.
fn chunked(status: &str, coding: &str, pieces: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Encoding: {coding}\r\n\
         Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    .into_bytes();
    for piece in pieces {
        bytes.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        bytes.extend_from_slice(piece);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    bytes
}

fn object() -> String {
    let text = "synthetic -0 1.10 ".repeat(500);
    format!(
        r#"{{"data":{{"id":"evil.example","type":"domain","attributes":{{"text":"{text}","n":-0,"m":1E+2,"last_analysis_stats":{{"malicious":5}}}}}}}}"#
    )
}

#[test]
fn every_member_is_read_whatever_the_pieces() {
    let text = object();
    let whole = members(&text, 700).concat();
    let single: Vec<_> = whole.chunks(1).map(<[u8]>::to_vec).collect();
    let gzip = "Content-Encoding: gzip\r\n";
    for (what, bytes) in [
        ("at once", answer("200 OK", gzip, &whole)),
        (
            "a chunk each",
            chunked("200 OK", "gzip", &members(&text, 700)),
        ),
        ("byte by byte", chunked("200 OK", "x-gzip", &single)),
    ] {
        let server = RawServer::start(move |_, _| Act::Send(bytes.clone()));
        let gti = Gti::at(&server.base_url());
        let ran = gti.run(&["enrich", "evil.example", "--raw", "-f", "jsonl"]);
        let object = &text[r#"{"data":"#.len()..text.len() - 1];
        assert_eq!(ran.exits(0).silently().stdout.trim_end(), object, "{what}");
        let ran = gti.run(&["api", "/domains/evil.example"]);
        assert_eq!(ran.exits(0).stdout.trim_end(), text, "{what}");
    }
}

#[test]
fn a_list_that_streams_is_read_to_its_last_member() {
    let entries: Vec<_> = (0..500)
        .map(|n| format!(r#"{{"data":{{"type":"domain","id":"host-{n}.example"}}}}"#))
        .collect();
    let text = format!(r#"{{"iocs":[{}]}}"#, entries.join(","));
    let bytes = chunked("200 OK", "gzip", &members(&text, 1000));
    let server = RawServer::start(move |_, _| Act::Send(bytes.clone()));
    let gti = Gti::at(&server.base_url());
    let ran = gti.run(&["ingest", "threat-list", "malware", "-f", "jsonl"]);
    assert_eq!(ran.exits(0).stdout.lines().count(), 500);
}

#[test]
fn an_error_is_read_to_its_last_member() {
    let error = r#"{"error":{"code":"NotFoundError","message":"not known"}}"#;
    let bytes = chunked("404 Not Found", "gzip", &members(error, 10));
    let server = RawServer::start(move |_, _| Act::Send(bytes.clone()));
    let ran = Gti::at(&server.base_url()).run(&["enrich", "evil.example", "-f", "jsonl"]);
    let records = ran.exits(5).records();
    assert_eq!(records[0]["error"]["code"], "NotFoundError");
}

/// A last member that is cut is no end, and a coding that nobody asked for is
/// not asked for again.
#[test]
fn what_cannot_be_decoded_is_an_error() {
    let text = object();
    let mut pieces = members(&text, 700);
    pieces.last_mut().expect("one").truncate(12);
    let cut = chunked("200 OK", "gzip", &pieces);
    let server = RawServer::start(move |_, _| Act::Send(cut.clone()));
    let gti = Gti::at(&server.base_url());
    let ran = gti.run(&["api", "/x", "--retries", "1", "--max-wait", "0s"]);
    let stderr = ran.exits(7).stderr;
    assert!(stderr.contains("damaged or cut short"), "{stderr}");
    assert_eq!(server.requests(), 2);

    let brotli = chunked("200 OK", "br", &[text.into_bytes()]);
    let server = RawServer::start(move |_, _| Act::Send(brotli.clone()));
    let ran = Gti::at(&server.base_url()).run(&["enrich", "evil.example"]);
    let stderr = ran.exits(1).stderr;
    assert!(stderr.contains("its encoding is `br`"), "{stderr}");
    assert_eq!(server.requests(), 1);
}
