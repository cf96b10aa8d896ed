//! Counts on the command line.

use std::str::FromStr;

/// A count of at least one.
pub(super) fn at_least_one<N: FromStr + PartialEq + From<u8>>(text: &str) -> Result<N, String> {
    let counted = text.parse().ok().filter(|count| *count != N::from(0));
    counted.ok_or_else(|| "write a whole number, 1 or more".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_no_count() {
        assert_eq!(at_least_one::<u64>("1"), Ok(1));
        assert_eq!(at_least_one::<u32>("4294967295"), Ok(u32::MAX));
        for text in ["0", "-1", "", "1.5", "ten", "4294967296"] {
            assert!(at_least_one::<u32>(text).is_err(), "{text}");
        }
    }
}
