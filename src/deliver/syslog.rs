//! Syslog (RFC 5424) over TLS or TCP with octet counting (RFC 6587), or over UDP.
//!
//! Nobody acknowledges a message: over TCP it is known at most that the system has taken
//! it for the connection, which is looked at once more before the page is committed.

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::delivery::{Delivered, Receiver};
use super::destination::{Answering, Destination, Kind, Network};
use super::encoded::Encoded;
use super::record::{Step, Unprocessed};
use crate::client::hook::Undelivered;
use crate::client::retry::{Intervals, Policy};
use crate::client::tls::{self, Authorities, Tls, Verification};
use crate::model::common::Common;
use crate::model::error::{Error, ErrorKind};
use crate::model::json::one_line;
use crate::output::Format;
use crate::settings::SinkSection;
use crate::state::checkpoint::DestinationId;
use crate::state::dead_letters::Addressee;
use crate::state::machine::host_name;

pub(super) const KIND: Kind = Kind {
    name: "syslog",
    read,
};

const KEYS: [&str; 6] = [
    "address", "protocol", "body", "facility", "hostname", "app_name",
];

/// How messages travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Tls,
    Tcp,
    Udp,
}

/// What a message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    Json,
    Cef,
}

/// What a datagram holds at most.
const LARGEST_DATAGRAM: usize = 65_000;
/// The most messages of one delivery.
const MOST: usize = 100;

fn read(section: &SinkSection<'_>) -> Result<Destination, Error> {
    section.only(&KEYS)?;
    let name = section.name();
    let wrong = |key: &str, value: &str, accepted: &str| {
        Error::usage(format!("invalid `{key}` of the sink `{name}`: `{value}`"))
            .hint(accepted.to_owned())
    };
    let protocol = match section.text("protocol")?.as_deref() {
        None | Some("tls") => Protocol::Tls,
        Some("tcp") => Protocol::Tcp,
        Some("udp") => Protocol::Udp,
        Some(other) => return Err(wrong("protocol", other, "write tls, tcp or udp")),
    };
    let body = match section.text("body")?.as_deref() {
        None | Some("json") => Body::Json,
        Some("cef") => Body::Cef,
        Some(other) => return Err(wrong("body", other, "write json or cef")),
    };
    let address = section.required("address", "\"siem.example:6514\"")?;
    let parts = address.rsplit_once(':');
    let host = parts.filter(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    let Some((host, _)) = host else {
        return Err(wrong(
            "address",
            &address,
            "write a host and a port, such as siem.example:6514",
        ));
    };
    let facility = section.number("facility")?.unwrap_or(16);
    let facility = u8::try_from(facility)
        .ok()
        .filter(|facility| *facility < 24);
    let facility = facility.ok_or_else(|| wrong("facility", "?", "write 0 to 23; 16 is local0"))?;
    let tls = match protocol {
        Protocol::Tls => {
            let authorities = Authorities {
                pem: section.ca_cert()?,
                only: false,
            };
            Some(Tls::new(Verification::Full, &authorities, None)?)
        }
        Protocol::Tcp | Protocol::Udp => None,
    };
    let field = |text: Option<String>, default: &str, most: usize| {
        let text = text.unwrap_or_else(|| default.to_owned());
        let text: String = text
            .chars()
            .filter(char::is_ascii_graphic)
            .take(most)
            .collect();
        if text.is_empty() {
            "-".to_owned()
        } else {
            text
        }
    };
    Ok(Destination::Answering(Box::new(Syslog {
        sink: name.to_owned(),
        host: host.to_owned(),
        protocol,
        body,
        facility,
        hostname: field(section.text("hostname")?, &host_name(), 255),
        app_name: field(section.text("app_name")?, "gti", 48),
        address,
        tls,
    })))
}

/// A receiver of syslog, described in full.
#[derive(Clone)]
struct Syslog {
    sink: String,
    address: String,
    host: String,
    protocol: Protocol,
    body: Body,
    facility: u8,
    hostname: String,
    app_name: String,
    tls: Option<Tls>,
}

impl Answering for Syslog {
    fn id(&self) -> DestinationId {
        DestinationId::Sink {
            name: self.sink.clone(),
        }
    }

    fn addressee(&self) -> Addressee {
        Addressee::sink(&self.sink)
    }

    fn form(&self) -> &'static str {
        "syslog"
    }

    fn most(&self) -> NonZeroUsize {
        NonZeroUsize::new(MOST).unwrap_or(NonZeroUsize::MIN)
    }

    fn open(&self, _: Option<&str>, network: &Network) -> Result<Box<dyn Receiver>, Error> {
        let cef = match self.body {
            Body::Cef => Some(Encoded::new(Format::Cef, None, network.clock)?),
            Body::Json => None,
        };
        Ok(Box::new(Open {
            syslog: self.clone(),
            cef,
            policy: network.policy,
            patience: network.egress.idle_timeout,
            clock: network.clock,
            connection: Mutex::new(None),
        }))
    }
}

