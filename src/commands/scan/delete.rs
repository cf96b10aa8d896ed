//! `gti scan delete`: delete private files.

use clap::Args;
use futures::stream;
use serde::Serialize;

use crate::bulk::{Answer, Fate, Job, Note, OnStop, Printer};
use crate::client::Client;
use crate::commands::bulk;
use crate::commands::context::Context;
use crate::commands::members::lookups::DELETED;
use crate::commands::output_file::Contents;
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;
use crate::model::indicator::{Indicator, Kind};
use crate::output::{Columns, Layout, Record, Subject};
use crate::ui::progress::Progress;

/// Delete private files before their retention ends
///
/// Files are named by their SHA-256: the service takes no other hash here.
#[derive(Debug, Args)]
pub(crate) struct DeleteArgs {
    /// SHA-256 of private files
    #[arg(value_name = "SHA256", required = true)]
    hashes: Vec<String>,
    /// Delete the file itself and keep the report about it
    #[arg(long)]
    only_binary: bool,
}

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "scan delete",
    columns: Columns(&[
        "target",
        "type",
        "visibility",
        "status",
        "sha256",
        "error.kind",
        "error.message",
    ]),
    members: DELETED,
    single: false,
    subject: Subject::Program,
};

/// What came of one file.
#[derive(Clone, Serialize)]
struct Deleted {
    target: String,
    #[serde(rename = "type")]
    kind: &'static str,
    visibility: &'static str,
    status: &'static str,
    sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Error>,
}

impl Deleted {
    fn new(target: String, sha256: Option<String>, error: Option<Error>) -> Self {
        Self {
            target,
            kind: Kind::File.name(),
            visibility: "private",
            status: if error.is_some() { "failed" } else { "deleted" },
            sha256,
            error,
        }
    }
}

impl Answer for Deleted {
    fn fate(&self) -> Fate<'_> {
        self.error.as_ref().map_or(Fate::Ok, Fate::Failed)
    }

    fn lasting(&self) -> Option<String> {
        let sha256 = self.sha256.as_ref().filter(|_| self.error.is_none())?;
        Some(format!("deleted {sha256}"))
    }

    fn unconfirmed(&self) -> Option<String> {
        Some(format!("the deletion of {}", self.target))
    }
}

impl Record for Deleted {
    fn json(&self, out: &mut Vec<u8>) {
        // Texts always serialise.
        serde_json::to_writer(out, self).expect("a record is JSON");
    }
}

/// Deletes private files.
struct Deletion {
    only_binary: bool,
}

impl Job for Deletion {
    type Input = String;
    type Record = Deleted;

    async fn answer(&self, client: &Client, target: String, note: &Note<'_, Deleted>) -> Deleted {
        let hash = match sha256(&target) {
            Err(problem) => return Deleted::new(target, None, Some(problem)),
            Ok(hash) => hash,
        };
        let record = |error| Deleted::new(target.clone(), Some(hash.clone()), error);
        note.write(record(Some(Error::cut_off())));
        let deleted = client.delete_private_file(&hash, self.only_binary).await;
        let record = record(deleted.err());
        // Others may be in front of it: its turn can come after the end.
        note.write(record.clone());
        record
    }

    fn on_stop(&self) -> OnStop {
        OnStop::Finish
    }

    fn width(&self, concurrency: usize) -> usize {
        concurrency
    }
}

pub(super) async fn run(args: DeleteArgs, cx: &mut Context) -> Result<Exit, Error> {
    cx.records_are(Contents::Changes);
    let output = cx.output(LAYOUT)?;
    let client = cx.client(None)?;
    let deletion = Deletion {
        only_binary: args.only_binary,
    };
    let inputs = stream::iter(args.hashes.into_iter().map(Ok));
    let printer = Printer::new(output, Progress::hidden()).telling(cx.teller());
    bulk::run(cx, &client, &deletion, inputs, printer).await
}

fn sha256(text: &str) -> Result<String, Error> {
    match Indicator::parse(text, Some(Kind::File)) {
        Ok(file) if file.value().len() == 64 => Ok(file.value().to_owned()),
        Ok(_) => Err(Error::new(
            ErrorKind::Invalid,
            format!("`{text}` is not a SHA-256: private files have no other identifier"),
        )),
        Err(invalid) => Err(Error::new(ErrorKind::Invalid, invalid.to_string())),
    }
}
