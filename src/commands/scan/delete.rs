//! `gti scan delete`: delete private files.

use clap::Args;
use futures::stream::{self, StreamExt};
use serde::Serialize;

use crate::bulk::{Fate, Tally};
use crate::client::Client;
use crate::commands::context::Context;
use crate::commands::output_file::Contents;
use crate::commands::row::Row;
use crate::error::{Exit, Failure};
use crate::model::indicator::{Indicator, Kind};
use crate::model::problem::{Problem, ProblemKind};
use crate::output::{Columns, Layout};

/// Delete private files before their retention ends
///
/// Files are named by their SHA-256: the service takes no other hash here.
#[derive(Debug, Args)]
pub struct DeleteArgs {
    /// SHA-256 of private files
    #[arg(value_name = "SHA256", required = true)]
    hashes: Vec<String>,
    /// Delete the file itself and keep the report about it
    #[arg(long)]
    only_binary: bool,
}

const LAYOUT: Layout = Layout {
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
    single: false,
    stix: false,
};

/// What came of one file.
#[derive(Serialize)]
struct Deleted {
    target: String,
    #[serde(rename = "type")]
    kind: &'static str,
    visibility: &'static str,
    status: &'static str,
    sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
}

/// Runs the command.
pub(super) async fn run(args: DeleteArgs, cx: &mut Context) -> Result<Exit, Failure> {
    cx.records_are(Contents::Changes);
    let mut output = cx.output(LAYOUT)?;
    let client = cx.client(None)?;
    let deletions = stream::iter(args.hashes)
        .map(|hash| delete(&client, hash, args.only_binary))
        .buffered(cx.settings.concurrency.get());
    let mut deletions = std::pin::pin!(deletions);
    let mut tally = Tally::default();
    let mut first = None;
    while let Some(deleted) = deletions.next().await {
        match &deleted.error {
            None => tally.count(Fate::Ok),
            Some(problem) => {
                tally.failed(problem.kind);
                first.get_or_insert_with(|| Failure::from(problem.clone()));
            }
        }
        output.record(&Row(deleted))?;
    }
    output.finish()?;
    if let Some(failure) = first.filter(|_| tally.total() == 1) {
        cx.tell(&cx.explain(failure));
    }
    Ok(tally.exit(client.closed().map(|error| error.kind)))
}

async fn delete(client: &Client, target: String, only_binary: bool) -> Deleted {
    let (sha256, error) = match sha256(&target) {
        Err(problem) => (None, Some(problem)),
        Ok(sha256) => {
            let deleted = client.delete_private_file(&sha256, only_binary).await;
            (Some(sha256), deleted.err().map(Problem::from))
        }
    };
    Deleted {
        target,
        kind: Kind::File.name(),
        visibility: "private",
        status: if error.is_some() { "failed" } else { "deleted" },
        sha256,
        error,
    }
}

fn sha256(text: &str) -> Result<String, Problem> {
    match Indicator::parse(text, Some(Kind::File)) {
        Ok(file) if file.value().len() == 64 => Ok(file.value().to_owned()),
        Ok(_) => Err(Problem::new(
            ProblemKind::Invalid,
            format!("`{text}` is no SHA-256: private files are known by no other hash"),
        )),
        Err(invalid) => Err(Problem::new(ProblemKind::Invalid, invalid.to_string())),
    }
}
