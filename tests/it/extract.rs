//! `gti extract`, and `--extract` of what looks indicators up.

use serde_json::{Value, json};

use crate::support::{Gti, site};

/// Line, column, type and value of what is found.
type Place = (u64, u64, &'static str, &'static str);

/// Each form: a file's name, its text, and what is found in it.
const FORMS: [(&str, &str, &[Place]); 7] = [
    (
        "notes.txt",
        "Traffic to evil[.]example\n\n  • hxxps://evil[.]example/a (203.0.113.7); report.zip\n",
        &[
            (1, 12, "domain", "evil.example"),
            (3, 5, "url", "https://evil.example/a"),
            (3, 31, "ip", "203.0.113.7"),
        ],
    ),
    (
        "page.html",
        "<html><p>evil<b>[.]</b>example and e&#46;example</p>\n\
         <a href=\"http://evil.example/?a=1&amp;b=2\">x</a>\n\
         <script>user.name = 'http://evil.example/s'</script></html>",
        &[
            (1, 10, "domain", "evil.example"),
            (1, 36, "domain", "e.example"),
            (2, 10, "url", "http://evil.example/?a=1&b=2"),
            (3, 22, "url", "http://evil.example/s"),
        ],
    ),
    (
        "table.csv",
        "id,url,seen\n1,\"http://evil.example/a,b\",2026\n2,http://evil.example/c,2026\n",
        &[
            (2, 3, "url", "http://evil.example/a,b"),
            (3, 3, "url", "http://evil.example/c"),
        ],
    ),
    (
        "events.json",
        "{\"user.name\":\"203.0.113.7\"}\n{\"url\":\"http:\\/\\/evil.example\\/\\u0061\"}\n",
        &[
            (1, 15, "ip", "203.0.113.7"),
            (2, 9, "url", "http://evil.example/a"),
        ],
    ),
    (
        "bundle.json",
        "{\"type\":\"bundle\",\"objects\":[\n\
         {\"type\":\"indicator\",\"spec_version\":\"2.1\",\"pattern\":\"[domain-name:value = 'evil.example']\",\
         \"external_references\":[{\"url\":\"http://vendor.example/\"}]},\n\
         {\"type\":\"ipv4-addr\",\"value\":\"203.0.113.7\"}]}",
        &[
            (2, 75, "domain", "evil.example"),
            (3, 30, "ip", "203.0.113.7"),
        ],
    ),
    (
        "event.json",
        "{\"Event\":{\"info\":\"http://no.example/\",\"Attribute\":[\n\
         {\"type\":\"ip-dst|port\",\"value\":\"203.0.113.7|443\"},\n\
         {\"type\":\"link\",\"value\":\"http://vendor.example/\"}]}}",
        &[(2, 32, "ip", "203.0.113.7")],
    ),
    (
        "mail.eml",
        "From: X <user@evil.example>\nTo: b@example.com\nMessage-ID: <1@evil.example>\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n\
         Caf=C3=A9 http://evil.example/a/long/=\nway?a=3D1\nand 203.0.113.7\n",
        &[
            (1, 10, "email", "user@evil.example"),
            (2, 5, "email", "b@example.com"),
            (7, 6, "url", "http://evil.example/a/long/way?a=1"),
            (9, 5, "ip", "203.0.113.7"),
        ],
    ),
];

#[test]
fn each_form_is_recognised_and_says_where_a_value_stood() {
    let gti = Gti::new();
    for (name, text, expected) in FORMS {
        gti.write(name, text);
        let path = gti.work().join(name);
        for stdin in [false, true] {
            let ran = if stdin && !name.ends_with("csv") {
                gti.run_on(&["extract"], text)
            } else {
                gti.run(&["extract", &path.to_string_lossy()])
            };
            let mut found: Vec<_> = ran
                .exits(0)
                .silently()
                .records()
                .iter()
                .map(|record| {
                    let number = |name: &str| record[name].as_u64().expect("a number");
                    let text = |name: &str| record[name].as_str().expect("a text").to_owned();
                    (
                        number("line"),
                        number("column"),
                        text("type"),
                        text("value"),
                    )
                })
                .collect();
            found.sort();
            let expected: Vec<_> = expected
                .iter()
                .map(|(line, column, kind, value)| {
                    (*line, *column, (*kind).to_owned(), (*value).to_owned())
                })
                .collect();
            assert_eq!(found, expected, "{name}");
        }
    }
}

