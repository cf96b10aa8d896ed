//! `gti mirror export`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::file::NewFile;
use super::{aside, existing};
use crate::commands::context::{Context, INPUT};
use crate::commands::members::mirroring::EXPORTED;
use crate::commands::row::Row;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Subject};
use crate::state::mirror::{ArchiveError, KeyError, SigningKey};

/// Write the mirror into one file, for a machine that cannot reach the service
///
/// The file is compressed and has a checksum, and the same mirror makes the same
/// bytes. It is replaced in one step.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ExportArgs {
    /// The file to write
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Sign it with this Ed25519 key, as openssl genpkey -algorithm ed25519 writes it
    #[arg(long, value_name = "KEY")]
    sign_key: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  gti mirror export mirror.gti
  openssl genpkey -algorithm ed25519 -out mirror.key && openssl pkey -in mirror.key -pubout -out mirror.pub
  gti mirror export mirror.gti --sign-key mirror.key";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "mirror export",
    columns: Columns(&["file", "entries", "bytes", "sha256", "signed"]),
    members: EXPORTED,
    single: true,
    subject: Subject::Program,
};

#[derive(Serialize)]
struct Exported {
    file: String,
    entries: u64,
    bytes: u64,
    sha256: String,
    signed: bool,
}

/// Runs the command.
pub(super) async fn run(args: ExportArgs, cx: &mut Context) -> Result<Exit, Error> {
    let mirror = existing(cx)?;
    let key = match &args.sign_key {
        Some(path) => {
            cx.own().spare(INPUT, path)?;
            Some(SigningKey::read(path).map_err(|error| bad_key(&error))?)
        }
        None => None,
    };
    let mut file = NewFile::open(&args.file, cx)?;
    let name = args.file.display().to_string();
    let signed = key.is_some();
    let failed = {
        let name = name.clone();
        move |error| told(&name, "write", error)
    };
    let written = aside(move || {
        let written = mirror
            .export(&mut file.writer(), key.as_ref())
            .map_err(failed)?;
        file.finish()?;
        Ok(written)
    })
    .await?;
    let mut output = cx.output(LAYOUT)?;
    output.record(&Row(Exported {
        file: name,
        entries: written.entries,
        bytes: written.bytes,
        sha256: written.sha256,
        signed,
    }))?;
    output.finish()?;
    Ok(Exit::Done)
}

/// A failure of an export or an import, to the user.
pub(super) fn told(file: &str, verb: &str, error: ArchiveError) -> Error {
    match error {
        ArchiveError::State(error) => error.into(),
        ArchiveError::Io(error) => Error::io(format!("cannot {verb} `{file}`"), error),
        ArchiveError::Refused(why) => Error::usage(format!("`{file}` is refused: {why}"))
            .hint("the mirror is as it was; export it once more, and copy it whole"),
    }
}

/// A key that cannot be used, to the user.
pub(super) fn bad_key(error: &KeyError) -> Error {
    Error::usage(error.to_string()).hint(
        "`openssl genpkey -algorithm ed25519` makes a private key, `openssl pkey -pubout` the public one of it",
    )
}
