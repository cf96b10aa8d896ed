//! Ways out through proxies, as the program takes them.

use crate::support::{Act, Gti, KEY, RawServer, TlsServer, answer, authority};

const OBJECT: &str = r#"{"data":{"id":"evil.example","type":"domain","attributes":{}}}"#;

fn ok() -> Act {
    Act::Send(answer("200 OK", "", OBJECT))
}

/// A program that trusts one authority, so that no system's store is needed.
fn https(base_url: &str) -> Gti {
    Gti::at(base_url)
        .with("SSL_CERT_FILE", authority())
        .with("GTI_RETRIES", "0")
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

/// Its own key would travel through it in the clear.
#[test]
fn this_machine_is_never_reached_through_a_proxy() {
    let proxy = RawServer::start(|_, _| Act::Close);
    let through = format!("http://{}", proxy.host());
    let service = RawServer::start(|_, _| ok());
    let port = service.host().replace("127.0.0.1:", "");
    for host in ["127.0.0.1", "localhost", "LOCALHOST.", "gti.localhost"] {
        for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
            let gti = Gti::at(&format!("http://{host}:{port}/api/v3")).with(name, &through);
            let ran = gti.run(&["enrich", "evil.example"]).exits(0);
            assert_eq!(ran.each("status"), ["ok"], "{host} {name}");
        }
        let gti = Gti::at(&format!("http://{host}:{port}/api/v3"));
        gti.run(&["enrich", "evil.example", "--proxy", &through])
            .exits(0);
        gti.write_config(&format!("[default]\nproxy = \"{through}\"\n"));
        gti.run(&["api", "domains/evil.example"]).exits(0);
        gti.run(&["quota"]);
        gti.run(&["doctor"]);
    }
    assert_eq!(proxy.requests(), 0);
}

#[test]
fn a_webhook_on_this_machine_is_never_called_through_a_proxy() {
    let proxy = RawServer::start(|_, _| Act::Close);
    let receiver = RawServer::start(|_, _| Act::Send(answer("200 OK", "", "")));
    let hook = receiver
        .host()
        .replace("127.0.0.1", "http://hook.localhost");
    let gti = Gti::new().with("ALL_PROXY", format!("http://{}", proxy.host()));
    gti.run(&[
        "--sandbox",
        "ingest",
        "ioc-stream",
        "-n",
        "3",
        "--webhook",
        &hook,
    ])
    .exits(0);
    assert_eq!(proxy.requests(), 0);
    assert!(receiver.requests() > 0);
}

/// A tunnel: the proxy learns the host and its own password, and no more.
#[test]
fn an_encrypted_address_is_reached_through_a_tunnel() {
    for (status, kind) in [
        ("403 Forbidden", "network"),
        ("407 Proxy Authentication Required", "network"),
        ("502 Bad Gateway", "network"),
    ] {
        let proxy = RawServer::start(move |_, _| Act::Send(answer(status, "", "")));
        let address = format!("http://user:p%40ss@{}", proxy.host());
        let gti = https("https://gti.example/api/v3");
        let ran = gti
            .run(&["enrich", "evil.example", "--proxy", &address])
            .exits(7);
        assert_eq!(ran.records()[0]["error"]["kind"], kind);
        let heads = proxy.heads();
        assert_eq!(heads.len(), 1, "{status}");
        assert!(
            heads[0].starts_with("CONNECT gti.example:443 HTTP/1.1\r\n"),
            "{}",
            heads[0]
        );
        assert_eq!(
            header(&heads[0], "Proxy-Authorization"),
            Some("Basic dXNlcjpwQHNz")
        );
        assert!(
            !heads[0].contains(KEY) && !heads[0].contains("x-apikey"),
            "{}",
            heads[0]
        );
        // Neither the password of the proxy nor the key is in what is said.
        for said in [&ran.stdout, &ran.stderr] {
            assert!(!said.contains("p%40ss") && !said.contains("p@ss"), "{said}");
            assert!(!said.contains(KEY), "{said}");
        }
    }
}

/// The whole way: tunnel, TLS within it, and the key within that.
#[test]
fn the_key_travels_inside_the_tunnel_alone() {
    let service = TlsServer::start(answer("200 OK", "", OBJECT));
    let tunnel = Tunnel::to(service.address());
    let gti =
        https("https://gti.example/api/v3").with("HTTPS_PROXY", format!("http://{}", tunnel.host));
    let ran = gti.run(&["enrich", "evil.example"]).exits(0);
    assert_eq!(ran.each("status"), ["ok"]);
    let heads = service.heads();
    assert_eq!(heads.len(), 1);
    assert_eq!(header(&heads[0], "Host"), Some("gti.example"));
    assert_eq!(header(&heads[0], "x-apikey"), Some(KEY));
    let through = tunnel.recorded();
    assert!(through.starts_with(b"CONNECT gti.example:443 "));
    assert!(
        !through
            .windows(KEY.len())
            .any(|bytes| bytes == KEY.as_bytes())
    );
}

#[test]
fn socks_proxies_are_greeted_in_their_own_way() {
    for scheme in ["socks5", "socks5h"] {
        // Answers no method, so that the attempt ends here.
        let proxy = RawServer::start(|_, _| Act::Send(vec![5, 0xff]));
        let gti = https("https://gti.example/api/v3");
        let address = format!("{scheme}://{}", proxy.host());
        // The plain form resolves the name by itself, which needs a name that is there.
        let gti = match scheme {
            "socks5" => gti.with("GTI_BASE_URL", "https://192.0.2.1/api/v3"),
            _ => gti,
        };
        let ran = gti
            .run(&["enrich", "evil.example", "--proxy", &address])
            .exits(7);
        assert_eq!(ran.records()[0]["error"]["kind"], "network");
        let heads = proxy.heads();
        assert_eq!(heads.len(), 1, "{scheme}");
        // Version 5, one method: none.
        assert_eq!(heads[0].as_bytes(), [5, 1, 0], "{scheme}");
    }
}

