//! Connections that break, end too early, or say nothing.

use std::time::Duration;

use gti::client::Client;
use gti::model::error::ErrorKind as Kind;

use crate::support::{Act, KEY, RawServer, answer, configuration, report};

const OBJECT: &str = r#"{"data":{"id":"evil.example","type":"domain","attributes":{}}}"#;

fn whole() -> Vec<u8> {
    answer("200 OK", "Content-Type: application/json\r\n", OBJECT)
}

fn cut() -> Vec<u8> {
    let mut bytes = whole();
    bytes.truncate(bytes.len() - 10);
    bytes
}

type Script = fn(usize) -> Act;

fn client(server: &RawServer, retries: u32) -> Client {
    let mut configuration = configuration(&server.base_url());
    configuration.policy.retries = retries;
    configuration.route.egress.idle_timeout = Duration::from_secs(30);
    Client::new(configuration).expect("a client")
}

#[tokio::test]
async fn what_breaks_is_tried_again_and_then_told() {
    let table: [(&str, Script, Kind); 7] = [
        ("closed without a byte", |_| Act::Close, Kind::Network),
        (
            "reset before the head",
            |_| Act::Reset(vec![]),
            Kind::Network,
        ),
        (
            "reset within the body",
            |_| Act::Reset(cut()),
            Kind::Network,
        ),
        (
            "a body shorter than said",
            |_| Act::Send(cut()),
            Kind::Network,
        ),
        (
            "no HTTP",
            |_| Act::Send(b"SSH-2.0-OpenSSH_9.9\r\n\r\n".to_vec()),
            Kind::Network,
        ),
        (
            "no JSON",
            |_| Act::Send(answer("200 OK", "", "simulated garbage")),
            Kind::Network,
        ),
        (
            "JSON that is no object of the API",
            |_| Act::Send(answer("200 OK", "", r#"{"ok":true}"#)),
            Kind::Decode,
        ),
    ];
    for (fault, script, kind) in table {
        let server = RawServer::start(move |number, _| script(number));
        let error = report(&client(&server, 2), "evil.example")
            .await
            .expect_err(fault);
        assert_eq!(error.kind, kind, "{fault}: {error}");
        assert_eq!((server.requests(), error.tries), (3, 3), "{fault}");
        assert_eq!(error.status, None, "{fault}");
        assert!(!format!("{error:?}").contains(KEY), "{fault}");

        let server = RawServer::start(move |number, _| match number {
            0 => script(0),
            _ => Act::Send(whole()),
        });
        let object = report(&client(&server, 2), "evil.example")
            .await
            .expect(fault);
        assert_eq!(object.json(), &OBJECT[8..OBJECT.len() - 1], "{fault}");
        assert_eq!(server.requests(), 2, "{fault}");
    }
}

#[tokio::test]
async fn silence_is_borne_for_the_idle_timeout() {
    let table: [(&str, Script); 2] = [
        ("no head", |_| Act::SendAndHang(vec![])),
        ("half a body", |_| Act::SendAndHang(cut())),
    ];
    for (fault, script) in table {
        let server = RawServer::start(move |number, _| script(number));
        let mut configuration = configuration(&server.base_url());
        configuration.route.egress.idle_timeout = Duration::from_millis(50);
        configuration.policy.retries = 1;
        let client = Client::new(configuration).expect("a client");
        let error = report(&client, "evil.example").await.expect_err(fault);
        assert_eq!(error.kind, Kind::Timeout, "{fault}: {error}");
        assert_eq!(error.message, "nothing received for 50ms");
        assert_eq!(server.requests(), 2, "{fault}");
    }
}

/// A port that nobody listens on: the request was never seen by anybody.
#[tokio::test]
async fn a_refused_connection_is_tried_again() {
    let server = RawServer::start(|_, _| Act::Close);
    let base_url = server.base_url();
    drop(server);
    let mut configuration = configuration(&base_url);
    configuration.policy.retries = 2;
    let client = Client::new(configuration).expect("a client");
    let error = report(&client, "evil.example").await.expect_err("nobody");
    assert_eq!((error.kind, error.tries), (Kind::Network, 3));
    assert!(error.message.starts_with("no connection"), "{error}");
}

#[tokio::test]
async fn a_body_may_take_its_time_as_long_as_it_moves() {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    // Each byte comes in a write of its own; together they take longer than the
    // idle timeout only if the machine is slow, and then every gap is short still.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().expect("a connection");
        connection.set_nodelay(true).expect("set");
        // An answer before the end of the question would be cut off by a reset.
        let question = BufReader::new(connection.try_clone().expect("a handle"));
        let head = question.lines().map_while(Result::ok);
        assert!(head.take_while(|line| !line.is_empty()).count() > 1);
        for byte in whole() {
            if connection.write_all(&[byte]).is_err() {
                return;
            }
        }
    });
    let client = Client::new(configuration(&format!("http://{address}"))).expect("a client");
    let object = report(&client, "evil.example").await.expect("an answer");
    assert!(object.json().contains("evil.example"));
}
