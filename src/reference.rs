//! The reference page, made from the command tree so that it can't drift from
//! it: `docs/cli.md`. The manual pages are made by `commands::man`. A test
//! compares both with what stands in the project.

use std::fmt::Write;

use clap::Command;

use crate::commands::{Cli, help, man};

/// The whole command tree, as the program parses with it.
pub fn tree() -> Command {
    Cli::tree()
}

/// Every manual page: its file name and its text; nothing when one can't be made.
pub fn manual() -> Option<Vec<(String, Vec<u8>)>> {
    man::pages().ok()
}

/// Columns of the page, whatever the terminal of whoever makes it.
const WIDTH: usize = 100;

/// The text of `docs/cli.md`.
pub fn cli() -> String {
    let mut root = Cli::tree().term_width(WIDTH);
    root.build();
    let topics = [
        ("Options of every command", help::options()),
        ("Exit codes", help::exit_codes()),
        ("Environment", help::environment()),
        ("Formats", help::formats()),
        ("Configuration file", help::config()),
    ];
    let mut page = "\
# Command line reference

Made from the program itself by `GTI_BLESS=1 cargo test reference`. The same texts are in
`gti COMMAND --help`, in `gti help TOPIC` and in the manual pages below [man/](man/).

"
    .to_owned();
    let commands = listed(&root);
    // Writing to a string can't fail, here and below.
    for (name, _) in &commands {
        let _ = writeln!(page, "- [`{name}`](#{})", anchor(name));
    }
    for (title, _) in &topics {
        let _ = writeln!(page, "- [{title}](#{})", anchor(title));
    }
    for (name, command) in commands {
        section(&mut page, &format!("`{name}`"), &help_of(command));
    }
    for (title, text) in topics {
        section(&mut page, title, &text);
    }
    page
}

fn section(page: &mut String, title: &str, text: &str) {
    let _ = write!(page, "\n## {title}\n\n```text\n{}\n```\n", text.trim_end());
}

/// Every command with its whole name, in the order of help.
fn listed(command: &Command) -> Vec<(String, &Command)> {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let below = command.get_subcommands().flat_map(listed);
    std::iter::once((name.to_owned(), command))
        .chain(below)
        .collect()
}

/// The help of a command.
fn help_of(command: &Command) -> String {
    let help = command.clone().render_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// The anchor that a Markdown renderer gives a title.
fn anchor(title: &str) -> String {
    title.to_lowercase().replace(' ', "-")
}
