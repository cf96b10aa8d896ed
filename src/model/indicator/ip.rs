//! IP addresses as people write them.

use std::net::{IpAddr, Ipv6Addr};

use super::invalid::Fault;

/// Reads an address that stands alone or in brackets.
///
/// The zone of a link-local address (`%eth0`) is local to a machine and goes; an
/// IPv4 address that is mapped into IPv6 becomes what it is.
pub(super) fn parse(text: &str) -> Result<IpAddr, Fault> {
    let address = match text.split_once('%') {
        Some((address, _zone)) => address.parse::<Ipv6Addr>().map(IpAddr::V6),
        None => text.parse(),
    };
    Ok(address.map_err(|_| Fault::Ipv6)?.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_each() {
        for (text, spelling) in [
            ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
            ("2001:0db8::0001", "2001:db8::1"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("fe80::1%eth0", "fe80::1"),
            ("fe80::1%25eth0", "fe80::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("::FFFF:c000:201", "192.0.2.1"),
            ("::", "::"),
        ] {
            let address = parse(text).map(|address| address.to_string());
            assert_eq!(address.as_deref(), Ok(spelling), "{text}");
        }
        for text in [
            "",
            "2001:db8",
            "2001:db8:::1",
            "1:2:3:4:5:6:7:8:9",
            "g::1",
            "%eth0",
            "192.0.2.1%eth0",
        ] {
            assert_eq!(parse(text), Err(Fault::Ipv6), "{text}");
        }
    }
}
