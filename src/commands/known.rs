//! Values of options that the service knows, and may know more of than we do.

use crate::model::error::Error;
use crate::settings::nearest;

/// The value as the service writes it. One that looks like a slip is refused; one
/// that is just not known passes, because the service may have got new ones.
pub(in crate::commands) fn checked(
    option: &str,
    value: &str,
    known: &[&str],
) -> Result<String, Error> {
    if let Some(same) = known.iter().find(|known| known.eq_ignore_ascii_case(value)) {
        return Ok((*same).to_owned());
    }
    let lower = value.to_ascii_lowercase();
    let near =
        nearest(&lower, known.iter().copied()).or_else(|| nearest(value, known.iter().copied()));
    if near.is_some() || value.is_empty() {
        let meant = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        return Err(
            Error::usage(format!("`{value}` is not a value of {option}{meant}"))
                .hint(format!("{option} takes {}", known.join(", "))),
        );
    }
    tracing::warn!(
        "{option} {value} is not a known value and is sent as it is; known are {}",
        known.join(", ")
    );
    Ok(value.to_owned())
}

/// All of the values, as the service writes them.
pub(in crate::commands) fn all_checked(
    option: &str,
    values: &[String],
    known: &[&str],
) -> Result<Vec<String>, Error> {
    let checked = values.iter().map(|value| checked(option, value, known));
    checked.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 3] = ["new", "tracked_external", "Shop Listing"];

    #[test]
    fn slips_are_refused_and_the_unknown_passes() {
        for (value, expected) in [
            ("new", Some("new")),
            ("NEW", Some("new")),
            ("shop listing", Some("Shop Listing")),
            ("Quarantine", Some("Quarantine")),
            ("tracked_externally", None),
            ("shoplisting", None),
            ("", None),
        ] {
            let found = checked("--status", value, &KNOWN);
            assert_eq!(found.ok().as_deref(), expected, "{value}");
        }
    }
}
