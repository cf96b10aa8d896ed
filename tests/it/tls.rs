//! TLS: whom the program trusts, and what it does about others.

use gti::client::Client;
use gti::model::error::ErrorKind;

use crate::support::{Gti, TlsServer, answer, authority, configuration, read, report};

const OBJECT: &str = r#"{"data":{"id":"evil.example","type":"domain","attributes":{}}}"#;

fn server() -> TlsServer {
    TlsServer::start(answer("200 OK", "", OBJECT))
}

fn at(server: &TlsServer) -> Gti {
    Gti::at(&format!("https://{}/api/v3", server.address()))
}

#[test]
fn an_authority_that_is_named_is_trusted() {
    let server = server();
    let authority = authority();
    let named = authority.to_str().expect("a path");
    let ran = at(&server).run(&["enrich", "evil.example", "--ca-cert", named]);
    assert_eq!(ran.exits(0).each("status"), ["ok"]);
    let ran = at(&server)
        .with("SSL_CERT_FILE", &authority)
        .run(&["enrich", "evil.example"]);
    assert_eq!(ran.exits(0).each("status"), ["ok"]);
    assert_eq!(server.heads().len(), 2);
}

/// It will be refused again: no try is repeated, and the key stays here.
#[tokio::test]
async fn a_stranger_gets_no_request() {
    let server = server();
    let mut configuration = configuration(&format!("https://{}/api/v3", server.address()));
    configuration.policy.retries = 3;
    // Some other authority, so that no system's store is needed for this.
    configuration.route.egress.ca_cert = Some(other_authority().into_bytes());
    let client = Client::new(configuration).expect("a client");
    let error = report(&client, "evil.example")
        .await
        .expect_err("a stranger");
    assert_eq!(error.kind, ErrorKind::Network);
    assert!(error.message.starts_with("TLS failed: "), "{error}");
    assert_eq!(error.tries, 1);
    assert_eq!(server.connections(), 1);
    assert_eq!(server.heads(), Vec::<String>::new());
}

/// The server's certificate is one, but nobody that vouches for anybody.
fn other_authority() -> String {
    read("tests/support/tls/server.pem")
}

#[test]
fn a_bundle_that_is_none_is_named() {
    let gti = Gti::at("https://gti.example/api/v3");
    gti.write("empty.pem", "");
    gti.write("text.pem", "no certificate\n");
    for (file, words) in [
        ("missing.pem", "cannot read the CA bundle `missing.pem`"),
        ("empty.pem", "the CA bundle holds no usable PEM certificate"),
        ("text.pem", "the CA bundle holds no usable PEM certificate"),
    ] {
        let ran = gti
            .run(&["enrich", "evil.example", "--ca-cert", file])
            .exits(2);
        assert!(ran.stderr.contains(words), "{file}: {}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
}
