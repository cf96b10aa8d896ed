//! A service over TLS, with a certificate for `gti.example`, `localhost` and
//! `127.0.0.1` that only the authority in `tls/authority.pem` vouches for.
//!
//! The pair is for these tests alone; the authority's own key was thrown away.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::tree::read;

/// The file of the authority that vouches for the server.
pub(crate) fn authority() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/support/tls/authority.pem")
}

/// Answers every request with the same bytes and closes the connection.
pub(crate) struct TlsServer {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    connections: usize,
    heads: Vec<String>,
}

impl TlsServer {
    pub(crate) fn start(answer: Vec<u8>) -> Self {
        let configuration = Arc::new(configuration());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Seen::default()));
        let own = Arc::clone(&seen);
        // The thread ends with the process: it holds a port and nothing else.
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                lock(&own).connections += 1;
                let tls = ServerConnection::new(Arc::clone(&configuration)).expect("a session");
                let mut stream = StreamOwned::new(tls, connection);
                // A client that trusts nobody goes away during the handshake.
                let mut head = vec![];
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
                    head.push(byte[0]);
                }
                if !head.is_empty() {
                    let head = String::from_utf8_lossy(&head).into_owned();
                    lock(&own).heads.push(head);
                    let _ = stream.write_all(&answer);
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                }
            }
        });
        Self { address, seen }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections came.
    pub(crate) fn connections(&self) -> usize {
        lock(&self.seen).connections
    }

    /// The heads of the requests that came through.
    pub(crate) fn heads(&self) -> Vec<String> {
        lock(&self.seen).heads.clone()
    }
}

fn configuration() -> ServerConfig {
    let certificate = read("tests/support/tls/server.pem");
    let key = read("tests/support/tls/server.key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(certificate.as_bytes()).expect("a certificate")],
            PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("a key"),
        )
        .expect("a pair")
}

fn lock(seen: &Mutex<Seen>) -> std::sync::MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
