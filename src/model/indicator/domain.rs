//! Domain names: lower-case A-labels, and the limits that DNS sets.

use std::borrow::Cow;

use super::invalid::Fault;

/// The name in lower case and in A-labels, without the dot of the root.
///
/// A name in ASCII is taken at its word, A-labels too: there are names in DNS
/// that no registry would admit, and they are worth a look-up.
pub(super) fn ascii(text: &str) -> Result<Cow<'_, str>, Fault> {
    if !text.is_ascii() {
        // Mapped by UTS 46, as browsers do. What the mapping lets through is
        // judged by `check`, so nothing has to be denied here.
        let mut name = idna::domain_to_ascii_cow(text.as_bytes(), idna::AsciiDenyList::EMPTY)
            .map_err(|_| Fault::Unicode)?
            .into_owned();
        if name.ends_with('.') {
            name.pop();
        }
        return Ok(Cow::Owned(name));
    }
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Ok(Cow::Owned(text.to_ascii_lowercase()))
    } else {
        Ok(Cow::Borrowed(text))
    }
}

/// Whether browsers would read the name as an IPv4 address: its last label is a
/// decimal or hexadecimal number. No domain ends like that.
pub(super) fn ends_in_number(name: &str) -> bool {
    let last = top_level(name).as_bytes();
    match last {
        [] => false,
        [b'0', b'x', hex @ ..] => hex.iter().all(u8::is_ascii_hexdigit),
        _ => last.iter().all(u8::is_ascii_digit),
    }
}

/// Whether a name of a single label is one: it can name a machine of one's own
/// network, and nothing outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SingleLabel {
    /// It is a host name like any other.
    Taken,
    /// It is no name: most words of a text would be one.
    Refused,
}

/// Holds a name against the limits of DNS and the shape of its root zone.
///
/// Underscores count as letters (`_dmarc`), and hyphens may stand anywhere: such
/// names resolve. Top-level domains are letters or A-labels, every one of them,
/// which keeps typing errors and most file names out.
pub(super) fn check(name: &str, single: SingleLabel) -> Result<(), Fault> {
    let stranger = name
        .chars()
        .find(|&c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_')));
    if let Some(character) = stranger {
        return Err(Fault::Character(character));
    }
    if name.split('.').any(str::is_empty) {
        return Err(Fault::EmptyLabel);
    }
    if name.len() > 253 || name.split('.').any(|label| label.len() > 63) {
        return Err(Fault::LongName);
    }
    if !name.contains('.') {
        return match single {
            // Of a name alone the rules of host names hold (RFC 952): without
            // them most slips of the pen would be one.
            SingleLabel::Taken if is_host_label(name) => Ok(()),
            _ => Err(Fault::SingleLabel),
        };
    }
    let top = top_level(name);
    if !top.starts_with("xn--") && !top.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Err(Fault::TopLevel);
    }
    Ok(())
}

fn is_host_label(label: &str) -> bool {
    !label.contains('_') && !label.starts_with('-') && !label.ends_with('-')
}

fn top_level(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strict(name: &str) -> Result<(), Fault> {
        check(name, SingleLabel::Refused)
    }

    #[test]
    fn limits() {
        let label = "a".repeat(63);
        let longest = format!("{label}.{label}.{label}.{}.example", "a".repeat(53));
        assert_eq!(longest.len(), 253);
        assert_eq!(strict(&longest), Ok(()));
        assert_eq!(strict(&format!("b{longest}")), Err(Fault::LongName));
        assert_eq!(strict(&format!("{label}a.example")), Err(Fault::LongName));
        assert_eq!(strict("a..example"), Err(Fault::EmptyLabel));
        assert_eq!(strict(".example"), Err(Fault::EmptyLabel));
        assert_eq!(strict(""), Err(Fault::EmptyLabel));
        assert_eq!(strict("example"), Err(Fault::SingleLabel));
        assert_eq!(check("printer-7", SingleLabel::Taken), Ok(()));
        for none in ["no_name", "-a", "a-"] {
            let checked = check(none, SingleLabel::Taken);
            assert_eq!(checked, Err(Fault::SingleLabel), "{none}");
        }
        let none = check("", SingleLabel::Taken);
        assert_eq!(none, Err(Fault::EmptyLabel));
        assert_eq!(strict("evil.ex4mple"), Err(Fault::TopLevel));
        assert_eq!(strict("evil,example"), Err(Fault::Character(',')));
    }

    #[test]
    fn numbers_at_the_end() {
        for name in [
            "203.0.113.7",
            "1.2.3.4.5",
            "evil.123",
            "0x7f.1",
            "a.0xf",
            "7",
        ] {
            assert!(ends_in_number(name), "{name}");
        }
        for name in ["evil.example", "7.example", "evil.x7", "evil.0y", "", "a."] {
            assert!(!ends_in_number(name), "{name}");
        }
    }
}