/// A receiver that is sent to.
struct Open {
    syslog: Syslog,
    cef: Option<Encoded>,
    policy: Policy,
    /// How long a connection may be silent.
    patience: Duration,
    clock: fn() -> jiff::Timestamp,
    /// One delivery writes at a time.
    connection: Mutex<Option<Connection>>,
}

/// What messages are written to.
enum Connection {
    Stream(Box<dyn Stream>),
    Datagrams(UdpSocket),
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl Receiver for Open {
    fn to(&self) -> String {
        format!("syslog {}", self.syslog.address)
    }

    fn form(&self) -> &'static str {
        "syslog"
    }

    fn parts(&self, json: &str) -> Result<Vec<String>, Unprocessed> {
        let common = Common::read(json).map_err(|why| Unprocessed::new(Step::Body, why))?;
        let body = match &self.cef {
            Some(cef) => cef.lines(json)?.join(" "),
            None => one_line(json).into_owned(),
        };
        let message = self.syslog.message(&common, (self.clock)(), &body);
        if self.syslog.protocol == Protocol::Udp && message.len() > LARGEST_DATAGRAM {
            return Err(Unprocessed::new(
                Step::Body,
                "a record is larger than a datagram",
            ));
        }
        Ok(vec![message])
    }

    fn deliver<'a>(&'a self, _: &'a str, records: &'a [Vec<String>]) -> Delivered<'a> {
        Box::pin(async move {
            let mut connection = self.connection.lock().await;
            let mut intervals = Intervals::new();
            let mut tries = 0;
            loop {
                let error = match self.attempt(&mut connection, records).await {
                    Ok(()) => return Ok(Vec::new()),
                    Err(error) => error,
                };
                *connection = None;
                tries += 1;
                if let Some(refusal) = tls::refusal(&error) {
                    let text = format!("the TLS handshake failed: {refusal}");
                    return Err(Undelivered::Closed(Error::new(ErrorKind::Network, text)));
                }
                if tries > self.policy.retries {
                    let error = Error::new(ErrorKind::Network, error.to_string());
                    return Err(Undelivered::Failed(Error { tries, ..error }));
                }
                let wait = intervals.grow().min(self.policy.max_wait);
                tokio::time::sleep(wait).await;
            }
        })
    }
}

impl Open {
    async fn attempt(
        &self,
        connection: &mut Option<Connection>,
        records: &[Vec<String>],
    ) -> io::Result<()> {
        let silent = || io::Error::new(io::ErrorKind::TimedOut, "the receiver is silent");
        let connection = if let Some(connection) = connection {
            connection
        } else {
            let connected = timeout(self.patience, self.syslog.connect()).await;
            connection.insert(connected.map_err(|_| silent())??)
        };
        let write = async {
            match connection {
                Connection::Datagrams(socket) => {
                    for message in records.iter().flatten() {
                        socket.send(message.as_bytes()).await?;
                    }
                    Ok(())
                }
                Connection::Stream(stream) => {
                    let mut frames = Vec::new();
                    for message in records.iter().flatten() {
                        frames.extend_from_slice(format!("{} ", message.len()).as_bytes());
                        frames.extend_from_slice(message.as_bytes());
                    }
                    stream.write_all(&frames).await?;
                    stream.flush().await?;
                    still_there(stream).await
                }
            }
        };
        timeout(self.patience, write).await.map_err(|_| silent())?
    }
}

