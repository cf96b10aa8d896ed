//! Hosts: what can stand alone or in a URL, with a port or without.

use std::borrow::Cow;
use std::net::IpAddr;

use super::domain::{self, SingleLabel};
use super::invalid::Fault;
use super::ip;

/// A host, as an address or as a name in lower-case A-labels.
pub(super) enum Host<'a> {
    Address(IpAddr),
    Name(Cow<'a, str>),
}

/// Reads a host and the port that may follow it.
pub(super) fn parse(text: &str, single: SingleLabel) -> Result<(Host<'_>, Option<u16>), Fault> {
    if text.contains('@') {
        return Err(Fault::Email);
    }
    if is_unbracketed_ipv6(text) {
        return Ok((Host::Address(ip::parse(text)?), None));
    }
    let (host, port) = split_port(text);
    let port = match port.strip_prefix(':') {
        None | Some("") => None,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(digits.parse().map_err(|_| Fault::Port)?)
        }
        Some(_) => return Err(Fault::Port),
    };
    let literal = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let host = match literal {
        Some(literal) => Host::Address(ip::parse(literal)?),
        None => name_or_ipv4(host, single)?,
    };
    Ok((host, port))
}

/// Whether a text can only be an IPv6 address, if any host: with two colons and
/// no brackets there is no telling a port, so none is looked for.
pub(super) fn is_unbracketed_ipv6(text: &str) -> bool {
    !text.starts_with('[') && text.bytes().filter(|byte| *byte == b':').count() > 1
}

/// Splits `host:port` before the colon; the second part is empty without one.
pub(super) fn split_port(text: &str) -> (&str, &str) {
    let host = text.find(']').unwrap_or(0);
    let colon = text[host..].find(':').map_or(text.len(), |at| host + at);
    text.split_at(colon)
}

fn name_or_ipv4(text: &str, single: SingleLabel) -> Result<Host<'_>, Fault> {
    let name = domain::ascii(text)?;
    // Only now: full-width digits and dots have become plain ones.
    if domain::ends_in_number(&name) {
        let address = name.parse().map_err(|_| Fault::Ipv4)?;
        return Ok(Host::Address(IpAddr::V4(address)));
    }
    domain::check(&name, single)?;
    Ok(Host::Name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports() {
        for (text, port) in [
            ("evil.example", Ok(None)),
            ("evil.example:", Ok(None)),
            ("evil.example:8443", Ok(Some(8443))),
            ("evil.example:08443", Ok(Some(8443))),
            ("[2001:db8::1]:443", Ok(Some(443))),
            ("2001:db8::1:443", Ok(None)),
            ("evil.example:65536", Err(Fault::Port)),
            ("evil.example:+80", Err(Fault::Port)),
            ("evil.example:http", Err(Fault::Port)),
        ] {
            let parsed = parse(text, SingleLabel::Refused);
            assert_eq!(parsed.map(|(_, port)| port), port, "{text}");
        }
    }
}
