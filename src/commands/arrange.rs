//! How help is arranged: commands in groups, and each page on a screen.

use std::fmt::Write;

use clap::Command;

use super::help::rows;
use crate::ui::terminal_width;

/// Columns of a description at most: longer lines are hard to read.
const WIDEST: usize = 100;

/// The groups of commands, each in the order of use.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "Look up",
        &[
            "enrich",
            "vuln",
            "search",
            "collection",
            "widget",
            "open",
            "api",
        ],
    ),
    ("Submit", &["scan"]),
    (
        "Local",
        &["extract", "match", "annotate", "mirror", "report"],
    ),
    ("Feeds", &["ingest", "rules", "sink", "state"]),
    ("Respond", &["alerts", "dtm", "asm"]),
    (
        "Set up",
        &[
            "auth",
            "config",
            "doctor",
            "quota",
            "cache",
            "sandbox",
            "completions",
            "man",
            "version",
            "help",
        ],
    ),
];

/// The tree with templates for its help: the whole description, then options one
/// below the other. clap's own long form puts a blank line behind each option.
pub(super) fn arranged(command: Command) -> Command {
    let template = format!(
        "{}\n{{usage-heading}} {{usage}}\n{}",
        description(&command),
        groups(&command)
    );
    command
        .help_template(template)
        .mut_subcommands(arranged_below)
}

fn arranged_below(command: Command) -> Command {
    let template = format!(
        "{}\n{{usage-heading}} {{usage}}\n\n{{all-args}}{{after-help}}",
        description(&command)
    );
    command
        .help_template(template)
        .mut_subcommands(arranged_below)
}

/// What the command is, in lines that fit the terminal.
fn description(command: &Command) -> String {
    let text = command.get_long_about().or(command.get_about());
    let text = text.map(ToString::to_string).unwrap_or_default();
    let width = terminal_width().min(WIDEST);
    let mut lines = String::new();
    for paragraph in text.lines() {
        for line in rows(paragraph, width) {
            lines.push_str(&line);
            lines.push('\n');
        }
    }
    lines
}

fn groups(command: &Command) -> String {
    let mut text = String::new();
    for (title, names) in GROUPS {
        // Writing to a string can't fail, here and below.
        let _ = write!(text, "\n{title}:\n");
        for name in *names {
            let Some(verb) = command.find_subcommand(name) else {
                // Built without it.
                continue;
            };
            let about = verb.get_about().map(ToString::to_string);
            let _ = writeln!(text, "  {name:<12} {}", about.unwrap_or_default());
        }
    }
    text.push_str("\nOptions:\n{options}{after-help}");
    text
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::commands::Cli;

    #[test]
    fn every_command_stands_in_one_group() {
        let mut grouped: Vec<&str> = GROUPS
            .iter()
            .flat_map(|(_, names)| *names)
            .copied()
            .collect();
        grouped.sort_unstable();
        let command = Cli::command();
        let mut known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        known.sort_unstable();
        if cfg!(feature = "sandbox") {
            assert_eq!(grouped, known);
        }
    }
}
