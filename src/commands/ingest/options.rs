//! The options that every feed takes.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::commands::context::Context;
use crate::commands::delivery::WebhookOptions;
use crate::commands::rules::load;
use crate::feed::rules::Rules;
use crate::feed::{Pace, When, Window};
use crate::model::error::Error;
use crate::model::time::parse_duration;
use crate::settings::positive_count;
use crate::state::checkpoint::CheckpointName;

/// Options of every feed.
#[derive(Debug, Args)]
pub(super) struct IngestOptions {
    /// Start of the window: a time ago (24h, 7d), or RFC 3339. With a
    /// checkpoint, only the first run uses it [default: 24h]
    #[arg(long, value_name = "WHEN")]
    pub since: Option<When>,
    /// End of the window
    #[arg(long, value_name = "WHEN")]
    pub until: Option<When>,
    /// Store progress under this name, and continue from there
    #[arg(long, value_name = "NAME")]
    pub checkpoint: Option<CheckpointName>,
    /// Let a new checkpoint append to an -o file that already has content
    #[arg(long)]
    pub append: bool,
    /// How long to wait for another run that holds the checkpoint
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, requires = "checkpoint")]
    pub wait_lock: Option<Duration>,
    /// How far to look back for late records [default: 15m; 2h for dtm]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub overlap: Option<Duration>,
    /// Keep polling
    #[arg(long)]
    pub follow: bool,
    /// Pause between two polls [default: 60s]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub interval: Option<Duration>,
    /// Stop after N polls; implies --follow
    #[arg(long, value_name = "N", value_parser = positive_count::<u64>)]
    pub polls: Option<u64>,
    /// Stop after N records; the checkpoint stays exact
    #[arg(short = 'n', long, value_name = "N", value_parser = positive_count::<u64>)]
    pub limit: Option<u64>,
    /// Let the rules in this TOML file decide what happens to each record: drop,
    /// keep, tag, escalate, route (docs/rules.md)
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// Show what would be requested and from where, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Deliveries at once, in order; a page is committed behind its last one [default: 1]
    #[arg(long, value_name = "N", value_parser = in_flight, help_heading = "Delivery")]
    pub in_flight: Option<NonZeroUsize>,
    #[command(flatten)]
    pub delivery: WebhookOptions,
}

/// More deliveries at once than this help no receiver.
const MOST_IN_FLIGHT: usize = 256;

fn in_flight(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse::<NonZeroUsize>().ok();
    let number = number.filter(|number| number.get() <= MOST_IN_FLIGHT);
    number.ok_or_else(|| format!("expected 1 to {MOST_IN_FLIGHT}"))
}

/// How far most feeds look back.
pub(super) const OVERLAP: Duration = Duration::from_mins(15);

const INTERVAL: Duration = Duration::from_mins(1);

impl IngestOptions {
    /// How often the feed is asked.
    pub(super) fn pace(&self) -> Pace {
        if !self.follow && self.polls.is_none() {
            return Pace::ONCE;
        }
        Pace {
            polls: self.polls,
            interval: self.interval.unwrap_or(INTERVAL),
        }
    }

    /// Refuses to ask the service over and over without a pause.
    pub(super) fn check_pace(&self) -> Result<(), Error> {
        let pace = self.pace();
        if pace.polls.is_none() && pace.interval.is_zero() {
            return Err(Error::usage(
                "--follow with `--interval 0s` would poll for ever without a pause",
            )
            .hint("give a longer --interval, or a number of --polls"));
        }
        Ok(())
    }

    /// The rules, read and checked for a feed.
    pub(super) fn rules(&self, cx: &Context, feed: &str) -> Result<Option<Rules>, Error> {
        let path = self.rules.as_deref();
        path.map(|path| load(cx, path, Some(feed))).transpose()
    }

    pub(super) fn window(&self, now: jiff::Timestamp) -> Result<Window, Error> {
        Window::new(self.since, self.until, now)
    }
}
