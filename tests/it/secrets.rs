//! The key shows nowhere: not in what is printed, logged or kept, however loud
//! the program is told to be and whatever goes wrong.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Act, Gti, KEY, Options, Ran, RawServer, answer, authority, sandbox, site};

/// The ways to talk. Those without `-v` are as loud as `GTI_LOG` says.
const VOICES: [&[&str]; 6] = [
    &["-vvv"],
    &["-vvv", "--log-format", "json"],
    &["-vvv", "--log-file", "log.txt"],
    &["--log-file", "log.txt", "--log-format", "json"],
    &["--log-format", "json"],
    &[],
];

/// Every file below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files = vec![];
    let mut look = vec![directory.to_owned()];
    while let Some(path) = look.pop() {
        match fs::read_dir(&path) {
            Ok(entries) => look.extend(entries.map(|entry| entry.expect("an entry").path())),
            Err(_) => files.push(path),
        }
    }
    files
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes
        .windows(secret.len())
        .any(|window| window == secret.as_bytes())
}

/// No part of a key either that is long enough to be of use.
#[track_caller]
fn no_key_in(ran: &Ran, gti: &Gti, key: &str, told: &str) {
    let part = &key[..12];
    for said in [&ran.stdout, &ran.stderr] {
        assert!(!said.contains(part), "{told}: {said}");
    }
    for path in files(gti.world()) {
        let bytes = fs::read(&path).expect("read");
        assert!(!holds(&bytes, part), "{told}: {}", path.display());
        assert!(
            !path.to_string_lossy().contains(part),
            "{told}: {}",
            path.display()
        );
    }
}

fn loud(gti: Gti) -> Gti {
    gti.with("GTI_LOG", "trace")
}

#[test]
fn no_command_shows_the_key() {
    let sandbox = site();
    for voice in VOICES {
        // With the libraries' own talk, and without.
        for gti in [Gti::asking(&sandbox), loud(Gti::asking(&sandbox))] {
            for command in [
                &[
                    "enrich",
                    "evil.example",
                    "notfound.example",
                    "nonsense",
                    "10.0.0.1",
                ][..],
                &[
                    "enrich",
                    "evil.example",
                    "-f",
                    "text",
                    "--relationships",
                    "--expand",
                ],
                &["enrich", "evil.example", "-f", "csv", "--no-cache"],
                &["enrich", "evil.example", "-f", "stix", "-o", "out.json"],
                &["enrich", "--offline", "missing.example"],
                &["auth", "status"],
                &["auth", "status", "-f", "text"],
                &["cache", "stats"],
                &["cache", "clear"],
                &["help", "environment"],
                &["--version"],
                &["--help"],
                &["enrich", "evil.example", "--jq", "$ENV"],
                &["enrich", "evil.example", "--jq", "env"],
                &["nonsense"],
            ] {
                let ran = gti.run(&[command, voice].concat());
                no_key_in(&ran, &gti, KEY, &format!("{command:?} {voice:?}"));
            }
        }
    }
}

#[test]
fn no_failure_shows_the_key() {
    let closed = RawServer::start(|_, _| Act::Close);
    let nobody = closed.base_url();
    drop(closed);
    let garbage = RawServer::start(|_, _| Act::Send(answer("200 OK", "", "garbage")));
    // An answer that repeats what it was sent, as a debugging proxy does.
    let echo = RawServer::start(|_, head| {
        let body = format!("<html><title>{}</title></html>", head.replace("\r\n", " "));
        Act::Send(answer("502 Bad Gateway", "", body))
    });
    let redirecting = RawServer::start(|_, _| {
        Act::Send(answer(
            "302 Found",
            "Location: https://other.example/\r\n",
            "",
        ))
    });
    let hanging = RawServer::start(|_, _| Act::SendAndHang(vec![]));
    for base_url in [
        nobody,
        garbage.base_url(),
        echo.base_url(),
        redirecting.base_url(),
        hanging.base_url(),
    ] {
        for voice in [VOICES[0], VOICES[3]] {
            let gti = loud(Gti::at(&base_url))
                .with("GTI_RETRIES", "1")
                .with("GTI_MAX_WAIT", "1ms")
                .with("GTI_TIMEOUT", "200ms");
            for command in [&["enrich", "evil.example"][..], &["auth", "status"]] {
                let ran = gti.run(&[command, voice].concat());
                assert_ne!(ran.code, 0);
                no_key_in(
                    &ran,
                    &gti,
                    KEY,
                    &format!("{base_url} {command:?} {voice:?}"),
                );
            }
        }
    }
}

