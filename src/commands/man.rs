//! `gti man`.

use std::path::PathBuf;

use clap::{Args, CommandFactory};

use super::Cli;
use crate::error::Failure;
use crate::model::problem::ProblemKind;

/// Print a manual page, or write all of them
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The command to print the page of: enrich, or auth login
    #[arg(value_name = "COMMAND", conflicts_with = "directory")]
    command: Vec<String>,
    /// Write the page of every command into DIR
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
}

/// Every manual page: its file name and its text.
pub fn pages() -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut pages = vec![];
    collect(whole(), &mut pages)?;
    Ok(pages)
}

fn collect(command: clap::Command, pages: &mut Vec<(String, Vec<u8>)>) -> Result<(), Failure> {
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
pub fn text(args: &ManArgs) -> Result<Vec<u8>, Failure> {
    if let Some(directory) = &args.directory {
        for (name, text) in pages()? {
            std::fs::write(directory.join(&name), text).map_err(|error| {
                Failure::new(
                    ProblemKind::State,
                    format!(
                        "cannot write `{name}` into `{}`: {error}",
                        directory.display()
                    ),
                )
            })?;
        }
        return Ok(vec![]);
    }
    let mut command = whole();
    for name in &args.command {
        command = command.find_subcommand(name).cloned().ok_or_else(|| {
            Failure::usage(
                format!("there is no command `{name}`"),
                "`gti help` lists them",
            )
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

fn page(command: clap::Command) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut text)
        .map_err(|error| Failure::new(ProblemKind::State, error.to_string()))?;
    Ok(text)
}
