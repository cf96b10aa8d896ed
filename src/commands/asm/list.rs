//! `gti asm list`.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use clap::Args;
use futures::StreamExt;
use jiff::Timestamp;

use crate::client::endpoints::asm::Project;
use crate::client::endpoints::asm_issues::{Issues, MOST_ISSUES};
use crate::commands::context::Context;
use crate::commands::found::print_pages;
use crate::deliver::Emitted;
use crate::feed::sources::asm::{COLUMNS, Search};
use crate::feed::{When, Window};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::grouped::grouped;
use crate::model::issue::IssueKey;
use crate::model::view::decode;
use crate::output::{Layout, Members, Output, OutputError, Subject, row};
use crate::settings::positive_count;

/// List issues of Attack Surface Management, last seen first
///
/// Records are the issues as the service sends them. It sends the oldest first, so all
/// that match are read, and the latest are kept; --all prints them as they come.
/// `gti ingest asm` reads each once and remembers where it was.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ListArgs {
    /// Terms of the service's search, `key:value` joined by blanks; a key that is
    /// repeated means either value, and `!` before it means not
    #[arg(value_name = "QUERY")]
    query: Option<String>,
    /// Exactly this severity: 1 (critical) to 5 (informational); may be repeated
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=5))]
    severity: Vec<u8>,
    /// Id of the project [default: that of the account]
    #[arg(long, value_name = "ID")]
    project: Option<Project>,
    /// Seen since: a time ago (24h, 7d), a day, or RFC 3339 [default: 30d]
    #[arg(long, value_name = "WHEN")]
    since: Option<When>,
    /// Seen until
    #[arg(long, value_name = "WHEN")]
    until: Option<When>,
    /// Keep the N that were seen last
    #[arg(short = 'n', long, value_name = "N", default_value_t = 25, value_parser = positive_count::<u16>)]
    limit: u16,
    /// List all, page by page, as the service orders them
    #[arg(long, conflicts_with = "limit")]
    all: bool,
}

const EXAMPLES: &str = "\
Examples:
  gti asm list --severity 1 --severity 2
  gti asm list 'severity_lte:3 status_new:open' --since 90d -n 100
  gti asm list --all --jq .id | gti asm show -
  gti --sandbox asm list               (simulated data, no key needed)";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "asm list",
    columns: COLUMNS,
    members: Members::Object,
    single: false,
    subject: Subject::Issues,
};

/// Scans may lie weeks apart: what was seen in this time is what is there.
const DEFAULT: &str = "30d";

pub(super) async fn run(args: ListArgs, cx: &mut Context) -> Result<Exit, Error> {
    let issues = Issues {
        project: args.project,
        page_size: MOST_ISSUES,
    };
    let typed = args.query.as_deref().unwrap_or_default();
    let has_window = args.since.is_some() || args.until.is_some();
    let search = Search::new(issues, typed, &args.severity, false, has_window)?;
    let since = args.since.or_else(|| DEFAULT.parse().ok());
    let window = Window::new(since, args.until, (cx.clock)())
        .map_err(|error| error.hint("--since is earlier than --until"))?;
    let mut output = cx.output(LAYOUT)?;
    let client = cx.client(None)?;
    let pages = client.pages(search.list(&window)?, None);
    if args.all {
        return print_pages(cx, output, pages, None, |output, item, _| {
            show(output, item)
        })
        .await;
    }
    let mut latest = Latest::new(usize::from(args.limit));
    let mut pages = std::pin::pin!(pages);
    let mut stop = std::pin::pin!(cx.signals.wait());
    loop {
        let page = tokio::select! {
            page = pages.next() => page,
            () = &mut stop => {
                output.abandon()?;
                return Ok(cx.signals.seen().unwrap_or(Exit::Interrupted));
            }
        };
        match page {
            None => break,
            Some(Ok(page)) => page.items().for_each(|item| latest.add(item)),
            Some(Err(error)) => {
                // A second failure, like that of a closed pipe, says nothing new.
                let _ = output.abandon();
                return Err(error);
            }
        }
    }
    let (kept, of) = latest.newest_first();
    for issue in &kept {
        show(&mut output, issue)?;
    }
    output.finish()?;
    match kept.len() {
        0 => cx.ui.note("nothing matches"),
        shown if shown < of => cx.ui.note(&format!(
            "{} of {} shown; -n N shows more, --all all",
            grouped(shown),
            grouped(of)
        )),
        _ => {}
    }
    Ok(Exit::Done)
}

fn show(output: &mut Output, issue: &str) -> Result<(), OutputError> {
    output.record(&Emitted {
        json: issue,
        identity: None,
        view: row::issue,
    })
}

/// The issues that were seen last, so many at most.
struct Latest {
    most: usize,
    met: usize,
    /// The earliest of them on top. Issues of one moment keep their order.
    kept: BinaryHeap<Reverse<Seen>>,
}

/// When an issue was last seen, its place among all that came, and the issue.
type Seen = (Option<Timestamp>, Reverse<usize>, String);

impl Latest {
    fn new(most: usize) -> Self {
        Self {
            most,
            met: 0,
            kept: BinaryHeap::new(),
        }
    }

    fn add(&mut self, issue: &str) {
        let key = decode::<IssueKey>(issue).ok();
        let seen = key.and_then(|key| key.view.last_seen);
        let seen = seen.and_then(|time| time.parse().ok());
        self.kept
            .push(Reverse((seen, Reverse(self.met), issue.to_owned())));
        self.met += 1;
        if self.kept.len() > self.most {
            self.kept.pop();
        }
    }

    /// The latest first, and how many there were.
    fn newest_first(self) -> (Vec<String>, usize) {
        let ascending = self.kept.into_sorted_vec();
        let issues = ascending.into_iter().map(|Reverse((_, _, issue))| issue);
        (issues.collect(), self.met)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_kept_and_come_first() {
        let issue = |id: u8, seen: &str| format!(r#"{{"id":"{id}","last_seen":{seen}}}"#);
        let issues = [
            issue(1, "\"2026-01-02T00:00:00Z\""),
            issue(2, "null"),
            issue(3, "\"2026-01-03T00:00:00Z\""),
            issue(4, "\"2026-01-03T00:00:00Z\""),
            issue(5, "\"2026-01-01T00:00:00Z\""),
        ];
        let mut latest = Latest::new(3);
        for issue in &issues {
            latest.add(issue);
        }
        let (kept, of) = latest.newest_first();
        assert_eq!(
            kept,
            [&issues[2], &issues[3], &issues[0]].map(String::clone)
        );
        assert_eq!(of, 5);
    }
}
