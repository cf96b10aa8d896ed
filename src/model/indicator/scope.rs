//! Addresses that mean something else in every network.

use std::net::IpAddr;

/// The name of the range that makes a look-up pointless. The contract lists
/// these five; documentation ranges are public as far as the API is concerned.
pub(super) fn of(address: IpAddr) -> Option<&'static str> {
    let (private, link_local) = match address {
        IpAddr::V4(v4) => (v4.is_private(), v4.is_link_local()),
        IpAddr::V6(v6) => (v6.is_unique_local(), v6.is_unicast_link_local()),
    };
    if private {
        Some("private")
    } else if address.is_loopback() {
        Some("loopback")
    } else if link_local {
        Some("link-local")
    } else if address.is_multicast() {
        Some("multicast")
    } else if address.is_unspecified() {
        Some("unspecified")
    } else {
        None
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
            ("fd00::1", Some("private")),
            ("127.8.8.8", Some("loopback")),
            ("::1", Some("loopback")),
            ("169.254.1.1", Some("link-local")),
            ("fe80::1", Some("link-local")),
            ("224.0.0.1", Some("multicast")),
            ("ff02::1", Some("multicast")),
            ("0.0.0.0", Some("unspecified")),
            ("::", Some("unspecified")),
            ("192.0.2.1", None),
            ("198.51.100.1", None),
            ("203.0.113.7", None),
            ("2001:db8::1", None),
        ] {
            let parsed = address.parse().expect(address);
            assert_eq!(of(parsed), scope, "{address}");
        }
    }
}
