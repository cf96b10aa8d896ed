//! What the standard takes for a URI and for a domain name.
//!
//! Real URLs and names are looser. A single object of wrong syntax makes a
//! consumer refuse the whole bundle, so such a value gets an indicator, whose
//! pattern may hold any text, and no object of its own.

use std::borrow::Cow;
use std::fmt::Write;
use std::net::Ipv6Addr;

/// Whether the text is a URI with an authority in the strict sense of RFC 3986.
pub(super) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let scheme_starts = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    let scheme_goes_on = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    if !scheme_starts || !scheme.bytes().all(scheme_goes_on) {
        return false;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    is_authority(authority) && is_made_of(rest, b":@/?") && is_made_of(fragment, b":@/?")
}

/// The URL as a URI: what may not stand in one is percent-encoded, as it is when
/// it is sent. `None` where that is not enough.
pub(super) fn as_uri(url: &str) -> Option<Cow<'_, str>> {
    if is_uri(url) {
        return Some(Cow::Borrowed(url));
    }
    let start = url.find("://")? + 3;
    let authority = url[start..].find(['/', '?', '#'])?;
    let (before, rest) = url.split_at(start + authority);
    let mut encoded = before.to_owned();
    let mut in_fragment = false;
    for (at, c) in rest.char_indices() {
        let stands = match c {
            '%' => is_escape(&rest[at..]),
            '#' => !std::mem::replace(&mut in_fragment, true),
            _ => is_made_of(c.encode_utf8(&mut [0; 4]), b":@/?"),
        };
        if stands {
            encoded.push(c);
            continue;
        }
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            // Writing to a string can't fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    is_uri(&encoded).then_some(Cow::Owned(encoded))
}

/// Whether the text begins with a percent-encoded byte.
fn is_escape(text: &str) -> bool {
    let digits = text.as_bytes().get(1..3);
    digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

fn is_authority(authority: &str) -> bool {
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let bracketed = host.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (is_host, port) = if let Some((address, port)) = bracketed {
        (address.parse::<Ipv6Addr>().is_ok(), port)
    } else {
        let (name, port) = host.split_at(host.find(':').unwrap_or(host.len()));
        (is_made_of(name, b""), port)
    };
    let is_port = match port.strip_prefix(':') {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_digit()),
        None => port.is_empty(),
    };
    is_made_of(user, b":") && is_host && is_port
}

/// Whether the text holds nothing but unreserved characters, sub-delimiters,
/// escapes, and what else is allowed in its place.
fn is_made_of(text: &str, also: &[u8]) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let is_fine = match byte {
            b'%' => [bytes.next(), bytes.next()]
                .iter()
                .all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit())),
            _ => {
                byte.is_ascii_alphanumeric()
                    || b"-._~!$&'()*+,;=".contains(&byte)
                    || also.contains(&byte)
            }
        };
        if !is_fine {
            return false;
        }
    }
    true
}

/// Whether the text is a host name of letters, digits and hyphens.
///
/// Validators hold names against IDNA 2008, which knows neither underscores nor
/// two hyphens in the third and fourth place, unless they begin an A-label.
pub(super) fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
            && (label.get(2..4) != Some("--") || is_a_label(label))
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

/// Whether an A-label stands for letters that every version of the tables knows
/// and that need no context: those of European scripts, of Chinese, Japanese and
/// Korean.
fn is_a_label(label: &str) -> bool {
    let (decoded, outcome) = idna::domain_to_unicode(label);
    let is_plain = |c: char| {
        matches!(c,
            'a'..='z' | '0'..='9' | '-'
            | '\u{df}'..='\u{f6}' | '\u{f8}'..='\u{ff}'
            | '\u{3ac}'..='\u{3ce}' | '\u{430}'..='\u{45f}'
            | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}'
            | '\u{4e00}'..='\u{9fa5}' | '\u{ac00}'..='\u{d7a3}')
    };
    let is_one = outcome.is_ok() && decoded != label && decoded.chars().all(is_plain);
    is_one && idna::domain_to_ascii(&decoded).is_ok_and(|again| again == label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris() {
        for text in [
            "http://evil.example",
            "http://evil.example/a%20b?x=1&y='2'#part",
            "http://[2001:db8::1]:80/x",
            "http://user:word@a_b.example:8080/",
            "HTTP://EVIL.example/",
            "ftp://x.example/'",
        ] {
            assert!(is_uri(text), "{text}");
        }
        for text in [
            "evil.example/x",
            "://evil.example/",
            "1http://evil.example/",
            "http://evil.example/a b",
            "http://evil.example/a|b",
            "http://evil.example/%zz",
            "http://evil.example/%4",
            "http://evil.example/a[1]",
            "http://evil.example/?a[]=1",
            "http://evil.example/#a#b",
            "http://münchen.example/",
            "http://evil.example:x/",
            "http://[::g]/",
            "http://[::1]x/",
            r"http://evil.example/\",
        ] {
            assert!(!is_uri(text), "{text}");
        }
    }

    #[test]
    fn urls_as_uris() {
        for (url, uri) in [
            (
                "http://evil.example/a%20b",
                Some("http://evil.example/a%20b"),
            ),
            (
                "http://evil.example/a|b c",
                Some("http://evil.example/a%7Cb%20c"),
            ),
            (
                "http://evil.example/?a[]=%zz%4",
                Some("http://evil.example/?a%5B%5D=%25zz%254"),
            ),
            (
                "http://evil.example/\u{fc}#a#b\u{0}",
                Some("http://evil.example/%C3%BC#a%23b%00"),
            ),
            (r"http://evil.example/\'", Some("http://evil.example/%5C'")),
            ("http://m\u{fc}nchen.example/", None),
            ("http://evil.example|x", None),
            ("evil.example/a b", None),
        ] {
            assert_eq!(as_uri(url).as_deref(), uri, "{url}");
        }
    }

    #[test]
    fn host_names() {
        for text in [
            "evil.example",
            "localhost",
            "1.2.3",
            "a-b.c--d.example",
            "xn--mnchen-3ya.example",
            "xn--e1afmkfd.example",
            "xn--fsqu00a.example",
        ] {
            assert!(is_host_name(text), "{text}");
        }
        let long = format!("{}.example", "x".repeat(64));
        for text in [
            "",
            "a..b",
            "evil.example.",
            "-a.example",
            "a-.example",
            "a_b.example",
            "ab--c.example",
            "xn--a.example",
            "xn--zz--.example",
            "xn--ls8h.example",
            "xn--.example",
            "*.example",
            "a b.example",
            "EVIL.example",
            &long,
        ] {
            assert!(!is_host_name(text), "{text}");
        }
    }
}
