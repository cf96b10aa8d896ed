//! What a list or a search of the service gives, printed page by page.

use futures::future::{Either, select};
use futures::{Stream, StreamExt, pin_mut};

use super::context::Context;
use crate::client::endpoints::search::{LARGEST_PAGE, Search};
use crate::client::page::Page;
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;
use crate::model::grouped::grouped;
use crate::output::{Layout, Output, OutputError};

/// Prints what a search finds, up to a limit if there is one. `show` prints an
/// item of a page.
pub(super) async fn print(
    cx: &mut Context,
    layout: Layout,
    search: &Search,
    limit: Option<u64>,
    show: impl Fn(&mut Output, &str, &Page) -> Result<(), OutputError>,
) -> Result<Exit, Error> {
    let output = cx.output(layout)?;
    let client = cx.client(None)?;
    let largest = limit.map_or(LARGEST_PAGE, |limit| limit.min(LARGEST_PAGE));
    let pages = client.search(search, largest);
    let pages = pages.map(|page| page.map_err(explained));
    print_pages(cx, output, pages, limit, show).await
}

/// Prints the items of pages, up to a limit if there is one.
pub(super) async fn print_pages(
    cx: &Context,
    mut output: Output,
    pages: impl Stream<Item = Result<Page, Error>>,
    limit: Option<u64>,
    show: impl Fn(&mut Output, &str, &Page) -> Result<(), OutputError>,
) -> Result<Exit, Error> {
    let limit = limit.unwrap_or(u64::MAX);
    match printed(pages, limit, &mut output, cx.signals.wait(), show).await {
        Ok(Printed::All(0)) => {
            output.finish()?;
            cx.ui.note("nothing matches");
        }
        Ok(Printed::All(_)) => output.finish()?,
        Ok(Printed::Some { shown, of }) => {
            output.finish()?;
            let shown = match of {
                Some(of) => format!("{} of {} shown", grouped(shown), grouped(of)),
                None => format!("{} shown, and there are more", grouped(shown)),
            };
            cx.ui.note(&format!("{shown}; -n N shows more, --all all"));
        }
        Ok(Printed::Stopped(shown)) => {
            output.abandon()?;
            cx.ui.note(&format!("stopped after {shown} records"));
            return Ok(cx.signals.seen().unwrap_or(Exit::Interrupted));
        }
        Err(failure) => {
            // What was found so far is still to be a document. A second failure,
            // like that of the same closed pipe, says nothing new.
            let _ = output.abandon();
            return Err(failure);
        }
    }
    Ok(Exit::Done)
}

/// How the printing of what is found ended.
enum Printed {
    /// With the last of so many.
    All(u64),
    /// At the limit, before the end.
    Some { shown: u64, of: Option<u64> },
    /// By a signal, after so many.
    Stopped(u64),
}

async fn printed(
    pages: impl Stream<Item = Result<Page, Error>>,
    limit: u64,
    output: &mut Output,
    stop: impl Future<Output = ()>,
    show: impl Fn(&mut Output, &str, &Page) -> Result<(), OutputError>,
) -> Result<Printed, Error> {
    pin_mut!(pages, stop);
    let mut shown = 0;
    loop {
        let page = match select(pages.next(), &mut stop).await {
            Either::Left((None, _)) => return Ok(Printed::All(shown)),
            Either::Left((Some(page), _)) => page?,
            Either::Right(_) => return Ok(Printed::Stopped(shown)),
        };
        let mut items = page.items();
        for item in items.by_ref() {
            show(output, item, &page)?;
            shown += 1;
            if shown == limit {
                break;
            }
        }
        // Before the next page is waited for.
        output.rest()?;
        if shown == limit && (items.len() > 0 || page.next.is_some()) {
            let of = page.count;
            return Ok(Printed::Some { shown, of });
        }
    }
}

/// A search that the service refuses is nearly always one that it can't read.
fn explained(error: Error) -> Error {
    let refused = error.kind == ErrorKind::Invalid;
    let failure = error;
    if refused {
        failure.hint(
            "check the query and --order: put values with blanks into double quotes, end an order in + or -, and give no order to a content search",
        )
    } else {
        failure
    }
}