#[test]
fn no_refusal_shows_the_key() {
    let wrong = "wrong-5f6e7d8c9b0a1928374655647382910a";
    let sandbox = site();
    for voice in VOICES {
        let gti = loud(Gti::asking(&sandbox)).with("GTI_API_KEY", wrong);
        for command in [&["enrich", "evil.example"][..], &["auth", "status"]] {
            let ran = gti.run(&[command, voice].concat()).exits(4);
            no_key_in(&ran, &gti, wrong, &format!("{command:?} {voice:?}"));
        }
        let gti = loud(Gti::asking(&sandbox)).without("GTI_API_KEY");
        let ran = gti
            .run_on(&[&["auth", "login"], voice].concat(), wrong)
            .exits(4);
        no_key_in(&ran, &gti, wrong, &format!("login {voice:?}"));
    }
    // A key that is none: too strange to send, not too strange to be a secret.
    let strange = "5f6e7d8c9b0a1928 374655647382910a";
    let gti = loud(Gti::asking(&sandbox)).with("GTI_API_KEY", strange);
    let ran = gti.run(&["enrich", "evil.example", "-vvv"]).exits(4);
    no_key_in(&ran, &gti, strange, "malformed");
    assert!(ran.stderr.contains("GTI_API_KEY"), "{}", ran.stderr);
}

#[test]
fn no_encrypted_way_shows_the_key() {
    use crate::support::TlsServer;
    let service = TlsServer::start(answer(
        "200 OK",
        "",
        r#"{"data":{"id":"evil.example","attributes":{}}}"#,
    ));
    let base_url = format!("https://{}/api/v3", service.address());
    for voice in [VOICES[0], VOICES[3]] {
        let gti = loud(Gti::at(&base_url)).with("SSL_CERT_FILE", authority());
        let ran = gti.run(&[&["enrich", "evil.example", "--no-cache"], voice].concat());
        let ran = ran.exits(0);
        no_key_in(&ran, &gti, KEY, "TLS");
    }
    assert_eq!(service.heads().len(), 2);
}

/// Login is the one that writes it, into the one file it is for.
#[test]
fn login_keeps_the_key_in_the_configuration_alone() {
    let sandbox = sandbox(Options {
        require_key: Some(KEY.to_owned()),
        ..Options::default()
    });
    for voice in [VOICES[0], VOICES[3]] {
        let gti = loud(Gti::asking(&sandbox)).without("GTI_API_KEY");
        let ran = gti.run_on(&[&["auth", "login"], voice].concat(), format!("{KEY}\n"));
        let ran = ran.exits(0);
        for said in [&ran.stdout, &ran.stderr] {
            assert!(!said.contains(&KEY[..12]), "{said}");
        }
        let holders: Vec<PathBuf> = files(gti.world())
            .into_iter()
            .filter(|path| holds(&fs::read(path).expect("read"), &KEY[..12]))
            .collect();
        assert_eq!(holders, [gti.config()]);
        // And from there it goes to the service and nowhere else.
        let config = fs::read(gti.config()).expect("read");
        fs::remove_file(gti.config()).expect("removed");
        gti.write_config(std::str::from_utf8(&config).expect("text"));
        let ran = gti
            .run(&[&["enrich", "evil.example"], voice].concat())
            .exits(0);
        fs::remove_file(gti.config()).expect("removed");
        no_key_in(&ran, &gti, KEY, "from the configuration");
    }
}

/// There is no option that takes the key: `ps` and the shell's history see it.
#[test]
fn no_option_takes_the_key() {
    let gti = Gti::new();
    for option in ["--api-key", "--apikey", "--key", "-k"] {
        gti.run(&["enrich", "evil.example", option, KEY]).exits(2);
    }
}

#[test]
fn the_proxys_password_shows_nowhere() {
    let proxy =
        RawServer::start(|_, _| Act::Send(answer("407 Proxy Authentication Required", "", "")));
    let address = format!("http://user:s3cretpassword@{}", proxy.host());
    let gti = loud(Gti::at("http://127.0.0.1:9/api/v3")).with("HTTP_PROXY", &address);
    for voice in VOICES {
        let ran = gti.run(&[&["enrich", "evil.example", "--retries", "0"], voice].concat());
        let ran = ran.exits(7);
        no_key_in(&ran, &gti, "s3cretpassword", &format!("{voice:?}"));
        no_key_in(&ran, &gti, KEY, &format!("{voice:?}"));
    }
}