#[test]
fn a_record_is_whole_and_text_is_the_value_alone() {
    let gti = Gti::new();
    let text = "seen evil[.]example\nand 10.0.0.1 and evil.example\n";
    let ran = gti.run_on(&["extract"], text).exits(0);
    assert_eq!(
        ran.records(),
        [json!({
            "value": "evil.example", "type": "domain", "ioc": "evil[.]example", "source": "-",
            "line": 1, "column": 6, "format": "text"
        })]
    );
    assert_eq!(
        ran.stderr,
        "1 private value left out; --include-private prints them\n"
    );
    for (arguments, expected) in [
        (&["-f", "text"][..], "evil.example\n"),
        (&["-f", "text", "--defang"], "evil[.]example\n"),
        (
            &["-f", "text", "--all", "--type", "domain"],
            "evil.example\nevil.example\n",
        ),
        (
            &["-f", "text", "--include-private", "-t", "ip,url"],
            "10.0.0.1\n",
        ),
        (
            &["-f", "text", "--context", "1"],
            "-:1: evil.example\n  seen evil[.]example\n  and 10.0.0.1 and evil.example\n",
        ),
    ] {
        let ran = gti.run_on(&[&["extract", "-q"], arguments].concat(), text);
        assert_eq!(ran.exits(0).stdout, expected, "{arguments:?}");
    }
}

#[test]
fn nothing_found_is_exit_5_and_what_is_no_text_says_how_to_read_it() {
    let gti = Gti::new();
    let ran = gti.run_on(&["extract"], "report.zip and node.js").exits(5);
    assert_eq!(
        (ran.stdout.as_str(), ran.stderr.as_str()),
        ("", "nothing found\n")
    );
    for (bytes, hint) in [
        (&b"%PDF-1.7\n"[..], "pdftotext"),
        (b"PK\x03\x04rest", "unzip -p"),
        (b"\x1f\x8b\x08rest", "zcat"),
        (b"MZ\0\0evil.example", "strings"),
    ] {
        let ran = gti.run_on(&["extract"], bytes).exits(2);
        assert!(ran.stderr.contains(hint), "{}", ran.stderr);
    }
    // One bad file hides nothing of the others.
    gti.write("good.txt", "evil.example");
    let ran = gti
        .run(&["extract", "absent.txt", "good.txt", "-f", "text"])
        .exits(2);
    assert_eq!(ran.stdout, "evil.example\n");
    assert!(
        ran.stderr.contains("cannot read `absent.txt`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn utf_16_and_bytes_that_are_no_text_hide_nothing() {
    let gti = Gti::new();
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(
        "é evil.example\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes),
    );
    let mut odd = b"\xe9\xff evil.example ".to_vec();
    odd.extend(vec![b'x'; 700_000]);
    odd.extend(b" 203.0.113.7");
    for (bytes, expected) in [
        (utf16, "evil.example\n"),
        (odd, "evil.example\n203.0.113.7\n"),
    ] {
        let ran = gti.run_on(&["extract", "-f", "text"], bytes).exits(0);
        assert_eq!(ran.stdout, expected);
    }
}

#[test]
fn look_ups_take_what_stands_in_a_text() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let mail = "From: a@example.com\nSubject: x\n\nsee hxxp://evil[.]example/a, evil[.]example (CVE-2099-0001), 10.0.0.1";
    let ran = gti.run_on(&["enrich", "--extract"], mail).exits(0);
    assert_eq!(ran.each("ioc"), ["http://evil.example/a", "evil.example"]);
    let ran = gti
        .run(&["enrich", "--extract", "to evil[.]example now"])
        .exits(0);
    assert_eq!(ran.each("value"), ["evil.example"]);
    let ran = gti.run_on(&["vuln", "get", "--extract"], mail).exits(0);
    assert_eq!(ran.each("cve"), ["CVE-2099-0001"]);
    let ran = gti.run_on(&["widget", "--extract"], mail).exits(0);
    let ids: Vec<Value> = ran.records().iter().map(|it| it["ioc"].clone()).collect();
    assert_eq!(ids, ["http://evil.example/a", "evil.example"]);
    let ran = gti.run_on(&["enrich", "--extract"], "%PDF-1.7\n").exits(2);
    assert!(ran.stderr.contains("PDF"), "{}", ran.stderr);
}
