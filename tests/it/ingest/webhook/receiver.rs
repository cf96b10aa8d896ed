//! A receiver of deliveries that behaves as the test says.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What happens to a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ingest) enum Meets {
    /// It is taken.
    Ok,
    /// It is answered with 200 and this text.
    Says(&'static str),
    /// It is answered with a status and these further headers.
    Status(u16, &'static str),
    /// It is taken, and the answer never arrives.
    Silence,
    /// The connection breaks before anything is taken.
    Reset,
    /// It is taken, and the connection breaks before the answer.
    LateReset,
}

/// A delivery as it came.
#[derive(Debug, Clone)]
pub(in crate::ingest) struct Delivery {
    pub(in crate::ingest) head: String,
    pub(in crate::ingest) body: String,
    pub(in crate::ingest) meets: Meets,
}

impl Delivery {
    /// The value of a header.
    pub(in crate::ingest) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    pub(in crate::ingest) fn key(&self) -> &str {
        self.header("idempotency-key").expect("a key")
    }
}

/// The receiver.
pub(in crate::ingest) struct Receiver {
    port: u16,
    deliveries: Arc<Mutex<Vec<Delivery>>>,
}

impl Receiver {
    /// One that decides by the number of the delivery and by its body.
    pub(in crate::ingest) fn start(
        meets: impl Fn(usize, &str) -> Meets + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let deliveries = Arc::new(Mutex::new(Vec::new()));
        let (kept, meets) = (Arc::clone(&deliveries), Arc::new(meets));
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (kept, meets) = (Arc::clone(&kept), Arc::clone(&meets));
                std::thread::spawn(move || serve(connection, &kept, &*meets));
            }
        });
        Self { port, deliveries }
    }

    pub(in crate::ingest) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    pub(in crate::ingest) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Everything that came, taken or not.
    pub(in crate::ingest) fn deliveries(&self) -> Vec<Delivery> {
        self.deliveries.lock().expect("lock").clone()
    }

    /// What was taken.
    pub(in crate::ingest) fn taken(&self) -> Vec<Delivery> {
        let mut all = self.deliveries();
        all.retain(|one| matches!(one.meets, Meets::Ok | Meets::Silence | Meets::LateReset));
        all
    }
}

fn serve(
    mut connection: TcpStream,
    kept: &Mutex<Vec<Delivery>>,
    meets: &(impl Fn(usize, &str) -> Meets + ?Sized),
) {
    while let Some((head, body)) = read(&mut connection) {
        let meets = {
            let mut kept = kept.lock().expect("lock");
            let meets = meets(kept.len(), &body);
            kept.push(Delivery { head, body, meets });
            meets
        };
        let (status, headers) = match meets {
            Meets::Ok | Meets::Says(_) => (200, ""),
            Meets::Status(status, headers) => (status, headers),
            Meets::Silence => {
                std::thread::sleep(Duration::from_secs(30));
                return;
            }
            // With unread bytes or not: the sender sees the end of the connection.
            Meets::Reset | Meets::LateReset => return,
        };
        // Receivers quote what they got.
        let said = match meets {
            Meets::Says(said) => said.to_owned(),
            _ => format!(
                "no: {}",
                kept.lock().expect("lock").last().expect("one").head
            ),
        };
        let answer = format!(
            "HTTP/1.1 {status} Status\r\nContent-Length: {}\r\n{headers}\r\n{said}",
            said.len()
        );
        if connection.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// One request, head and body; none at the end of the connection.
fn read(connection: &mut TcpStream) -> Option<(String, String)> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if connection.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let found = name.eq_ignore_ascii_case("content-length");
        found.then(|| value.trim().parse::<usize>().ok())?
    })?;
    let mut body = vec![0; length];
    connection.read_exact(&mut body).ok()?;
    Some((head, String::from_utf8(body).ok()?))
}
