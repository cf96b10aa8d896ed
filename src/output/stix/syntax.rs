//! What the standard takes for a URI and for a domain name.
//!
//! Real URLs and names are looser. A single object of wrong syntax makes a
//! consumer refuse the whole bundle, so such a value gets an indicator, whose
//! pattern may hold any text, and no object of its own.

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
/// two hyphens in the third and fourth place. An `xn--` label may stand there,
/// but what is in it would have to be checked against the same tables.
pub(super) fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.get(2..4) != Some("--")
    };
    text.len() <= 253 && text.split('.').all(is_label)
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
    fn host_names() {
        for text in ["evil.example", "localhost", "1.2.3", "a-b.c--d.example"] {
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
            "xn--mnchen-3ya.example",
            "*.example",
            "a b.example",
            "EVIL.example",
            &long,
        ] {
            assert!(!is_host_name(text), "{text}");
        }
    }
}
