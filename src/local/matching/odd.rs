//! Addresses in URLs that are written otherwise than with four decimal numbers, as
//! browsers take them: `http://3405803783/`, `http://0xcb.0.113.7/`.

use std::net::Ipv4Addr;
use std::ops::Range;

/// The longest of them.
const LONGEST: usize = 48;

/// Calls `found` with each of them and its place.
pub(super) fn each(text: &str, mut found: impl FnMut(Range<usize>, Ipv4Addr)) {
    let bytes = text.as_bytes();
    for at in memchr::memmem::find_iter(bytes, b"://") {
        let start = at + 3;
        let rest = &bytes[start..];
        if !rest.first().is_some_and(u8::is_ascii_digit) {
            continue;
        }
        let is_part = |b: &u8| b.is_ascii_hexdigit() || matches!(b, b'.' | b'x' | b'X');
        let length = rest.iter().take(LONGEST).take_while(|b| is_part(b)).count();
        let ends = rest
            .get(length)
            .is_none_or(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'-' | b'_' | b'%' | b'@'));
        let host = text[start..start + length].trim_end_matches('.');
        if let Some(address) = address(host).filter(|_| ends)
            && address.to_string() != host
        {
            found(start..start + host.len(), address);
        }
    }
}

/// Reads an address of one to four numbers, each decimal, octal or hexadecimal; the
/// last fills the bytes that are left.
fn address(host: &str) -> Option<Ipv4Addr> {
    let numbers: Vec<u32> = host.split('.').map(number).collect::<Option<_>>()?;
    let (last, before) = numbers.split_last()?;
    if before.len() > 3 {
        return None;
    }
    let mut address = 0_u32;
    for number in before {
        address = (address << 8) | u32::from(u8::try_from(*number).ok()?);
    }
    let bits = 32 - 8 * u32::try_from(before.len()).ok()?;
    if bits < 32 && *last >= 1 << bits {
        return None;
    }
    let address = address.checked_shl(bits).unwrap_or(0) | last;
    Some(Ipv4Addr::from(address))
}

fn number(text: &str) -> Option<u32> {
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u32::from_str_radix(digits, 16).ok();
    }
    match text.strip_prefix('0') {
        Some(digits) if !digits.is_empty() => u32::from_str_radix(digits, 8).ok(),
        _ => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_browsers_read_it() {
        let seven = Ipv4Addr::new(203, 0, 113, 7);
        for host in [
            "3405803783",
            "0xcb007107",
            "0XCB.0.0x71.7",
            "0313.0.0161.07",
            "203.0.28935",
            "203.28935",
            "0313.0.0161.7.",
        ] {
            let mut places = vec![];
            each(&format!("GET http://{host}/a"), |place, address| {
                places.push((place.start, address));
            });
            assert_eq!(places, [(11, seven)], "{host}");
        }
        for text in [
            "http://203.0.113.7/",
            "http://1password.example/",
            "http://3405803783.example/",
            "http://4294967296/",
            "http://256.1/",
            "http://08.0.0.1/",
            "http://1.2.3.4.5/",
            "http://0x/",
            "3405803783",
            "http://1-2/",
        ] {
            each(text, |place, address| panic!("{text}: {place:?} {address}"));
        }
    }
}
