//! Live statistics at a terminal, while one follows.

use jiff::Timestamp;

use super::run::Moment;
use super::totals::Totals;
use crate::model::time::rfc3339;
use crate::ui::live::Line;

/// Shows how a run is doing, where somebody watches.
pub(super) struct Live {
    line: Option<Line>,
    clock: fn() -> Timestamp,
    started: Timestamp,
    totals: Totals,
    errors: u64,
    /// Since when polls fail, and how many did.
    outage: Option<(Timestamp, u64)>,
    connected: bool,
    synced: Option<Timestamp>,
}

impl Live {
    pub(super) fn new(line: Option<Line>, clock: fn() -> Timestamp) -> Self {
        Self {
            line,
            clock,
            started: clock(),
            totals: Totals::default(),
            errors: 0,
            outage: None,
            connected: false,
            synced: None,
        }
    }

    /// Takes note of a moment.
    pub(super) fn watch(&mut self, moment: Moment<'_>) {
        match moment {
            Moment::Page(totals) => {
                self.totals = totals;
                self.connected = true;
            }
            Moment::Synced(totals) => {
                self.totals = totals;
                self.connected = true;
                self.synced = Some((self.clock)());
                if let Some((since, polls)) = self.outage.take() {
                    let since = rfc3339(since);
                    tracing::warn!("polls succeed again, after {polls} that failed since {since}");
                }
            }
            Moment::Failed(error) => {
                self.errors += 1;
                self.connected = false;
                let (since, polls) = self.outage.unwrap_or(((self.clock)(), 0));
                let polls = polls + 1;
                self.outage = Some((since, polls));
                let since = rfc3339(since);
                if polls == 1 {
                    tracing::warn!("{error}; waiting since {since}, the next poll tries again");
                } else if polls.is_power_of_two() {
                    // Told once, then counted, and ever more rarely.
                    tracing::warn!("still waiting since {since}, {polls} polls failed: {error}");
                }
            }
        }
        if let Some(line) = &self.line {
            line.show(&self.text());
        }
    }

    fn text(&self) -> String {
        let state = if self.connected {
            "connected"
        } else {
            "disconnected"
        };
        let seconds = (self.clock)().duration_since(self.started).as_secs().max(1);
        let rate = self.totals.new.saturating_mul(60) / seconds.unsigned_abs();
        let synced = self.synced.map_or_else(|| "never".to_owned(), rfc3339);
        format!(
            "{state}, {} new, {rate} a minute, {} errors, last sync {synced}",
            self.totals.new, self.errors
        )
    }
}
