//! Uploads and polls, shown at terminals.

use crate::client::upload::Meter;
use crate::scan::plan::Watcher;
use crate::ui::progress::Transfer;

/// Shows how the run is getting on.
pub(super) struct Shown(pub(super) Transfer);

impl Meter for Shown {
    fn sent(&self, bytes: u64) {
        self.0.moved(bytes);
    }

    fn rewound(&self, bytes: u64) {
        self.0.rewound(bytes);
    }
}

impl Watcher for Shown {
    fn sending(&self, bytes: u64) {
        self.0.expect(bytes);
    }

    fn spared(&self, bytes: u64) {
        self.0.spared(bytes);
    }

    fn status(&self, target: &str, status: &str) {
        self.0.say(&format!("{target}: {status}"));
    }
}
