//! `gti config`: the configuration file, key by key.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::context::Context;
use super::row::Row as Record;
use crate::commands::members::account::SETTING;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Subject};
use crate::settings::table::{self, Key, Row};
use crate::settings::{ConfigFile, SettingsError, nearest, write_value};

/// Show and change the configuration file
///
/// Keys are those of `gti help config`; --profile names the section.
#[derive(Debug, Subcommand)]
#[command(after_help = EXAMPLES)]
pub(crate) enum ConfigCommand {
    /// Print where the file is, be it there or not
    Path,
    /// List what the profile sets
    List,
    /// Print what the profile sets a key to; exit code 5 when it does not
    Get(KeyArgs),
    /// Set a key
    Set(SetArgs),
    /// Take a key out of the profile
    Unset(KeyArgs),
}

#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// The key: rate, scan.visibility
    #[arg(value_name = "KEY", value_parser = row_of)]
    row: &'static Row,
}

#[derive(Debug, Args)]
pub(crate) struct SetArgs {
    /// The key: rate, scan.visibility
    #[arg(value_name = "KEY", value_parser = row_of)]
    row: &'static Row,
    /// Its value
    #[arg(value_name = "VALUE")]
    value: String,
}

const EXAMPLES: &str = "\
Examples:
  gti config set rate 4/m
  gti config get rate
  gti config list --profile work
  gti config unset proxy";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "config list",
    columns: Columns(&["key", "value", "line"]),
    members: SETTING,
    single: false,
    subject: Subject::Program,
};

/// A key of the profile.
#[derive(Serialize)]
struct Entry<'a> {
    key: &'a str,
    value: String,
    line: usize,
}

pub(crate) fn run(command: &ConfigCommand, cx: &mut Context) -> Result<Exit, Error> {
    let path = path(cx)?;
    match command {
        ConfigCommand::Path => {
            cx.print_line(&path.display().to_string())?;
            Ok(Exit::Done)
        }
        ConfigCommand::List => list(&path, cx),
        ConfigCommand::Get(args) => get(&path, args.row, cx),
        ConfigCommand::Set(args) => set(&path, args, cx),
        ConfigCommand::Unset(args) => {
            write_value(&path, &cx.settings.profile, key(args.row)?, None)?;
            Ok(Exit::Done)
        }
    }
}

/// Where the configuration file is, or would be.
///
/// # Errors
/// Usage, where there is no directory for it.
pub(super) fn path(cx: &Context) -> Result<PathBuf, Error> {
    Ok(cx
        .settings
        .config_path
        .clone()
        .ok_or(SettingsError::NoDirectory {
            purpose: "the configuration",
            variable: "GTI_CONFIG",
        })?)
}

/// The file as it is now; none where there is none.
///
/// # Errors
/// Usage, when it cannot be read or is not TOML.
pub(super) fn file(path: &Path) -> Result<Option<ConfigFile>, Error> {
    Ok(ConfigFile::at(path)?)
}

fn list(path: &Path, cx: &mut Context) -> Result<Exit, Error> {
    let mut output = cx.output(LAYOUT)?;
    if let Some(file) = file(path)? {
        for (row, value, line) in file.values(&cx.settings.profile)? {
            output.record(&Record(Entry {
                key: row.key_name(),
                value: shown(row, &value),
                line,
            }))?;
        }
    }
    output.finish()?;
    Ok(Exit::Done)
}

fn get(path: &Path, row: &Row, cx: &mut Context) -> Result<Exit, Error> {
    let values = match file(path)? {
        Some(file) => file.values(&cx.settings.profile)?,
        None => vec![],
    };
    if let Some((row, value, _)) = values.iter().find(|(found, _, _)| found.key == row.key) {
        cx.print_line(&shown(row, value))?;
        return Ok(Exit::Done);
    }
    let default = match row.default_text() {
        "" => String::new(),
        default => format!("; the default is {default}"),
    };
    cx.ui.note(&format!(
        "profile `{}` does not set `{}`{default}",
        cx.settings.profile,
        row.key_name()
    ));
    Ok(Exit::NotFound)
}

fn set(path: &Path, args: &SetArgs, cx: &Context) -> Result<Exit, Error> {
    if args.row.key == table::API_KEY.key {
        return Err(
            Error::usage("the command line shows the key to every process")
                .hint("write it with `gti auth login`, which asks for it"),
        );
    }
    (args.row.check)(&args.value)
        .map_err(|message| Error::usage(format!("{}: {message}", args.row.key_name())))?;
    write_value(
        path,
        &cx.settings.profile,
        key(args.row)?,
        Some(&args.value),
    )?;
    Ok(Exit::Done)
}

/// The value, but for what is a secret.
fn shown(row: &Row, value: &str) -> String {
    let is_secret =
        row.key == table::API_KEY.key || row.key == table::PROXY.key && value.contains('@');
    if !is_secret {
        return value.to_owned();
    }
    let tail = value.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    format!("…{}", &value[tail..])
}

fn key(row: &Row) -> Result<Key, Error> {
    row.key
        .ok_or_else(|| Error::usage(format!("{} has no key in the file", row.option)))
}

/// The setting of a key.
fn row_of(name: &str) -> Result<&'static Row, String> {
    table::row_of_key(name).ok_or_else(|| {
        let keys = || table::keys().map(|key| key.name);
        match nearest(name, keys()) {
            Some(near) => format!("no such key; did you mean `{near}`?"),
            None => format!(
                "no such key; those are {}",
                keys().collect::<Vec<_>>().join(", ")
            ),
        }
    })
}
