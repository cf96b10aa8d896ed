//! A server that breaks HTTP as told, where a well-behaved one can't.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What to do with a request.
pub(crate) enum Act {
    /// Send these bytes and close the connection.
    Send(Vec<u8>),
    /// Send these bytes and then nothing, for as long as the server lives.
    SendAndHang(Vec<u8>),
    /// Close the connection without a byte.
    Close,
    /// Send these bytes and close the connection with a reset.
    Reset(Vec<u8>),
}

/// A listener on loopback; one request for each connection.
pub(crate) struct RawServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    heads: Mutex<Vec<String>>,
    held: Mutex<Vec<TcpStream>>,
    over: AtomicBool,
}

impl RawServer {
    /// Starts one that asks `script` what to do: it gets the number of the
    /// request, from 0, and its head.
    pub(crate) fn start(script: impl Fn(usize, &str) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared::default());
        let script = Arc::new(script);
        let own = Arc::clone(&shared);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                if own.over.load(Ordering::SeqCst) {
                    return;
                }
                let (shared, script) = (Arc::clone(&own), Arc::clone(&script));
                let Ok(connection) = connection else { return };
                std::thread::spawn(move || shared.serve(connection, &*script));
            }
        });
        Self { address, shared }
    }

    /// Its address: `127.0.0.1:PORT`.
    pub(crate) fn host(&self) -> String {
        self.address.to_string()
    }

    /// Its root as a base URL.
    pub(crate) fn base_url(&self) -> String {
        format!("http://{}/api/v3", self.address)
    }

    /// The heads of the requests so far, first line and headers.
    pub(crate) fn heads(&self) -> Vec<String> {
        lock(&self.shared.heads).clone()
    }

    /// How many requests came.
    pub(crate) fn requests(&self) -> usize {
        lock(&self.shared.heads).len()
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is over.
        let _ = TcpStream::connect(self.address);
        lock(&self.shared.held).clear();
    }
}

impl Shared {
    fn serve(&self, mut connection: TcpStream, script: &(impl Fn(usize, &str) -> Act + ?Sized)) {
        let Some(head) = head(&mut connection) else {
            return;
        };
        let number = {
            let mut heads = lock(&self.heads);
            heads.push(head.clone());
            heads.len() - 1
        };
        // The other side may have gone; that is its business.
        match script(number, &head) {
            Act::Send(bytes) => {
                let _ = connection.write_all(&bytes);
            }
            Act::SendAndHang(bytes) => {
                let _ = connection.write_all(&bytes);
                lock(&self.held).push(connection);
            }
            Act::Close => {}
            Act::Reset(bytes) => reset(connection, &bytes),
        }
    }
}

/// Everything up to the empty line; `None` for a connection that asks nothing.
/// Of a SOCKS greeting, which has no lines, its first bytes.
fn head(connection: &mut TcpStream) -> Option<String> {
    let mut head = vec![];
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if connection.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
        if head.first() == Some(&5) && head.len() == 3 {
            break;
        }
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}

/// Closes with a reset instead of a proper end.
fn reset(connection: TcpStream, bytes: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        use tokio::io::AsyncWriteExt;
        connection.set_nonblocking(true).expect("set");
        let mut connection = tokio::net::TcpStream::from_std(connection).expect("a stream");
        let _ = connection.write_all(bytes).await;
        connection.set_zero_linger().expect("set");
    });
}

/// An answer with these headers and its body's length.
pub(crate) fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// The object that a look-up asks for by its path, in its envelope.
pub(crate) fn object_of(head: &str) -> String {
    let path = head.split(' ').nth(1).unwrap_or_default();
    let path = path.split('?').next().unwrap_or_default();
    let mut segments = path.rsplit('/');
    let id = segments.next().unwrap_or_default();
    let kind = match segments.next() {
        Some("ip_addresses") => "ip_address",
        Some("domains") => "domain",
        Some("urls") => "url",
        Some("files") => "file",
        _ => "collection",
    };
    format!(r#"{{"data":{{"id":"{id}","type":"{kind}","attributes":{{}}}}}}"#)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
