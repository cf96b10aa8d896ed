//! Whether the terminal follows links that text is marked with (OSC 8).

use super::Environment;
use super::table;

/// What `TERM_PROGRAM` is in terminals that do.
const PROGRAMS: [&str; 9] = [
    "iTerm.app",
    "WezTerm",
    "vscode",
    "ghostty",
    "Hyper",
    "Tabby",
    "rio",
    "zed",
    "WarpTerminal",
];

/// What `TERM` begins with in terminals that do.
const TERMS: [&str; 6] = [
    "xterm-kitty",
    "xterm-ghostty",
    "alacritty",
    "foot",
    "contour",
    "wezterm",
];

/// Variables that only terminals set that do, whatever their value.
const MARKS: [&str; 3] = ["WT_SESSION", "KONSOLE_VERSION", "DOMTERM"];

/// The version of the library behind GNOME Terminal and others that was the first to.
const VTE: u32 = 5000;

/// Whether links are written. Terminals that are not known to follow them may show
/// them instead; `FORCE_HYPERLINK` decides it for one that is not known here.
pub(super) fn are_known(environment: &Environment) -> bool {
    let text = |name: &str| environment.set(name).and_then(|value| value.to_str());
    if let Some(force) = table::FORCE_HYPERLINK
        .variables
        .iter()
        .find_map(|it| text(it))
    {
        return !matches!(force, "" | "0" | "false");
    }
    let term = text("TERM").unwrap_or_default();
    if term == "dumb" {
        return false;
    }
    let vte = text("VTE_VERSION").and_then(|version| version.parse::<u32>().ok());
    text("TERM_PROGRAM").is_some_and(|program| PROGRAMS.contains(&program))
        || TERMS.iter().any(|known| term.starts_with(known))
        || MARKS.iter().any(|name| environment.set(name).is_some())
        || vte.is_some_and(|version| version >= VTE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::tests::environment;

    #[test]
    fn links_are_for_terminals_that_follow_them() {
        for (variables, expected) in [
            (&[][..], false),
            (&[("TERM", "xterm-256color")], false),
            (&[("TERM", "dumb"), ("TERM_PROGRAM", "vscode")], false),
            (&[("TERM_PROGRAM", "WezTerm")], true),
            (&[("TERM_PROGRAM", "Apple_Terminal")], false),
            (&[("TERM", "xterm-kitty")], true),
            (&[("TERM", "foot-extra")], true),
            (&[("VTE_VERSION", "7600")], true),
            (&[("VTE_VERSION", "4999")], false),
            (&[("WT_SESSION", "1")], true),
            (&[("NO_COLOR", "1"), ("TERM_PROGRAM", "ghostty")], true),
            (&[("FORCE_HYPERLINK", "1"), ("TERM", "dumb")], true),
            (&[("FORCE_HYPERLINK", "0"), ("TERM", "xterm-kitty")], false),
        ] {
            let found = are_known(&environment(variables));
            assert_eq!(found, expected, "{variables:?}");
        }
    }
}
