//! The reference pages, made from the command tree so that they can't drift
//! from it: `docs/cli.md` and `docs/man/`. A test compares them.

use std::fmt::Write;

use clap::CommandFactory;

use crate::commands::{Cli, help};

/// The text of `docs/cli.md`.
pub fn cli() -> String {
    let mut command = Cli::command();
    command.build();
    let mut page = "\
# Command line reference

Made from the program itself (`GTI_BLESS=1 cargo test reference`); the same texts
are in `gti COMMAND --help`.

"
    .to_owned();
    section(&command, &mut page);
    for (title, text) in [
        ("Exit codes", help::exit_codes()),
        ("Environment", help::environment()),
        ("Configuration file", help::config()),
    ] {
        // Writing to a string can't fail, here and below.
        let _ = write!(page, "## {title}\n\n```text\n{}\n```\n\n", text.trim_end());
    }
    page.trim_end().to_owned() + "\n"
}

/// One command with its long help, then the commands below it.
fn section(command: &clap::Command, page: &mut String) {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    // 100 columns whatever the terminal of whoever makes the page.
    let help = command
        .clone()
        .term_width(100)
        .render_long_help()
        .to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    // The options of every command stand once, with `gti` itself.
    let shown = match lines.iter().position(|line| *line == "Global options:") {
        Some(start) if name != "gti" => {
            let end = lines[start..].iter().position(|line| {
                !line.is_empty() && !line.starts_with(' ') && *line != "Global options:"
            });
            let rest = end.map_or(&[][..], |end| &lines[start + end..]);
            [&lines[..start], rest].concat()
        }
        _ => lines,
    };
    let _ = write!(
        page,
        "## `{name}`\n\n```text\n{}\n```\n\n",
        shown.join("\n").trim_end()
    );
    for verb in command.get_subcommands() {
        section(verb, page);
    }
}
