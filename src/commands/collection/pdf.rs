//! `gti collection get --report`: the PDF of a report.

use std::path::{Path, PathBuf};

use crate::client::{Client, Egress};
use crate::commands::context::Context;
use crate::enrich::collection::id;
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;
use crate::model::grouped::grouped;
use crate::output::sink::{Sink, Target, Whole};

/// What such a file begins with.
const MARK: &[u8] = b"%PDF-";

/// A PDF that is to be saved.
pub(super) struct Pdf {
    id: String,
    file: PathBuf,
    egress: Egress,
}

impl Pdf {
    /// Checks what is asked for, before the service is.
    ///
    /// # Errors
    /// Usage: not one id, or no file that could be written.
    pub(super) fn asked(file: &Path, ids: &[String], cx: &Context) -> Result<Self, Error> {
        let [id] = ids else {
            return Err(Error::usage("--report takes one id, as an argument")
                .hint("ask for one report after the other, each with a file of its own"));
        };
        let id = id::read(id).map_err(Error::usage)?;
        let is_records = cx.settings.output.as_deref() == Some(file);
        if is_records || Target::of(Some(file)) == Target::Stdout || !could_be_replaced(file) {
            let file = file.display();
            return Err(Error::usage(format!("cannot save the PDF as `{file}`"))
                .hint("name a file of its own: standard output and -o take the records"));
        }
        cx.own().refuse(file)?;
        cx.own().refuse_files_of_others(file)?;
        Ok(Self {
            id,
            file: file.to_owned(),
            egress: cx.egress()?,
        })
    }

    /// Fetches it and saves it whole, or leaves the file as it was.
    ///
    /// # Errors
    /// What became of the request; a file that is no PDF; one that cannot be written.
    pub(super) async fn save(self, client: &Client, cx: &mut Context) -> Result<Exit, Error> {
        let mut sink = Box::new(Whole::open(&self.file)?);
        let mut start = Vec::with_capacity(MARK.len());
        let mut length = 0_u64;
        let outcome = {
            let take = |piece: &[u8]| {
                let missing = MARK.len() - start.len();
                start.extend_from_slice(&piece[..piece.len().min(missing)]);
                if !MARK.starts_with(&start) {
                    return Err(no_pdf());
                }
                length += piece.len() as u64;
                Ok::<_, Error>(sink.write(piece)?)
            };
            let fetched = client.report_file(&self.id, &self.egress, take);
            tokio::select! {
                outcome = fetched => Some(outcome),
                () = cx.signals.wait() => None,
            }
        };
        match outcome {
            Some(Ok(())) if start == MARK => {
                sink.finish()?;
                let file = self.file.display();
                cx.ui
                    .note(&format!("saved {file}: {} bytes", grouped(length)));
                Ok(Exit::Done)
            }
            Some(Ok(())) => {
                sink.abandon()?;
                Err(no_pdf())
            }
            Some(Err(error)) => {
                sink.abandon()?;
                Err(error.context(format!("the PDF of `{}`", self.id)))
            }
            None => {
                sink.abandon()?;
                Ok(cx.signals.seen().unwrap_or(Exit::Interrupted))
            }
        }
    }
}

fn no_pdf() -> Error {
    Error::new(
        ErrorKind::Decode,
        "what the storage sent is no PDF: nothing was saved",
    )
}

/// Whether the path names a file, or nothing yet: no terminal, device or pipe.
fn could_be_replaced(path: &Path) -> bool {
    !path.starts_with("/dev")
        && !path.starts_with("/proc")
        && std::fs::metadata(path).map_or(true, |found| found.is_file())
}
