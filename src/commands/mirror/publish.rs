//! `gti mirror publish`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use serde_json::json;

use super::existing;
use crate::commands::context::Context;
use crate::commands::members::mirroring::PUBLISHED;
use crate::commands::row::Row;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::indicator::{Indicator, Kind};
use crate::output::export::ListTarget;
use crate::output::sink::{Opened, Target};
use crate::output::{Columns, Format, Layout, Members, Options, Output, Record, Subject};
use crate::state::mirror::{Entry, Mirror};

/// Write the mirror as files that firewalls and sensors fetch
///
/// Each file is replaced in one step, its entries in an order that stays the same. A
/// web server that serves the directory makes block lists of them.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PublishArgs {
    /// The directory to write into; it is created if it is not there
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// The files to write (a,b): values, zeek, suricata, stix, rpz
    // Of the type of the option of every command whose place it takes.
    #[arg(short, long, value_name = "LIST")]
    format: String,
    /// Only indicators with this threat score or a higher one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_score: Option<u8>,
    /// Only these types (a,b): ip, domain, url, file
    #[arg(short, long = "type", value_name = "LIST", value_delimiter = ',',
          value_parser = kind())]
    types: Vec<Kind>,
}

const EXAMPLES: &str = "\
Examples:
  gti mirror publish /srv/blocklists --format values,rpz --min-score 80
  gti mirror publish /srv/intel --format zeek,suricata,stix --type domain,ip";

/// The types by their names, which completion knows.
fn kind() -> impl clap::builder::TypedValueParser<Value = Kind> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(Kind::ALL.map(Kind::name)).map(|name| {
        let found = Kind::ALL.into_iter().find(|kind| kind.name() == name);
        found.expect("a possible value is a type")
    })
}

/// A file that is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Values,
    Zeek,
    Suricata,
    Stix,
    Rpz,
}

impl Form {
    const ALL: [Self; 5] = [
        Self::Values,
        Self::Zeek,
        Self::Suricata,
        Self::Stix,
        Self::Rpz,
    ];

    /// The files of a list of names, each once.
    fn list(text: &str) -> Result<Vec<Self>, Error> {
        let mut forms = Vec::new();
        for name in text.split(',').map(str::trim) {
            let form = Self::ALL.into_iter().find(|form| form.name() == name);
            let form = form.ok_or_else(|| {
                let names = Self::ALL.map(Self::name).join(", ");
                Error::usage(format!("`{name}` is not published: write {names}"))
                    .hint("`gti help formats` describes them")
            })?;
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
        Ok(forms)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Values => "values",
            Self::Zeek => "zeek",
            Self::Suricata => "suricata",
            Self::Stix => "stix",
            Self::Rpz => "rpz",
        }
    }

    fn file(self) -> &'static str {
        match self {
            Self::Values => "values.txt",
            Self::Zeek => "zeek.intel",
            Self::Suricata => "suricata.rules",
            Self::Stix => "stix.json",
            Self::Rpz => "rpz.zone",
        }
    }

    fn format(self) -> Format {
        match self {
            Self::Values | Self::Rpz => Format::Values,
            Self::Zeek => Format::Zeek,
            Self::Suricata => Format::Suricata,
            Self::Stix => Format::Stix,
        }
    }
}

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "mirror publish",
    columns: Columns(&["file", "format", "entries"]),
    members: PUBLISHED,
    single: false,
    subject: Subject::Program,
};

/// The layout of the entries in the files.
const ENTRIES: Layout = Layout {
    command: "mirror publish",
    columns: Columns(&["type", "value"]),
    members: Members::Object,
    single: false,
    subject: Subject::Indicators,
};

#[derive(Serialize)]
struct Published {
    file: String,
    format: &'static str,
    entries: u64,
}

/// Runs the command.
pub(super) fn run(args: &PublishArgs, cx: &mut Context) -> Result<Exit, Error> {
    let forms = Form::list(&args.format)?;
    // It is that of the files, not of what is said about them.
    cx.settings.format = None;
    let mirror = existing(cx)?;
    mirror.one_state()?;
    std::fs::create_dir_all(&args.directory).map_err(|error| {
        let directory = args.directory.display();
        Error::io(format!("cannot create `{directory}`"), error)
    })?;
    let mut published = Vec::new();
    for form in forms {
        let path = args.directory.join(form.file());
        let entries = write(&mirror, form, &path, args, cx)?;
        published.push(Published {
            file: path.display().to_string(),
            format: form.name(),
            entries,
        });
    }
    let mut output = cx.output(LAYOUT)?;
    for file in published {
        output.record(&Row(file))?;
    }
    output.finish()?;
    Ok(Exit::Done)
}

/// Writes a file; how many entries it has.
fn write(
    mirror: &Mirror,
    form: Form,
    path: &Path,
    args: &PublishArgs,
    cx: &Context,
) -> Result<u64, Error> {
    cx.own().refuse(path)?;
    cx.own().refuse_files_of_others(path)?;
    let target = Target::File(path.to_owned());
    let Opened { sink, successor } = target.open(Box::new(std::io::sink()))?;
    let mut options = Options {
        format: form.format(),
        fields: None,
        jq: None,
        raw: false,
        ..cx.output_options()?
    };
    options.export.min_score = args.min_score;
    options.export.target = match form {
        Form::Rpz => ListTarget::Rpz,
        _ => ListTarget::Plain,
    };
    let mut output = Output::open(&options, ENTRIES, sink)?;
    let mut entries = 0;
    mirror.entries(|entry| -> Result<(), Error> {
        if is_wanted(&entry, args) {
            output.record(&Sent::of(&entry))?;
            entries += 1;
        }
        Ok(())
    })?;
    output.finish()?;
    if let Some(successor) = successor {
        successor.put_in_place()?;
    }
    Ok(entries)
}

fn is_wanted(entry: &Entry, args: &PublishArgs) -> bool {
    let score = entry.details.threat_score;
    let least = args.min_score.map(i64::from);
    (args.types.is_empty() || args.types.contains(&entry.kind))
        && least.is_none_or(|least| score.is_some_and(|score| score >= least))
}

/// An entry as the service sends an indicator.
struct Sent(String);

impl Sent {
    fn of(entry: &Entry) -> Self {
        let details = &entry.details;
        let indicator = Indicator::asked(&entry.value, Some(entry.kind)).ok();
        let id = indicator.map_or_else(|| entry.value.clone(), |it| it.id().into_owned());
        let api = |prefix: &str, word: &Option<String>| {
            let word = word
                .as_ref()
                .map(|word| format!("{prefix}{}", word.to_uppercase()));
            word.map(|word| json!({ "value": word }))
        };
        let mut attributes = json!({
            "gti_assessment": {
                "verdict": api("VERDICT_", &details.verdict),
                "severity": api("SEVERITY_", &details.severity),
                "threat_score": details.threat_score.map(|score| json!({ "value": score })),
            },
            "first_submission_date": details.first_seen,
            "last_submission_date": details.last_seen,
            "last_modification_date": details.modified,
        });
        if entry.kind == Kind::Url {
            attributes["url"] = json!(entry.value);
        }
        let kind = match entry.kind {
            Kind::Ip => "ip_address",
            Kind::Domain => "domain",
            Kind::Url => "url",
            Kind::File => "file",
        };
        Self(json!({ "type": kind, "id": id, "attributes": attributes }).to_string())
    }
}

impl Record for Sent {
    fn json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }

    fn api_object(&self) -> Option<&str> {
        Some(&self.0)
    }
}
