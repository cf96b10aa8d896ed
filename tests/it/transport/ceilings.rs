//! Answers that have no end, as far as anybody can tell.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::{Act, Gti, RawServer};

/// An answer with so many blanks, compressed or not, behind the beginning of a
/// document.
fn long(status: &str, mebibytes: usize, compressed: bool) -> Vec<u8> {
    let block = vec![b' '; 1024 * 1024];
    let mut body = b"{\"data\":".to_vec();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&body).expect("written");
    for _ in 0..mebibytes {
        if compressed {
            encoder.write_all(&block).expect("written");
        } else {
            body.extend_from_slice(&block);
        }
    }
    let (body, coding) = if compressed {
        let packed = encoder.finish().expect("finished");
        (packed, "Content-Encoding: gzip\r\n")
    } else {
        (body, "")
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{coding}Connection: close\r\n\r\n"
    );
    [head.as_bytes(), &body].concat()
}

#[test]
fn an_answer_without_an_end_is_refused_at_once() {
    for compressed in [false, true] {
        let body = long("200 OK", 20, compressed);
        let server = RawServer::start(move |_, _| Act::Send(body.clone()));
        let gti = Gti::at(&server.base_url());
        for line in [
            "enrich evil.example",
            "api domains/evil.example",
            "ingest ioc-stream",
            "ingest dtm",
            "ingest asm",
            "vuln list",
            "search entity:collection",
            "widget evil.example",
            "dtm show x",
            "asm projects",
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            let before = server.requests();
            let ran = gti.run(&words);
            let said = format!("{}{}", ran.stdout, ran.stderr);
            assert_eq!(ran.code, 1, "{line}: {said}");
            assert!(said.contains("larger than 16 MiB"), "{line}: {said}");
            assert!(server.requests() - before <= 2, "{line}");
        }
        // What holds a few members only.
        let ran = gti.run(&["quota"]).exits(1);
        assert!(ran.stderr.contains("larger than 1 MiB"), "{}", ran.stderr);
    }
}

/// It is never silent, and never comes to an end.
#[test]
fn an_answer_that_drips_is_given_up() {
    use std::io::Read;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let Ok(mut connection) = connection else {
                return;
            };
            let _ = connection.read(&mut [0; 4096]);
            let _ = connection.write_all(b"HTTP/1.1 200 OK\r\n\r\n{");
            // A byte a moment, as long as somebody takes it.
            while connection.write_all(b" ").is_ok() {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
        }
    });
    let gti = Gti::at(&format!("http://{address}/api/v3"));
    let words = ["dtm", "show", "x", "--timeout", "1s", "--retries", "0"];
    let ran = gti.run(&words).exits(7);
    assert!(ran.stdout.contains("came too slowly"), "{}", ran.stdout);
}

/// Its beginning says what it is.
#[test]
fn an_error_without_an_end_is_read_no_further_than_it_says_something() {
    for compressed in [false, true] {
        let body = long("403 Forbidden", 20, compressed);
        let server = RawServer::start(move |_, _| Act::SendAndHang(body.clone()));
        let gti = Gti::at(&server.base_url());
        let ran = gti.run(&["enrich", "evil.example"]);
        assert_ne!(ran.code, 0, "{ran:?}");
        assert!(ran.stderr.len() < 2000, "{}", ran.stderr);
    }
}
