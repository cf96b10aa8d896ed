//! `gti help`: topics that belong to no single command, and every command.

use std::fmt::Write;

use clap::Args;

use super::members::page;
use super::{Cli, members};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::Format;
use crate::settings::table::{self, Row};

/// Explain a topic or a command
#[derive(Debug, Args)]
pub(crate) struct HelpArgs {
    /// options, exit-codes, environment, formats, config, fields COMMAND, schema
    /// COMMAND, or a command
    #[arg(value_name = "TOPIC")]
    topic: Vec<String>,
}

/// What there is help on beside commands.
pub(super) const TOPICS: [&str; 7] = [
    "options",
    "exit-codes",
    "environment",
    "formats",
    "config",
    "fields",
    "schema",
];

/// The text about the topic.
pub(crate) fn text(args: &HelpArgs) -> Result<String, Error> {
    match args
        .topic
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["options"] => Ok(options()),
        ["exit-codes"] => Ok(exit_codes()),
        ["environment"] => Ok(environment()),
        ["formats"] => Ok(formats()),
        ["config"] => Ok(config()),
        ["fields", command @ ..] => page::fields(command),
        ["schema", command @ ..] => page::schema(command),
        names => command(names),
    }
}

/// The table of exit codes.
pub(crate) fn exit_codes() -> String {
    let mut text = "Exit codes, the same with or without a terminal:\n\n".to_owned();
    for (exit, meaning) in Exit::TABLE {
        let mut lead = format!("{:>5}", exit.code());
        for row in rows(meaning, 72) {
            // Writing to a string can't fail, here and below.
            let _ = writeln!(text, "{lead}  {row}");
            lead = " ".repeat(5);
        }
    }
    text
}

/// A text in rows of at most `room` characters, broken between words.
pub(super) fn rows(text: &str, room: usize) -> Vec<String> {
    let mut rows: Vec<String> = vec![];
    for word in text.split(' ') {
        match rows.last_mut() {
            Some(row) if row.len() + 1 + word.len() <= room => {
                row.push(' ');
                row.push_str(word);
            }
            _ => rows.push(word.to_owned()),
        }
    }
    rows
}

/// The environment variables.
pub(crate) fn environment() -> String {
    let mut text = "Environment variables. An option outranks its variable, a variable the\nconfiguration file; an empty variable counts as unset.\n\n".to_owned();
    for row in table::ROWS.iter().filter(|row| !row.variables.is_empty()) {
        let _ = writeln!(text, "  {}", row.variables.join(", "));
        let _ = writeln!(text, "      {}", row.about);
        if !row.default_text().is_empty() {
            let _ = writeln!(text, "      default: {}", row.default_text());
        }
    }
    text
}

/// The options of every command.
pub(crate) fn options() -> String {
    let mut text = "\
Options of every command, before or after its name. An option outranks its
variable, a variable the key of the configuration file.

"
    .to_owned();
    let shown = |row: &&Row| {
        !row.option.is_empty() && (cfg!(feature = "sandbox") || row.option != "--sandbox")
    };
    for row in table::ROWS.iter().filter(shown) {
        let letter = row
            .letter
            .map_or("    ".to_owned(), |letter| format!("-{letter}, "));
        let _ = writeln!(text, "  {letter}{} {}", row.option, row.value);
        for line in rows(&row.help(), 68) {
            let _ = writeln!(text, "          {line}");
        }
        let names = [("variable", row.variable()), ("key", row.key_name())];
        let names = names.iter().filter(|(_, name)| !name.is_empty());
        let names: Vec<String> = names.map(|(what, name)| format!("{what} {name}")).collect();
        if !names.is_empty() {
            let _ = writeln!(text, "          ({})", names.join(", "));
        }
    }
    text
}

/// The configuration file.
pub(crate) fn config() -> String {
    let mut text = "\
The configuration file is TOML at $XDG_CONFIG_HOME/gti/config.toml
(~/.config/gti/config.toml), or where --config or GTI_CONFIG say. It is never
read from the working directory. Each section is a profile; without --profile
it is [default]. Keys of a section:

"
    .to_owned();
    for key in table::keys() {
        let _ = writeln!(text, "  {} = {}", key.name, key.example);
    }
    text
}

/// The formats, and what shapes them.
pub(crate) fn formats() -> String {
    format!("{FORMATS}\n{}", accepted())
}

/// Which command takes which formats of other programs, from the table that decides.
fn accepted() -> String {
    let exports = Format::ALL.iter().copied();
    let exports: Vec<Format> = exports.filter(|format| format.is_export()).collect();
    let mut text = "Which command takes which of these:\n\n".to_owned();
    let layouts = members::names().filter_map(|name| Some((name, members::layout(name)?)));
    let layouts = layouts.filter(|(_, layout)| layout.subject.means_in(Format::Stix));
    for (name, layout) in layouts {
        let taken = exports
            .iter()
            .filter(|format| layout.subject.means_in(**format));
        let taken: Vec<&str> = taken.map(|format| format.name()).collect();
        let mut lead = format!("  {name:<20}");
        for row in rows(&taken.join(" "), 56) {
            let _ = writeln!(text, "{lead}{row}");
            lead = " ".repeat(22);
        }
    }
    text
}

const FORMATS: &str = "\
Formats (-f, --format; GTI_FORMAT):

  text    for people: a digest or a table; the default on a terminal
  json    one valid document: an array written as it streams ([] when empty),
          or the object of a command that has exactly one
  jsonl   one compact JSON object a line; the default in a pipe
  csv     RFC 4180 with a header; cells that a spreadsheet would run as a
          formula begin with '

Formats of other programs, where a command's records have a meaning in them
(docs/formats.md has every field); --tlp and --include-benign go with most:

  stix           a STIX 2.1 bundle; --valid-for
  stix-opencti   the same to the taste of OpenCTI
  stix-sentinel  bodies for Microsoft Sentinel's upload API, a line each
  misp           a MISP event
  misp-feed      a directory that MISP subscribes to, -o DIR
  navigator      layers of the ATT&CK Navigator (enrich --mitre, scan --mitre)
  ecs, bulk      Elastic Common Schema; lines for _bulk, --index NAME
  hec, cef       Splunk HTTP Event Collector; Common Event Format
  zeek           a file for Zeek's intelligence framework
  suricata       rules
  values         a block list: --target plain, pan, forti, hosts, adblock,
                 dnsmasq or rpz; --min-score N
  markdown       the text of a ticket

The API's objects pass through unchanged: in json byte for byte, in jsonl byte
for byte but for white space between tokens where they hold line breaks.

  --jq EXPR      runs each JSON record through a jq program (built in). Its
                 values are the new records; in text strings are printed bare.
  --fields LIST  picks members by dotted path: columns of text and csv, keys of
                 json and jsonl, which are named by the path as typed:
                 --fields ioc,detections.malicious
                 {\"ioc\":\"evil.example\",\"detections.malicious\":40}
  -o FILE        replaces FILE in one step when the run is complete; an
                 interrupted run leaves it as it was.

Times are RFC 3339 in UTC.
";

fn command(names: &[&str]) -> Result<String, Error> {
    let mut command = Cli::tree();
    command.build();
    for name in names {
        command = command.find_subcommand(name).cloned().ok_or_else(|| {
            Error::usage(format!("there is no help on `{name}`")).hint("topics are options, exit-codes, environment, formats, config, fields and schema; `gti help` lists the commands")
        })?;
    }
    Ok(command.render_help().to_string())
}
