//! The pager for long results at a terminal.

use super::Environment;
use super::table;

/// What is used where nothing else is asked for: it shows what fits a screen and ends,
/// keeps colour, and leaves the text on the screen.
const DEFAULT: &str = "less -FRX";

/// The command of the pager; none where it is not wanted: with `--no-pager`, with a
/// variable that is set to nothing, and with `cat`, which pages nothing.
pub(super) fn command(no_pager: bool, environment: &Environment) -> Option<String> {
    let mut set = table::PAGER
        .variables
        .iter()
        .filter_map(|name| environment.set(name));
    let command = set.next().map_or(DEFAULT, |value| {
        // What is no text names no program.
        value.to_str().unwrap_or_default().trim()
    });
    let pages = !no_pager && !command.is_empty() && command != "cat";
    pages.then(|| command.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_counts_also_where_it_is_empty() {
        for (variables, no_pager, expected) in [
            (&[][..], false, Some("less -FRX")),
            (&[], true, None),
            (&[("PAGER", "more")], false, Some("more")),
            (
                &[("PAGER", "more"), ("GTI_PAGER", "less -S")],
                false,
                Some("less -S"),
            ),
            (&[("PAGER", "more"), ("GTI_PAGER", "")], false, None),
            (&[("GTI_PAGER", "cat")], false, None),
            (&[("PAGER", "more")], true, None),
        ] {
            let pairs = variables
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()));
            let environment = Environment::new(pairs, None);
            assert_eq!(
                command(no_pager, &environment).as_deref(),
                expected,
                "{variables:?}"
            );
        }
    }
}
