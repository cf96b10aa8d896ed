//! The recognition as a whole: what people paste, and what becomes of it.

use super::{Indicator, Kind, LONGEST_TEXT, LONGEST_VALUE};

const MD5: &str = "0123456789abcdef0123456789abcdef";
const SHA1: &str = "0123456789abcdef0123456789abcdef01234567";
const SHA256: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

#[track_caller]
fn recognises(text: &str, kind: Kind, value: &str) {
    match Indicator::parse(text, None) {
        Ok(found) => assert_eq!((found.kind(), found.value()), (kind, value), "{text}"),
        Err(invalid) => panic!("{invalid}"),
    }
}

#[track_caller]
fn refuses(text: &str, kind: Option<Kind>, reason: &str) {
    match Indicator::parse(text, kind) {
        Ok(found) => panic!("{text} became {found:?}"),
        Err(invalid) => assert!(invalid.to_string().contains(reason), "{invalid}"),
    }
}

#[test]
fn addresses() {
    for (text, value) in [
        ("203.0.113.7", "203.0.113.7"),
        ("203[.]0[.]113[.]7", "203.0.113.7"),
        ("203.0.113[.]7", "203.0.113.7"),
        ("203(.)0(.)113(.)7", "203.0.113.7"),
        ("203[dot]0[dot]113[dot]7", "203.0.113.7"),
        ("203.0.113.7:8080", "203.0.113.7"),
        ("203[.]0[.]113[.]7[:]8080", "203.0.113.7"),
        ("203.0.113.7.", "203.0.113.7"),
        ("[203.0.113.7]", "203.0.113.7"),
        ("[203.0.113.7]:25", "203.0.113.7"),
        ("２０３.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("2001:DB8:0:0::0001", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001[:]db8[:]:1", "2001:db8::1"),
        ("2001[:]db8[:][:]1", "2001:db8::1"),
        ("[2001[:]db8[:][:]1][:]443", "2001:db8::1"),
        ("2001:db8::", "2001:db8::"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("[::ffff:c000:201]:80", "192.0.2.1"),
        ("::", "::"),
    ] {
        recognises(text, Kind::Ip, value);
    }
}

#[test]
fn domains() {
    for (text, value) in [
        ("evil.example", "evil.example"),
        ("EVIL.Example", "evil.example"),
        ("evil.example.", "evil.example"),
        ("evil.example:8443", "evil.example"),
        ("evil[.]example", "evil.example"),
        ("evil[.]example[.]", "evil.example"),
        ("evil(dot)example", "evil.example"),
        (r"evil\.example", "evil.example"),
        ("_dmarc.evil.example", "_dmarc.evil.example"),
        ("-a-.b--c.example", "-a-.b--c.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER[.]example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("evil。example", "evil.example"),
        ("evil.例え", "evil.xn--r8jz45g"),
        ("ev\u{200b}il.exam\u{ad}ple\u{200e}", "evil.example"),
        ("\u{feff}evil.example\r\n", "evil.example"),
        (" \"evil.example\", ", "evil.example"),
        ("`evil[.]example`", "evil.example"),
        ("<evil.example>;", "evil.example"),
        ("(evil[.]example).", "evil.example"),
        ("192.0.2.1.example", "192.0.2.1.example"),
        (
            "0123456789abcdef0123456789abcdef.example",
            "0123456789abcdef0123456789abcdef.example",
        ),
    ] {
        recognises(text, Kind::Domain, value);
    }
}

#[test]
fn urls() {
    for (text, value) in [
        ("http://evil.example/a", "http://evil.example/a"),
        ("HTTP://EVIL.example/a", "http://evil.example/a"),
        ("hxxp://evil[.]example/a", "http://evil.example/a"),
        ("hXXps://evil[.]example/a", "https://evil.example/a"),
        ("h**p://evil.example/a", "http://evil.example/a"),
        ("hxxps[:]//evil[.]example/a", "https://evil.example/a"),
        ("hxxps[://]evil[.]example/a", "https://evil.example/a"),
        ("hxxps:[//]evil(dot)example[/]a", "https://evil.example/a"),
        (
            "hxxps[:][/][/]evil[.]example[/]a[.]php",
            "https://evil.example/a.php",
        ),
        ("evil.example/a", "http://evil.example/a"),
        ("evil[.]example[:]8443/a", "http://evil.example:8443/a"),
        ("evil.example?a", "http://evil.example/?a"),
        ("203.0.113.7/a", "http://203.0.113.7/a"),
        ("203.0.113.7/99", "http://203.0.113.7/99"),
        ("http://203.0.113.7/24", "http://203.0.113.7/24"),
        ("http://evil.example", "http://evil.example/"),
        ("http://evil.example:80", "http://evil.example/"),
        ("https://evil.example:443/a", "https://evil.example/a"),
        ("https://evil.example:80/a", "https://evil.example:80/a"),
        ("https://evil.example#A", "https://evil.example/#A"),
        (
            "https://evil.example/A%2f/../?B=[c]&D=e@f#G",
            "https://evil.example/A%2f/../?B=[c]&D=e@f#G",
        ),
        ("https://evil.example/@user", "https://evil.example/@user"),
        ("http://bücher.example./", "http://xn--bcher-kva.example/"),
        (
            "https://bücher.example/ü?Ü",
            "https://xn--bcher-kva.example/ü?Ü",
        ),
        ("http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"),
        ("hxxp://[2001[:]db8[:][:]1]/", "http://[2001:db8::1]/"),
        ("http://[fe80::1%25eth0]/", "http://[fe80::1]/"),
        ("http://[::ffff:192.0.2.1]/", "http://192.0.2.1/"),
        (
            "http://User:Pass@evil.example/",
            "http://User:Pass@evil.example/",
        ),
        (
            "http://other.example@evil.example/",
            "http://other.example@evil.example/",
        ),
        ("<http://evil.example/a>,", "http://evil.example/a"),
        ("http://evil.example/a).", "http://evil.example/a"),
        ("http://evil.example/a_(b)", "http://evil.example/a_(b)"),
        ("http://evil.example/a(at)b", "http://evil.example/a(at)b"),
        ("http://evil.example/tcp://a", "http://evil.example/tcp://a"),
        (
            "evil.example/?u=http://other.example",
            "http://evil.example/?u=http://other.example",
        ),
    ] {
        recognises(text, Kind::Url, value);
    }
    // Unanchored, this would be a hash.
    let url = format!("http://evil.example/{SHA256}");
    recognises(&url, Kind::Url, &url);
}

#[test]
fn hashes() {
    for hash in [MD5, SHA1, SHA256] {
        recognises(hash, Kind::File, hash);
        recognises(&hash.to_ascii_uppercase(), Kind::File, hash);
        recognises(&format!("\"{hash}\","), Kind::File, hash);
    }
    recognises(&format!("md5:{MD5}"), Kind::File, MD5);
    recognises(&format!("SHA-256:{SHA256}"), Kind::File, SHA256);
}

#[test]
fn what_is_none() {
    for (text, reason) in [
        ("", "is empty"),
        (" \"\" ", "is empty"),
        ("...", "is empty"),
        ("evil.example other.example", "white space"),
        ("http://evil.example/a b", "white space"),
        ("evil.example\nother.example", "white space"),
        ("evil.example\0", "control"),
        ("999.0.113.7", "IPv4"),
        ("203.0.113.07", "IPv4"),
        ("0xcb.0.113.7", "IPv4"),
        ("203.0.113.0x7", "IPv4"),
        ("203.0.113.7.9", "IPv4"),
        ("203.0.113", "IPv4"),
        ("3405803783", "IPv4"),
        ("http://0xcb007107/", "IPv4"),
        ("evil.123", "IPv4"),
        ("203.0.113.0/24", "a network"),
        ("203.0.113.0/255.255.255.0", "a network"),
        ("2001:db8::/32", "a network"),
        ("[2001:db8::]/32", "a network"),
        ("2001:db8:::1", "IPv6"),
        ("00:00:5e:00:53:01", "IPv6"),
        ("[evil]:443", "IPv6"),
        ("http://2001:db8::1/", "brackets"),
        ("user@evil.example", "an e-mail address"),
        ("user[at]evil[.]example", "an e-mail address"),
        ("User[@]evil[.]com.example", "an e-mail address"),
        ("mailto:user@evil.example", "an e-mail address"),
        ("mailto:user@evil.example?subject=a", "an e-mail address"),
        ("tcp://evil.example:443", "a scheme other than"),
        ("ftp://evil.example/a", "a scheme other than"),
        ("file:///etc/hosts", "a scheme other than"),
        ("hxxxp://evil.example/", "a scheme other than"),
        ("evil.example:99999", "port"),
        ("javascript:alert", "port"),
        ("../users/me", "empty part"),
        ("/users/me", "empty part"),
        ("http:///a", "empty part"),
        ("http://user@/", "empty part"),
        ("evil..example", "empty part"),
        ("localhost", "without a dot"),
        ("http://intranet/a", "without a dot"),
        ("users/../me", "without a dot"),
        ("evil.ex4mple", "top-level domain"),
        ("evil.example,other.example", "',' in its host"),
        ("http://ev%69l.example/", "'%' in its host"),
        (r"http://good.example\@evil.example/", r"'\\' in its host"),
        (r"http://evil.example\a", r"'\\' in its host"),
        ("evil.example／a", "'/' in its host"),
        ("*.evil.example", "'*' in its host"),
        ("a\u{378}.example", "internationalised"),
        ("http://evil.example/\u{fffd}", "not UTF-8"),
        ("0123456789abcdef0123", "not a hash"),
        ("md5:evil", "not a hash"),
    ] {
        refuses(text, None, reason);
    }
    let label = "a".repeat(64);
    refuses(&format!("{label}.example"), None, "63 characters");
}

#[test]
fn messages_say_what_would_do() {
    let invalid = Indicator::parse("user[@]evil.example", None).expect_err("e-mail");
    assert_eq!(
        invalid.to_string(),
        "`user[@]evil.example` is an e-mail address: expected an IP address, a domain, \
         an http or https URL or a file hash (MD5, SHA-1 or SHA-256)"
    );
}

#[test]
fn a_kind_that_is_asked_for_is_not_guessed() {
    for (text, kind, value) in [
        ("203[.]0.113.7:80", Kind::Ip, "203.0.113.7"),
        ("evil.example:80", Kind::Domain, "evil.example"),
        (MD5, Kind::File, MD5),
        ("evil.example", Kind::Url, "http://evil.example/"),
        ("evil.example:8443", Kind::Url, "http://evil.example:8443/"),
        ("203.0.113.0/24", Kind::Url, "http://203.0.113.0/24"),
    ] {
        let found = Indicator::parse(text, Some(kind)).expect(text);
        assert_eq!((found.kind(), found.value()), (kind, value), "{text}");
    }
    for (text, kind, reason) in [
        (
            "evil.example",
            Kind::Ip,
            "is a domain: expected an IPv4 or IPv6 address",
        ),
        (
            "203.0.113.7",
            Kind::Domain,
            "is an IP address: expected a domain",
        ),
        (
            "http://evil.example/",
            Kind::Domain,
            "is a URL: expected a domain",
        ),
        (
            "evil.example",
            Kind::File,
            "is a domain: expected a file hash",
        ),
        (MD5, Kind::Ip, "is a file hash: expected an IPv4"),
        (
            MD5,
            Kind::Url,
            "is a file hash: expected an http or https URL",
        ),
        ("user@evil.example", Kind::Url, "is an e-mail address"),
    ] {
        refuses(text, Some(kind), reason);
    }
}

#[test]
fn what_the_api_is_asked_for() {
    for (text, id, link) in [
        ("203.0.113.7", "203.0.113.7", "ip-address/203.0.113.7"),
        ("evil.example", "evil.example", "domain/evil.example"),
        (MD5, MD5, "file/0123456789abcdef0123456789abcdef"),
        (
            "hxxp://evil[.]example/?>>?",
            "aHR0cDovL2V2aWwuZXhhbXBsZS8_Pj4_",
            "url/aHR0cDovL2V2aWwuZXhhbXBsZS8_Pj4_",
        ),
    ] {
        let found = Indicator::parse(text, None).expect(text);
        assert_eq!(found.id(), id);
        assert_eq!(
            found.link(),
            format!("https://www.virustotal.com/gui/{link}")
        );
    }
}

#[test]
fn addresses_that_nobody_outside_knows() {
    for (text, scope) in [
        ("10.0.0.1", Some("private")),
        ("::ffff:10.0.0.1", Some("private")),
        ("fe80::1%eth0", Some("link-local")),
        ("http://127.0.0.1:8080/a", Some("loopback")),
        ("http://user@[::1]:8080/a", Some("loopback")),
        ("http://[64:ff9b::10.0.0.1]/", Some("private")),
        ("Printer.Local.", Some("local-name")),
        ("https://wiki.corp:8443/a", Some("local-name")),
        ("localhost", Some("single-label")),
        ("http://203.0.113.7/", None),
        ("http://evil.example/10.0.0.1", None),
        ("203.0.113.7", None),
        ("evil.example", None),
        (MD5, None),
    ] {
        let found = Indicator::asked(text, None).expect(text);
        assert_eq!(found.scope(), scope, "{text}");
    }
}

#[test]
fn a_name_without_a_dot_is_one_where_somebody_asks() {
    for (text, kind, value) in [
        ("localhost", Kind::Domain, "localhost"),
        ("Printer-7", Kind::Domain, "printer-7"),
        ("db01:5432", Kind::Domain, "db01"),
        ("hxxp://intranet/a", Kind::Url, "http://intranet/a"),
    ] {
        let found = Indicator::asked(text, None).expect(text);
        assert_eq!((found.kind(), found.value()), (kind, value), "{text}");
        assert_eq!(found.scope(), Some("single-label"));
    }
    for (text, kind) in [
        ("etc/hosts", None),
        ("users/../me", None),
        ("", None),
        ("7", None),
        (MD5, Some(Kind::Url)),
        ("localhost", Some(Kind::Ip)),
    ] {
        assert!(Indicator::asked(text, kind).is_err(), "{text}");
    }
}

#[test]
fn the_longest_value() {
    let fill = LONGEST_VALUE - "http://evil.example/".len();
    let longest = format!("http://evil.example/{}", "a".repeat(fill));
    let found = Indicator::parse(&longest, None).expect("just short enough");
    assert_eq!(Indicator::parse(&found.defanged(), None), Ok(found));
    refuses(&format!("{longest}a"), None, "longer than 8192 bytes");
    // Enclosing is free, but not without end.
    refuses(
        &" ".repeat(LONGEST_TEXT + 1),
        None,
        "longer than 8192 bytes",
    );
}
