//! What a run does with each target.

use std::sync::Arc;
use std::time::Duration;

use crate::client::upload::Meter;
use crate::model::indicator::Kind;
use crate::model::visibility::Visibility;
use crate::object::Relationships;

/// What a run does with each target.
#[derive(Clone)]
pub(crate) struct Plan {
    /// Who gets to see it. Every path of the run follows from this.
    pub visibility: Visibility,
    /// The API's options: form fields by name.
    pub options: Vec<(&'static str, String)>,
    /// Look files up by their hash first, and send only those without a report.
    pub if_unknown: bool,
    /// How to wait for the analysis; `None` does not wait.
    pub waiting: Option<Waiting>,
    /// Relationships to show.
    pub relationships: Relationships,
    /// Fetch the related objects whole.
    pub expand: bool,
    /// Related objects of each relationship at most.
    pub relationship_limit: usize,
    /// ATT&CK tactics and techniques of files.
    pub mitre: bool,
    /// Sandbox reports of files.
    pub behaviours: bool,
    /// Hears how the run is getting on.
    pub watcher: Arc<dyn Watcher>,
}

/// How to wait for an analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// How long at most, from the submission on.
    pub limit: Duration,
    /// How long before the first poll; later ones are further apart.
    pub interval: Duration,
}

/// Hears how a run is getting on.
pub(crate) trait Watcher: Meter {
    /// A file of this size is about to be sent.
    fn sending(&self, bytes: u64);

    /// A file of this size need not be sent.
    fn spared(&self, bytes: u64);

    /// What is happening to a target now: `in-progress`.
    fn status(&self, target: &str, status: &str);
}

/// What an analysis extracts, by the relationships that have it: what was contacted,
/// and what was dropped or downloaded.
pub(super) fn extracted(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Url => &[
            "contacted_domains",
            "contacted_ips",
            "redirects_to",
            "downloaded_files",
        ],
        _ => &[
            "contacted_domains",
            "contacted_ips",
            "contacted_urls",
            "dropped_files",
        ],
    }
}
