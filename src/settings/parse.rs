//! Values as text, made into what they mean. Each answers with a sentence that
//! names the value and what would be accepted.

use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use secrecy::SecretString;

use crate::model::time::parse_duration;

/// The name of a file or directory.
pub(super) fn file(text: &str) -> Result<PathBuf, String> {
    text.parse().map_err(|error: Infallible| error.to_string())
}

/// The address of a database, which may hold a password.
pub(super) fn database(text: &str) -> Result<SecretString, String> {
    if !cfg!(feature = "postgres") {
        return Err("this gti was built without PostgreSQL".to_owned());
    }
    let known = ["postgres://", "postgresql://"];
    if known.iter().any(|scheme| text.starts_with(scheme)) {
        return Ok(SecretString::from(text));
    }
    // It may hold a password.
    Err("the value is not the URL of a database: write postgres://USER@HOST/DATABASE".to_owned())
}

/// A duration that may not be zero: no connection is ever that fast.
pub(super) fn positive_duration(text: &str) -> Result<Duration, String> {
    let duration = parse_duration(text)?;
    if duration.is_zero() {
        return Err(format!("`{text}` is too short: write 1ms or more"));
    }
    Ok(duration)
}

/// A whole number from 0.
pub(super) fn count<T: FromStr>(text: &str) -> Result<T, String> {
    // `parse` alone would take `+5`.
    if text.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(number) = text.parse()
    {
        return Ok(number);
    }
    Err(format!(
        "`{text}` is not a count: write a whole number, 0 or more"
    ))
}

/// A whole number from 1.
///
/// # Errors
/// A sentence that names the text and what would be accepted.
pub(crate) fn positive_count<T: FromStr>(text: &str) -> Result<T, String> {
    let is_zero = text.bytes().all(|byte| byte == b'0');
    let counted = count(text).ok().filter(|_| !is_zero);
    counted.ok_or_else(|| format!("`{text}` is not a count: write a whole number, 1 or more"))
}

/// On or off.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => Err(format!("`{text}` is neither on nor off: write 1 or 0")),
    }
}

/// A text that can stand in a header. The service accepts any there (API notes,
/// section 1.2).
pub(super) fn header_text(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("the value is empty: write a name like org.product.v1.0".to_owned());
    }
    if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(format!(
            "{text:?} cannot be sent in a header: use ASCII letters, digits and punctuation"
        ));
    }
    Ok(text.to_owned())
}

/// Field paths, separated by commas.
pub(super) fn fields(text: &str) -> Result<Vec<String>, String> {
    let fields: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    if fields.iter().any(String::is_empty) {
        return Err(format!(
            "`{text}` lacks a name: write fields with commas between, like ioc,verdict,report.attributes.asn"
        ));
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(count::<u32>("0"), Ok(0));
        assert_eq!(count::<u32>("4294967295"), Ok(u32::MAX));
        for text in ["", "-1", "+1", "1.0", "4294967296", "five", "1 "] {
            let message = count::<u32>(text).expect_err(text);
            assert!(message.starts_with(&format!("`{text}` ")), "{message}");
        }
        assert_eq!(positive_count("8"), Ok(NonZeroUsize::MIN.saturating_add(7)));
        assert_eq!(positive_count("1"), Ok(1_u64));
        for text in ["0", "00", "", "-1", "ten", "4294967296"] {
            let message = positive_count::<u32>(text).expect_err(text);
            assert!(message.ends_with("1 or more"), "{message}");
        }
        assert!(positive_duration("0s").is_err());
        assert_eq!(positive_duration("1ms"), Ok(Duration::from_millis(1)));
    }

    #[test]
    fn switches() {
        for (text, on) in [("1", true), ("True", true), ("0", false), ("off", false)] {
            assert_eq!(switch(text), Ok(on), "{text}");
        }
        assert!(switch("2").is_err_and(|message| message.contains("`2`")));
    }

    #[test]
    fn headers() {
        assert_eq!(header_text(" splunk soar ").as_deref(), Ok("splunk soar"));
        for text in ["", "  ", "a\nb", "ü"] {
            assert!(header_text(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn field_lists() {
        assert_eq!(
            fields("ioc, a.b"),
            Ok(vec!["ioc".to_owned(), "a.b".to_owned()])
        );
        for text in ["", ",", "ioc,", "ioc,,verdict"] {
            assert!(fields(text).is_err(), "{text:?}");
        }
    }
}
