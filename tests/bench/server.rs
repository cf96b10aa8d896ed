//! A loopback server for the benchmarks: every GET is answered with the same
//! report of 22 KB, for the address that the path ends with, as fast as a thread for each connection can.
//!
//! `bench_server [--latency MS] [--indent] [--tls CERT KEY]` prints its port and
//! serves until it is killed.

#![expect(clippy::print_stdout, reason = "the port is what the caller waits for")]

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What the rivals were measured with.
const REPORT_BYTES: usize = 22_000;

fn main() -> io::Result<()> {
    let mut latency = Duration::ZERO;
    let mut indent = false;
    let mut tls = None;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || {
            args.next()
                .ok_or_else(|| io::Error::other("a value is missing"))
        };
        match arg.as_str() {
            "--latency" => {
                latency = Duration::from_millis(value()?.parse().map_err(io::Error::other)?);
            }
            "--indent" => indent = true,
            "--tls" => tls = Some(config(&value()?, &value()?)?),
            other => return Err(io::Error::other(format!("what is {other}?"))),
        }
    }
    let answer = Arc::new(Answer::new(indent));
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    for stream in listener.incoming() {
        let (stream, answer, tls) = (stream?, Arc::clone(&answer), tls.clone());
        std::thread::spawn(move || {
            // A client that leaves ends its thread, nothing else.
            let _ = match tls {
                None => serve(stream, &answer, latency),
                Some(config) => ServerConnection::new(config)
                    .map_err(io::Error::other)
                    .and_then(|tls| serve(StreamOwned::new(tls, stream), &answer, latency)),
            };
        });
    }
    Ok(())
}

fn config(certificate: &str, key: &str) -> io::Result<Arc<ServerConfig>> {
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(io::Error::other)?;
    let key = PrivateKeyDer::from_pem_reader(File::open(key)?).map_err(io::Error::other)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map(Arc::new)
        .map_err(io::Error::other)
}

/// Answers requests on one connection until it closes. Reading and writing
/// share the stream, so the reader is asked for the writer.
fn serve(
    stream: impl Read + Write + NoDelay,
    answer: &Answer,
    latency: Duration,
) -> io::Result<()> {
    stream.no_delay()?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    let mut response = Vec::new();
    loop {
        // The request line and headers, up to the empty line; GETs have no body.
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let path = line.split(' ').nth(1).unwrap_or_default();
        let path = path.split('?').next().unwrap_or_default();
        let id = path.rsplit('/').next().unwrap_or_default();
        answer.write(&id.replace("%3A", ":"), &mut response);
        loop {
            line.clear();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if line == "\r\n" {
                line.clear();
                break;
            }
        }
        if !latency.is_zero() {
            std::thread::sleep(latency);
        }
        reader.get_mut().write_all(&response)?;
        reader.get_mut().flush()?;
    }
}

trait NoDelay {
    fn no_delay(&self) -> io::Result<()>;
}

impl NoDelay for TcpStream {
    fn no_delay(&self) -> io::Result<()> {
        self.set_nodelay(true)
    }
}

impl NoDelay for StreamOwned<ServerConnection, TcpStream> {
    fn no_delay(&self) -> io::Result<()> {
        self.sock.set_nodelay(true)
    }
}

/// Stands for the id in the report.
const ID: &str = "@";

/// A report, up to its id and from there.
struct Answer {
    before: String,
    after: String,
}

impl Answer {
    fn new(indent: bool) -> Self {
        let report = report(indent);
        let (before, after) = report.split_once(ID).unwrap_or((&report, ""));
        Self {
            before: before.to_owned(),
            after: after.to_owned(),
        }
    }

    /// The whole response, headers first.
    fn write(&self, id: &str, response: &mut Vec<u8>) {
        let length = self.before.len() + id.len() + self.after.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        response.clear();
        for part in [&head, &self.before, id, &self.after] {
            response.extend_from_slice(part.as_bytes());
        }
    }
}

/// A report with as many engines as fill it.
fn report(indent: bool) -> String {
    let mut engines = serde_json::Map::new();
    let mut body = String::new();
    while body.len() < REPORT_BYTES {
        let name = format!("Engine {:03}", engines.len());
        engines.insert(
            name.clone(),
            serde_json::json!({"method": "blacklist", "engine_name": name, "category": "harmless", "result": "clean"}),
        );
        let report = serde_json::json!({"data": {
            "id": ID,
            "type": "ip_address",
            "links": {"self": "https://www.virustotal.com/api/v3/ip_addresses/"},
            "attributes": {
                "gti_assessment": {
                    "verdict": {"value": "VERDICT_MALICIOUS"},
                    "severity": {"value": "SEVERITY_HIGH"},
                    "threat_score": {"value": 87}
                },
                "last_analysis_stats": {"malicious": 9, "suspicious": 1, "undetected": 20, "harmless": 60, "timeout": 0},
                "last_analysis_results": engines,
            }
        }});
        body = if indent {
            format!("{report:#}")
        } else {
            report.to_string()
        };
    }
    body
}
