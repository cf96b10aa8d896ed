//! Hosts that mean something else in every network: whoever asks the service
//! about one learns nothing, and tells it about the network they are in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The name of the range that makes a look-up pointless. Ranges for documentation
/// are public as far as the API is concerned.
pub(super) fn of_address(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => of_ipv4(address),
        IpAddr::V6(address) => of_ipv6(address),
    }
}

/// Why a name, in lower case, means something in its own network alone.
pub(super) fn of_name(name: &str) -> Option<&'static str> {
    let Some((_, top)) = name.rsplit_once('.') else {
        return Some("single-label");
    };
    let local = LOCAL.contains(&top) || name == HOME || name.ends_with(BELOW_HOME);
    local.then_some("local-name")
}

/// The top-level domains of networks of one's own: reserved for them (RFC 6761 and
/// 6762, ICANN's resolution on `internal`), or so widely used there that they will
/// never be delegated (RFC 6762, appendix G).
const LOCAL: [&str; 9] = [
    "corp",
    "home",
    "internal",
    "intranet",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "private",
];

/// The domain of home networks (RFC 8375).
const HOME: &str = "home.arpa";
const BELOW_HOME: &str = ".home.arpa";

fn of_ipv4(address: Ipv4Addr) -> Option<&'static str> {
    match address.octets() {
        [100, 64..=127, ..] => Some("shared"),
        [0, ..] => Some("unspecified"),
        [127, ..] => Some("loopback"),
        _ if address.is_private() => Some("private"),
        _ if address.is_link_local() => Some("link-local"),
        _ if address.is_multicast() => Some("multicast"),
        _ if address.is_broadcast() => Some("broadcast"),
        _ => None,
    }
}

fn of_ipv6(address: Ipv6Addr) -> Option<&'static str> {
    if address.is_unspecified() {
        Some("unspecified")
    } else if address.is_loopback() {
        Some("loopback")
    } else if address.is_unicast_link_local() {
        Some("link-local")
    } else if address.is_multicast() {
        Some("multicast")
    } else if is_private(address) {
        Some("private")
    } else {
        embedded(address).and_then(of_ipv4)
    }
}

/// Unique local addresses, the site-local ones before them, and the prefix for
/// translation within a network (RFC 8215).
fn is_private(address: Ipv6Addr) -> bool {
    let [first, second, third, ..] = address.segments();
    address.is_unique_local()
        || first & 0xffc0 == 0xfec0
        || (first, second, third) == (0x64, 0xff9b, 1)
}

/// The IPv4 address that an IPv6 address only spells in another way: compatible,
/// mapped and translated ones, those of NAT64, 6to4 and Teredo (the client).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let ipv4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(ipv4(high, low)),
        [0x2001, 0, _, _, _, _, high, low] => Some(ipv4(!high, !low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for (address, scope) in [
            ("10.1.2.3", Some("private")),
            ("172.16.0.1", Some("private")),
            ("172.32.0.1", None),
            ("192.168.0.1", Some("private")),
            ("100.63.255.255", None),
            ("100.64.0.0", Some("shared")),
            ("100.127.255.255", Some("shared")),
            ("100.128.0.0", None),
            ("fc00::1", Some("private")),
            ("fd00::1", Some("private")),
            ("fec0::1", Some("private")),
            ("feff::1", Some("private")),
            ("64:ff9b:1::cb00:7107", Some("private")),
            ("127.8.8.8", Some("loopback")),
            ("::1", Some("loopback")),
            ("169.254.1.1", Some("link-local")),
            ("fe80::1", Some("link-local")),
            ("224.0.0.1", Some("multicast")),
            ("ff02::1", Some("multicast")),
            ("0.0.0.0", Some("unspecified")),
            ("0.1.2.3", Some("unspecified")),
            ("::", Some("unspecified")),
            ("255.255.255.255", Some("broadcast")),
            ("192.0.2.1", None),
            ("198.51.100.1", None),
            ("203.0.113.7", None),
            ("2001:db8::1", None),
        ] {
            let parsed = address.parse().expect(address);
            assert_eq!(of_address(parsed), scope, "{address}");
        }
    }

    #[test]
    fn an_ipv4_address_within_an_ipv6_address_is_judged_as_itself() {
        for (address, scope) in [
            ("::10.0.0.1", Some("private")),
            ("::ffff:10.0.0.1", Some("private")),
            ("::ffff:0:10.0.0.1", Some("private")),
            ("64:ff9b::10.0.0.1", Some("private")),
            ("64:ff9b::100.64.0.1", Some("shared")),
            ("64:ff9b::203.0.113.7", None),
            ("2002:a00:1::", Some("private")),
            ("2002:cb00:7107::1", None),
            ("2001:0:cb00:7107::f5ff:fffe", Some("private")),
            ("2001:0:cb00:7107::34ff:8ef8", None),
        ] {
            let parsed = address.parse().expect(address);
            assert_eq!(of_address(parsed), scope, "{address}");
        }
    }

    #[test]
    fn names() {
        for name in ["localhost", "intranet", "printer-7"] {
            assert_eq!(of_name(name), Some("single-label"), "{name}");
        }
        for name in [
            "printer.local",
            "db.eu.internal",
            "home.arpa",
            "nas.home.arpa",
            "router.lan",
            "app.localhost",
            "host.localdomain",
            "wiki.corp",
        ] {
            assert_eq!(of_name(name), Some("local-name"), "{name}");
        }
        for name in [
            "evil.example",
            "example.com",
            "local.example",
            "internal.example.org",
            "7.113.0.203.in-addr.arpa",
            "nothome.arpa",
            "evil.test",
            "evil.invalid",
        ] {
            assert_eq!(of_name(name), None, "{name}");
        }
    }
}
