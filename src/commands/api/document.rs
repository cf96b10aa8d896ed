//! Documents, streamed as they come.

use super::Prepared;
use crate::commands::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;

/// Writes a document to `-o FILE`, or to what reads standard output. `shaped` says
/// that something other than its bytes is wanted, which there is not.
pub(super) async fn run(prepared: Prepared, shaped: bool, cx: &mut Context) -> Result<Exit, Error> {
    admit(shaped, cx.ui.terminal.stdout && !cx.writes_file())?;
    let mut sink = cx.sink()?;
    let client = cx.client(None)?;
    let egress = cx.egress()?;
    let request = prepared.request(&client)?;
    let outcome = {
        let take = |piece: &[u8]| Ok::<_, Error>(sink.write(piece)?);
        let fetched = client.document(request, &egress, take);
        tokio::select! {
            outcome = fetched => Some(outcome),
            () = cx.signals.wait() => None,
        }
    };
    match outcome {
        Some(Ok(())) => {
            sink.finish()?;
            Ok(Exit::Done)
        }
        Some(Err(failure)) => {
            sink.abandon()?;
            Err(failure)
        }
        None => {
            sink.abandon()?;
            Ok(cx.signals.seen().unwrap_or(Exit::Interrupted))
        }
    }
}

/// Whether the bytes may go where they would.
fn admit(shaped: bool, to_terminal: bool) -> Result<(), Error> {
    if shaped {
        return Err(Error::usage("this path leads to a file: --format, --jq, --fields, --include and --paginate do not apply to it").hint("leave them out, and write the file with -o FILE"));
    }
    if to_terminal {
        return Err(
            Error::usage("this path leads to a file, which is not written to a terminal")
                .hint("write it with -o FILE, or pipe it to a program"),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_go_to_files_and_pipes_as_they_are() {
        assert!(admit(false, false).is_ok());
        for (shaped, to_terminal, hint) in [
            (true, false, "leave them out"),
            (false, true, "-o FILE, or pipe"),
        ] {
            let failure = admit(shaped, to_terminal).expect_err("refused");
            assert_eq!(Exit::of(failure.kind).code(), 2);
            assert!(failure.hint.is_some_and(|told| told.contains(hint)));
        }
    }
}
