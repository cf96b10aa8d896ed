use super::*;

fn id(kind: Kind, text: &str) -> Result<String, &'static str> {
    Indicator::parse(kind, text)
        .map(|indicator| indicator.id)
        .map_err(|error| error.code)
}

#[test]
fn ids_take_their_usual_form() {
    assert_eq!(id(Kind::Ip, "2001:DB8:0::1").as_deref(), Ok("2001:db8::1"));
    assert_eq!(
        id(Kind::Domain, "EVIL.Example").as_deref(),
        Ok("evil.example")
    );
    let text = "https://www.example.org/";
    let encoded = "aHR0cHM6Ly93d3cuZXhhbXBsZS5vcmc";
    assert_eq!(id(Kind::Url, encoded), Ok(url_id::digest(text)));
    let unseen = "AB".repeat(32);
    assert_eq!(id(Kind::Url, &unseen), Ok(unseen.to_lowercase()));
}

#[test]
fn what_is_no_indicator_is_refused() {
    for (kind, text) in [
        (Kind::Ip, "203.0.113"),
        (Kind::Ip, "fe80::1%eth0"),
        (Kind::Domain, "localhost"),
        (Kind::Domain, "bücher.example"),
        (Kind::Domain, "a..example"),
        (Kind::Domain, "203.0.113.7"),
    ] {
        assert_eq!(id(kind, text), Err("InvalidArgumentError"), "{text}");
    }
    assert_eq!(id(Kind::Url, "aHR0cHM="), Err("BadRequestError"));
    assert_eq!(id(Kind::File, "abc"), Err("BadRequestError"));
}

#[test]
fn a_url_by_its_digest_is_the_url_by_its_text() {
    let by_text = Indicator::url(Url::parse("http://evil.example/a").expect("a URL"));
    let by_digest = Indicator::parse(Kind::Url, &by_text.id).expect("documented");
    assert_eq!(by_digest.seed, by_text.seed);
    assert!(by_digest.is("malicious") && by_text.is("malicious"));

    let address = url_id::digest("http://203.0.113.7/");
    let by_digest = Indicator::parse(Kind::Url, &address).expect("documented");
    assert!(by_digest.is("malicious"));
}

#[test]
fn the_unknown_ones_are_unknown_in_every_kind() {
    let notfound = url_id::digest("http://notfound.example/");
    for (kind, text) in [
        (Kind::Ip, "192.0.2.44"),
        (Kind::Domain, "NotFound.example"),
        (Kind::Url, notfound.as_str()),
        (Kind::File, &"0".repeat(40)),
    ] {
        assert_eq!(id(kind, text), Err("NotFoundError"), "{text}");
    }
}

#[test]
fn the_documented_files_are_the_stated_texts() {
    assert_eq!(FIXTURE.documented()[0].text("sha256"), MALICIOUS_FILE[2]);
    for row in FIXTURE.documented() {
        let text = format!("gti sandbox {} file", row.text("role"));
        assert!(row.text("role") == "not_found" || row.text("sha256") == url_id::digest(&text));
    }
}

#[test]
fn the_page_documents_every_value() {
    let page = include_str!("../../../docs/sandbox.md");
    for row in FIXTURE.documented() {
        for value in ["ip_address", "domain", "md5", "sha1", "sha256"].map(|name| row.text(name)) {
            let zeros = value.bytes().all(|byte| byte == b'0');
            assert!(zeros || page.contains(&format!("`{value}`")), "{value}");
        }
    }
}

#[test]
fn levels_and_statistics_agree_with_the_verdict() {
    let mut met = std::collections::BTreeSet::new();
    for last in 1..=60_u8 {
        let thing = Indicator::ip([198, 51, 100, last].into()).known();
        let (verdict, level) = (thing.text("verdict"), thing.text("level"));
        assert_eq!(thing.is("bad"), level != "NONE", "{verdict} {level}");
        assert_eq!(verdict == "MALICIOUS", thing.number("malicious") > 8);
        met.insert(verdict);
    }
    assert_eq!(met.len(), 4, "every verdict is met");
}

#[test]
fn odd_numbers_take_turns_at_every_depth() {
    use crate::sandbox::json::object;
    let inner = object! { "c": 3 };
    let mut attributes = object! { "a": 1, "b": vec![Json::Int(2), inner.into()], "d": "4" };
    respell(&mut attributes);
    let inner = object! { "c": Json::Number("3.0".into()) };
    let expected = object! {
        "a": Json::Number("1.0".into()),
        "b": vec![Json::from("2"), inner.into()],
        "d": "4",
    };
    assert_eq!(attributes, expected);
}
