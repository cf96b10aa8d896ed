//! `gti man`.

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, CommandFactory};

use super::{Cli, help};
use crate::model::error::Error;

/// Print a manual page, or write all of them
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The command to print the page of: enrich, or auth login
    #[arg(value_name = "COMMAND", conflicts_with = "directory")]
    command: Vec<String>,
    /// Write the page of every command into DIR
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
}

/// Every manual page: its file name and its text.
pub(crate) fn pages() -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut pages = vec![];
    collect(whole(), &mut pages)?;
    Ok(pages)
}

fn collect(command: clap::Command, pages: &mut Vec<(String, Vec<u8>)>) -> Result<(), Error> {
    let name = command
        .get_display_name()
        .unwrap_or_else(|| command.get_name())
        .to_owned();
    for verb in command.get_subcommands() {
        collect(verb.clone(), pages)?;
    }
    pages.push((format!("{name}.1"), page(command)?));
    Ok(())
}

/// The page that is asked for; nothing when they were written to a directory.
pub(crate) fn text(args: &ManArgs) -> Result<Vec<u8>, Error> {
    if let Some(directory) = &args.directory {
        for (name, text) in pages()? {
            std::fs::write(directory.join(&name), text).map_err(|error| {
                let directory = directory.display();
                Error::io(format!("cannot write `{name}` into `{directory}`"), error)
            })?;
        }
        return Ok(vec![]);
    }
    let mut command = whole();
    for name in &args.command {
        command = command.find_subcommand(name).cloned().ok_or_else(|| {
            Error::usage(format!("there is no command `{name}`")).hint("`gti help` lists them")
        })?;
    }
    page(command)
}

/// The command tree with the names of nested commands filled in.
fn whole() -> clap::Command {
    let mut command = Cli::command();
    command.build();
    command
}

/// One page. The options of every command stand in `gti(1)`, and only there:
/// otherwise each page would be mostly them.
fn page(command: clap::Command) -> Result<Vec<u8>, Error> {
    let root = command.get_name() == "gti";
    let usage = command.clone().render_usage().to_string();
    let after = command.get_after_help().map(ToString::to_string);
    let command = command.mut_args(|arg| {
        if arg.get_id() == "help" || !root && arg.is_global_set() {
            return arg.hide(true);
        }
        // A manual page shows all.
        arg.hide_short_help(false).hide_long_help(false)
    });
    let has_options = command.get_arguments().any(|arg| !arg.is_hide_set());
    let has_commands = command.has_subcommands();
    let man = clap_mangen::Man::new(command)
        .source(concat!("gti ", env!("CARGO_PKG_VERSION")))
        .manual("gti manual");

    let failed = |error: std::io::Error| Error::io("cannot render the page", error);
    let mut page = Vec::new();
    man.render_title(&mut page).map_err(failed)?;
    man.render_name_section(&mut page).map_err(failed)?;
    verbatim(
        &mut page,
        "SYNOPSIS",
        usage.trim_start_matches("Usage:").trim(),
    );
    man.render_description_section(&mut page).map_err(failed)?;
    if has_options {
        man.render_options_section(&mut page).map_err(failed)?;
    }
    if has_commands {
        man.render_subcommands_section(&mut page).map_err(failed)?;
    }
    if let Some((title, lines)) = after.as_deref().and_then(|text| text.split_once(":\n")) {
        verbatim(&mut page, &title.to_uppercase(), lines);
    }
    if root {
        verbatim(&mut page, "EXIT STATUS", &help::exit_codes());
        verbatim(&mut page, "ENVIRONMENT", &help::environment());
        verbatim(&mut page, "FORMATS", &help::formats());
        verbatim(&mut page, "CONFIGURATION", &help::config());
    } else {
        page.extend_from_slice(SEE_ALSO.as_bytes());
    }
    Ok(page)
}

const SEE_ALSO: &str = "\
.SH \"SEE ALSO\"
.BR gti (1)
has the options of every command, the exit codes and the environment.
";

/// A section whose lines stay as they are.
fn verbatim(page: &mut Vec<u8>, title: &str, text: &str) {
    let mut section = format!(".SH \"{title}\"\n.nf\n");
    for line in text.trim_end().lines() {
        // A dot in front would make a request of the line.
        if line.starts_with('.') {
            section.push_str("\\&");
        }
        for character in line.chars() {
            match character {
                // Typeset, these become other signs, and nobody could copy them.
                '\\' => section.push_str("\\e"),
                '-' => section.push_str("\\-"),
                '\'' => section.push_str("\\(aq"),
                '`' => section.push_str("\\(ga"),
                '^' => section.push_str("\\(ha"),
                '~' => section.push_str("\\(ti"),
                other if other.is_ascii() => section.push(other),
                // Not every typesetter reads UTF-8.
                other => {
                    // Writing to a string can't fail.
                    let _ = write!(section, "\\[u{:04X}]", u32::from(other));
                }
            }
        }
        section.push('\n');
    }
    section.push_str(".fi\n");
    page.extend_from_slice(section.as_bytes());
}
