//! A loopback server for the benchmarks of ingest: one threat list of any size,
//! compressed beforehand, and a stream of notifications in pages of 40.
//!
//! `bench_feeds --entries N --items N` prints its port and serves until it is
//! killed.

#![expect(clippy::print_stdout, reason = "the port is what the caller waits for")]

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;

const PAGE: usize = 40;

struct Answers {
    /// The threat list, compressed.
    list: Vec<u8>,
    /// The pages of the stream, whole.
    pages: Vec<Vec<u8>>,
}

fn main() -> io::Result<()> {
    let (mut entries, mut items) = (0, 0);
    let mut args = std::env::args().skip(1);
    while let (Some(name), Some(value)) = (args.next(), args.next()) {
        let value: usize = value.parse().map_err(io::Error::other)?;
        match name.as_str() {
            "--entries" => entries = value,
            "--items" => items = value,
            other => return Err(io::Error::other(format!("what is {other}?"))),
        }
    }
    let answers = Arc::new(Answers {
        list: list(entries)?,
        pages: pages(items),
    });
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    for stream in listener.incoming() {
        let (stream, answers) = (stream?, Arc::clone(&answers));
        // A client that leaves ends its thread, nothing else.
        std::thread::spawn(move || serve(&stream, &answers));
    }
    Ok(())
}

/// An entry of about a kilobyte, as recorded ones are; no two alike.
fn entry(index: usize, out: &mut String) {
    let mut number = (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut hex = String::with_capacity(160);
    while hex.len() < 160 {
        number = number.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(1);
        let _ = write!(hex, "{number:016x}");
    }
    let (id, md5, vhash) = (&hex[..64], &hex[64..96], &hex[96..130]);
    let date = 1_767_000_000 + index % 400_000;
    let _ = write!(
        out,
        r#"{{"data":{{"type":"file","id":"{id}","attributes":{{"gti_assessment":{{"verdict":{{"value":"VERDICT_MALICIOUS"}},"threat_score":{{"value":{score}}},"severity":{{"value":"SEVERITY_HIGH"}}}},"creation_date":{date},"first_submission_date":{date},"last_analysis_date":{date},"last_analysis_stats":{{"malicious":{positives},"undetected":6,"typeUnsupported":4}},"last_modification_date":{date},"last_submission_date":{date},"md5":"{md5}","meaningful_name":"sample-{index}.exe","names":["sample-{index}.exe","{md5}","a \"quoted\" name.bin"],"positives":{positives},"tags":["spreader","peexe","overlay","calls-wmi"],"times_submitted":1,"type_tags":["pe","windows","executable","peexe","win32"],"vhash":"{vhash}"}},"relationships":{{"malware_families":{{"data":[{{"type":"collection","id":"malware--{md5}","attributes":{{"name":"EXAMPLE.FAMILY","collection_type":"malware-family"}}}}]}}}},"context_attributes":{{"threat_list_id":"ransomware"}}}}}}"#,
        score = index % 101,
        positives = index % 70,
    );
}

fn list(entries: usize) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(b"{\"iocs\":[")?;
    let mut text = String::new();
    for index in 0..entries {
        text.clear();
        if index > 0 {
            text.push(',');
        }
        entry(index, &mut text);
        encoder.write_all(text.as_bytes())?;
    }
    encoder.write_all(b"]}")?;
    encoder.finish()
}

fn pages(items: usize) -> Vec<Vec<u8>> {
    let start = 1_700_000_000;
    (0..items.div_ceil(PAGE))
        .map(|page| {
            let mut body = String::from("{\"data\":[");
            for index in page * PAGE..items.min((page + 1) * PAGE) {
                if index > page * PAGE {
                    body.push(',');
                }
                let date = start + index;
                let _ = write!(
                    body,
                    r#"{{"id":"d{index}.example","type":"domain","links":{{"self":"https://api.example/domains/d{index}.example"}},"attributes":{{"reputation":0,"tags":[],"whois":"{}"}},"context_attributes":{{"notification_id":"{index}","notification_date":{date},"origin":"hunting","sources":[],"tags":["rule"],"hunting_info":null}}}}"#,
                    "x".repeat(600)
                );
            }
            let next = page + 1;
            if next * PAGE < items {
                let _ = write!(body, "],\"meta\":{{\"cursor\":\"{next}\"}}}}");
            } else {
                body.push_str("],\"meta\":{}}");
            }
            let mut answer = head(body.len(), "").into_bytes();
            answer.extend_from_slice(body.as_bytes());
            answer
        })
        .collect()
}

fn head(length: usize, more: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{more}content-length: {length}\r\n\r\n"
    )
}

fn serve(stream: &TcpStream, answers: &Answers) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let target = line.split(' ').nth(1).unwrap_or("").to_owned();
        while line.trim() != "" {
            line.clear();
            reader.read_line(&mut line)?;
        }
        if target.contains("/threat_lists/") {
            let head = head(answers.list.len(), "content-encoding: gzip\r\n");
            writer.write_all(head.as_bytes())?;
            writer.write_all(&answers.list)?;
            continue;
        }
        let cursor = target.split_once("cursor=").map_or("0", |(_, rest)| rest);
        let page: usize = cursor.split('&').next().unwrap_or("0").parse().unwrap_or(0);
        match answers.pages.get(page) {
            Some(answer) => writer.write_all(answer)?,
            None => writer
                .write_all(head(2, "").as_bytes())
                .and_then(|()| writer.write_all(b"{}"))?,
        }
    }
}