/// Whether the other side has closed the connection, as far as is known by now.
async fn still_there(stream: &mut Box<dyn Stream>) -> io::Result<()> {
    let mut byte = [0];
    match timeout(Duration::from_millis(1), stream.read(&mut byte)).await {
        Ok(Ok(0)) => Err(io::Error::new(
            io::ErrorKind::ConnectionReset,
            "the receiver has closed the connection",
        )),
        Ok(Err(error)) => Err(error),
        // It says nothing, as it should, or what nobody asked for.
        Err(_) | Ok(Ok(_)) => Ok(()),
    }
}

impl Syslog {
    async fn connect(&self) -> io::Result<Connection> {
        if self.protocol == Protocol::Udp {
            let addresses: Vec<SocketAddr> =
                tokio::net::lookup_host(&self.address).await?.collect();
            let is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
            let socket = UdpSocket::bind(if is_v6 { "[::]:0" } else { "0.0.0.0:0" }).await?;
            socket.connect(&addresses[..]).await?;
            return Ok(Connection::Datagrams(socket));
        }
        let stream = TcpStream::connect(&self.address).await?;
        stream.set_nodelay(true)?;
        Ok(Connection::Stream(match &self.tls {
            Some(tls) => Box::new(tls.connect(&self.host, stream).await?),
            None => Box::new(stream),
        }))
    }

    /// A message of RFC 5424. What tells the record stands in the structured data, so
    /// that a receiver can tell repeats.
    fn message(&self, common: &Common, now: jiff::Timestamp, body: &str) -> String {
        let severity: u8 = match common.severity.as_deref() {
            Some("critical") => 2,
            Some("high") => 3,
            Some("medium") => 4,
            Some("low") => 5,
            _ => 6,
        };
        let priority = self.facility * 8 + severity;
        let time = common.time.as_deref().and_then(|time| time.parse().ok());
        let time: jiff::Timestamp = time.unwrap_or(now);
        let id = escaped(common.id.as_deref().unwrap_or("-"));
        let kind = common.kind;
        format!(
            "<{priority}>1 {time:.0} {} {} {} {kind} [gti@32473 id=\"{id}\"] {body}",
            self.hostname,
            self.app_name,
            std::process::id(),
        )
    }
}

/// A value of structured data.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for one in text.chars().filter(|one| !one.is_control()) {
        if matches!(one, '"' | '\\' | ']') {
            escaped.push('\\');
        }
        escaped.push(one);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_the_parts_of_the_standard() {
        let syslog = Syslog {
            sink: "siem".to_owned(),
            address: "siem.example:6514".to_owned(),
            host: "siem.example".to_owned(),
            protocol: Protocol::Tcp,
            body: Body::Json,
            facility: 16,
            hostname: "host-a".to_owned(),
            app_name: "gti".to_owned(),
            tls: None,
        };
        let json = r#"{"id":"a\"]\\b","alert_type":"Leak","severity":"high","created_at":"2026-01-02T03:04:05Z"}"#;
        let common = Common::read(json).expect("an alert");
        let message = syslog.message(&common, jiff::Timestamp::UNIX_EPOCH, json);
        let pid = std::process::id();
        assert_eq!(
            message,
            format!(
                "<131>1 2026-01-02T03:04:05Z host-a gti {pid} alert [gti@32473 id=\"a\\\"\\]\\\\b\"] {json}"
            )
        );
    }
}
