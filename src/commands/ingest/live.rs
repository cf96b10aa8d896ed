//! Live statistics at a terminal, while one follows.

use jiff::Timestamp;

use crate::ingest::{Moment, Totals};
use crate::model::time::rfc3339;
use crate::ui::live::Line;

/// Shows how a run is doing, where somebody watches.
pub(super) struct Live {
    line: Option<Line>,
    clock: fn() -> Timestamp,
    started: Timestamp,
    totals: Totals,
    errors: u64,
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
            }
            Moment::Failed(error) => {
                self.errors += 1;
                self.connected = false;
                tracing::warn!("{error}; the next poll tries again");
            }
        }
        if let Some(line) = &self.line {
            line.show(self.text());
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