#[test]
fn the_environment_names_proxies_and_exceptions() {
    let proxy = RawServer::start(|_, _| Act::Send(answer("502 Bad Gateway", "", "")));
    let through = format!("http://{}", proxy.host());
    let used = |variables: &[(&str, &str)], flags: &[&str]| {
        // Nobody listens there; and though it is this machine, it doesn't say so.
        let gti = variables
            .iter()
            .fold(https("https://0.0.0.0:1/api/v3"), |gti, (name, value)| {
                gti.with(name, value)
            });
        let before = proxy.requests();
        gti.run(&[&["enrich", "evil.example", "--no-cache"], flags].concat())
            .exits(7);
        proxy.requests() - before == 1
    };
    let through = through.as_str();
    assert!(!used(&[], &[]));
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        assert!(used(&[(name, through)], &[]), "{name}");
    }
    // Another scheme's proxy is not for this one.
    assert!(!used(&[("HTTP_PROXY", through)], &[]));
    for name in ["NO_PROXY", "no_proxy"] {
        for list in ["0.0.0.0", "a.example, 0.0.0.0:1", "0.0.0.0/8", "*"] {
            let bypassed = !used(&[("HTTPS_PROXY", through), (name, list)], &[]);
            assert!(bypassed, "{name} {list}");
        }
    }
    for list in ["other.example", "0.0.0.0:443", "::/0"] {
        assert!(
            used(&[("HTTPS_PROXY", through), ("NO_PROXY", list)], &[]),
            "{list}"
        );
    }
    // As for curl, an exception holds for the option as well.
    assert!(used(&[], &["--proxy", through]));
    assert!(!used(&[("NO_PROXY", "0.0.0.0/8")], &["--proxy", through]));
    // An empty variable is none.
    assert!(!used(&[("HTTPS_PROXY", "")], &[]));
}

#[test]
fn a_proxy_that_is_not_there_is_a_network_failure() {
    let proxy = RawServer::start(|_, _| Act::Close);
    let address = format!("http://{}", proxy.host());
    let secret = format!("http://user:word@{}", proxy.host());
    drop(proxy);
    let gti = https("https://gti.example/api/v3");
    let ran = gti
        .run(&["enrich", "evil.example", "--proxy", &secret])
        .exits(7);
    assert_eq!(ran.records()[0]["error"]["kind"], "network");
    let named = format!("through the proxy {address}: ");
    assert!(ran.stderr.contains(&named), "{}", ran.stderr);
    assert!(ran.stderr.contains("--proxy"), "{}", ran.stderr);
}

#[test]
fn an_address_of_no_proxy_is_refused_without_its_password() {
    let gti = https("https://gti.example/api/v3");
    for address in [
        "ftp://user:s3cret@proxy.example",
        "http://user:s3cret@",
        "socks4://user:s3cret@proxy.example:1",
    ] {
        let ran = gti
            .run(&["enrich", "evil.example", "--proxy", address])
            .exits(2);
        assert!(ran.stderr.starts_with("error: --proxy: "), "{}", ran.stderr);
        assert!(!ran.stderr.contains("s3cret"), "{}", ran.stderr);
    }
}

/// The sandbox is on this machine: no proxy is asked for it.
#[test]
fn the_sandbox_needs_no_proxy() {
    let proxy = RawServer::start(|_, _| Act::Close);
    let gti = Gti::new().with("ALL_PROXY", format!("http://{}", proxy.host()));
    gti.run(&["--sandbox", "enrich", "evil.example"]).exits(0);
    assert_eq!(proxy.requests(), 0);
}

/// A proxy that does what it is asked, once, and remembers what it was sent.
struct Tunnel {
    host: String,
    recorded: std::sync::mpsc::Receiver<Vec<u8>>,
}

impl Tunnel {
    fn to(service: std::net::SocketAddr) -> Self {
        use std::io::{Read, Write};
        use std::net::{TcpListener, TcpStream};
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let host = listener.local_addr().expect("an address").to_string();
        let (sender, recorded) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let (mut client, _) = listener.accept().expect("a connection");
            let mut seen = vec![];
            let mut byte = [0];
            while !seen.ends_with(b"\r\n\r\n") {
                client.read_exact(&mut byte).expect("a head");
                seen.push(byte[0]);
            }
            let mut service = TcpStream::connect(service).expect("the service");
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").expect("sent");
            let mut back_from = service.try_clone().expect("a handle");
            let mut back_to = client.try_clone().expect("a handle");
            let back = std::thread::spawn(move || {
                let _ = std::io::copy(&mut back_from, &mut back_to);
                let _ = back_to.shutdown(std::net::Shutdown::Write);
            });
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = client.read(&mut buffer) {
                seen.extend_from_slice(&buffer[..read]);
                if service.write_all(&buffer[..read]).is_err() {
                    break;
                }
            }
            let _ = service.shutdown(std::net::Shutdown::Write);
            let _ = back.join();
            let _ = sender.send(seen);
        });
        Self { host, recorded }
    }

    /// Everything that the client sent, once it is gone.
    fn recorded(&self) -> Vec<u8> {
        self.recorded.recv().expect("a record")
    }
}
