//! One plain request, without any of the code under test.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::KEY;

/// The status and the body of the answer to a GET, uncompressed, as the bytes
/// on the wire have them. The headers are those that the program sends.
pub(crate) fn get(url: &str) -> (u16, String) {
    let url = url::Url::parse(url).expect("a URL");
    let host = format!(
        "{}:{}",
        url.host_str().expect("a host"),
        url.port().expect("a port")
    );
    let mut connection = TcpStream::connect(&host).expect("a connection");
    let target = &url[url::Position::BeforePath..];
    write!(
        connection,
        "GET {target} HTTP/1.1\r\nHost: {host}\r\nx-apikey: {KEY}\r\nx-tool: gti-cli.gti.0.1\r\nAccept: application/json\r\nConnection: close\r\n\r\n"
    )
    .expect("sent");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert!(
        !head.to_ascii_lowercase().contains("transfer-encoding"),
        "{head}"
    );
    let status = head.split(' ').nth(1).expect("a status");
    (status.parse().expect("a number"), body.to_owned())
}
