//! Why a text is no indicator, in words.

use super::Kind;

/// A text that can't be looked up: what it was, what is wrong with it, and what
/// would be accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{shown}` {fault}: expected {}", accepted(*.kind))]
pub struct InvalidIndicator {
    shown: String,
    fault: Fault,
    kind: Option<Kind>,
}

impl InvalidIndicator {
    pub(super) fn new(text: &str, fault: Fault, kind: Option<Kind>) -> Self {
        Self {
            shown: shown(text),
            fault,
            kind,
        }
    }
}

/// What is wrong, as the middle of a sentence that begins with the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("is empty")]
    Empty,
    #[error("contains white space or control characters")]
    WhiteSpace,
    #[error("contains bytes that are not UTF-8")]
    Undecoded,
    #[error("is longer than {0} bytes")]
    TooLong(usize),
    #[error("is {}", with_article(*.0))]
    Is(Kind),
    #[error("is an e-mail address")]
    Email,
    #[error("is a CVE id, which `gti vuln get` looks up")]
    Cve,
    #[error("is a network, not one address")]
    Network,
    #[error("is not a hash (32 hex digits for MD5, 40 for SHA-1, 64 for SHA-256)")]
    Hash,
    #[error("has a scheme other than http and https")]
    Scheme,
    #[error("has a colon that is not followed by a port number from 0 to 65535")]
    Port,
    #[error(
        "ends in a number, but not as an IPv4 address does (four numbers from 0 to 255, no leading zeros)"
    )]
    Ipv4,
    #[error("is not a valid IPv6 address")]
    Ipv6,
    #[error("has an IPv6 host that is not in brackets, as in http://[2001:db8::1]/")]
    Unbracketed,
    #[error("has {0:?} in its host, which no host name contains")]
    Character(char),
    #[error("has a host that is not a valid internationalised name")]
    Unicode,
    #[error("has a host with an empty part")]
    EmptyLabel,
    #[error("has a host with more than 63 characters between dots, or more than 253 in all")]
    LongName,
    #[error("has a host without a dot")]
    SingleLabel,
    #[error("has a host that ends in no top-level domain")]
    TopLevel,
}

fn with_article(kind: Kind) -> &'static str {
    match kind {
        Kind::Ip => "an IP address",
        Kind::Domain => "a domain",
        Kind::Url => "a URL",
        Kind::File => "a file hash",
    }
}

fn accepted(kind: Option<Kind>) -> &'static str {
    match kind {
        Some(Kind::Ip) => "an IPv4 or IPv6 address",
        Some(Kind::Domain) => "a domain",
        Some(Kind::Url) => "an http or https URL",
        Some(Kind::File) => "a file hash (MD5, SHA-1 or SHA-256)",
        None => {
            "an IP address, a domain, an http or https URL or a file hash (MD5, SHA-1 or SHA-256)"
        }
    }
}

/// The longest part of a text that a message shows, in characters.
const SHOWN: usize = 80;

/// The text as a message may show it: its beginning, with everything escaped
/// that a terminal would act on or not show.
fn shown(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars().take(SHOWN) {
        // These three `escape_debug` escapes for Rust's sake, not the reader's.
        if matches!(character, '"' | '\'' | '\\') {
            out.push(character);
        } else {
            out.extend(character.escape_debug());
        }
    }
    if text.chars().nth(SHOWN).is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_text_its_fault_and_what_would_do() {
        let invalid = InvalidIndicator::new("10.0.0.0/8", Fault::Network, Some(Kind::Ip));
        assert_eq!(
            invalid.to_string(),
            "`10.0.0.0/8` is a network, not one address: expected an IPv4 or IPv6 address"
        );
        let invalid = InvalidIndicator::new("a.example", Fault::Is(Kind::Domain), Some(Kind::File));
        assert_eq!(
            invalid.to_string(),
            "`a.example` is a domain: expected a file hash (MD5, SHA-1 or SHA-256)"
        );
    }

    #[test]
    fn messages_show_nothing_that_a_terminal_acts_on() {
        assert_eq!(
            shown("a\u{1b}[31m\n\u{202e}\u{200b}ü'\\"),
            "a\\u{1b}[31m\\n\\u{202e}\\u{200b}ü'\\"
        );
        assert_eq!(shown(&"x".repeat(80)), "x".repeat(80));
        assert_eq!(shown(&"ü".repeat(9000)), format!("{}…", "ü".repeat(80)));
    }
}
