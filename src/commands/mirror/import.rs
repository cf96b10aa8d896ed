//! `gti mirror import`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::export::{bad_key, told};
use super::{aside, writer};
use crate::commands::context::{Context, INPUT};
use crate::commands::members::mirroring::IMPORTED;
use crate::commands::row::Row;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::time::rfc3339;
use crate::output::{Columns, Layout, Subject};
use crate::state::mirror::VerifyingKey;

/// Put the content of an exported file in the place of the mirror
///
/// The file is verified before anything changes; when anything of it is wrong, the
/// mirror stays as it was.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ImportArgs {
    /// The file that gti mirror export has written
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Take only a file that this Ed25519 key has signed, as openssl pkey -pubout writes it
    #[arg(long, value_name = "KEY")]
    verify_key: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  gti mirror import mirror.gti
  gti mirror import mirror.gti --verify-key mirror.pub";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "mirror import",
    columns: Columns(&["file", "entries", "changed_at", "verified"]),
    members: IMPORTED,
    single: true,
    subject: Subject::Program,
};

#[derive(Serialize)]
struct Imported {
    file: String,
    entries: u64,
    changed_at: Option<String>,
    verified: bool,
}

/// Runs the command.
pub(super) async fn run(args: ImportArgs, cx: &mut Context) -> Result<Exit, Error> {
    let key = match &args.verify_key {
        Some(path) => {
            cx.own().spare(INPUT, path)?;
            Some(VerifyingKey::read(path).map_err(|error| bad_key(&error))?)
        }
        None => None,
    };
    let mut file = cx.input_file(
        &args.file,
        "name a file that `gti mirror export` has written",
    )?;
    let writer = writer(cx)?;
    let verified = key.is_some();
    let name = args.file.display().to_string();
    let failed = {
        let name = name.clone();
        move |error| told(&name, "read", error)
    };
    let read = aside(move || {
        let mut writer = writer.lock().expect("nobody panics with it");
        let read = writer.import(&mut file, key.as_ref()).map_err(failed)?;
        writer.keep_filter()?;
        Ok(read)
    })
    .await?;
    if read.signed && !verified {
        tracing::warn!(
            "the file is signed, and nothing was verified: name the key with --verify-key"
        );
    }
    let mut output = cx.output(LAYOUT)?;
    output.record(&Row(Imported {
        file: name,
        entries: read.entries,
        changed_at: read.changed_at.map(rfc3339),
        verified,
    }))?;
    output.finish()?;
    Ok(Exit::Done)
}
