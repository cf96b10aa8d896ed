//! How long to wait for analyses.

use std::time::Duration;

use clap::Args;

use crate::commands::context::Context;
use crate::model::time::parse_duration;
use crate::scan::Waiting;

/// How long to wait for analyses.
#[derive(Debug, Args)]
pub(super) struct WaitArgs {
    /// Wait at most this long for each analysis; then its record says timeout,
    /// and the exit code is 8
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = parse_duration)]
    wait_timeout: Duration,
    /// Time before the first poll; later ones are further apart, up to a minute
    /// [default: 15s; 50ms with --sandbox]
    #[arg(long, value_name = "DURATION", value_parser = interval)]
    poll_interval: Option<Duration>,
}

/// An analysis takes minutes, and each poll costs a request.
const INTERVAL: Duration = Duration::from_secs(15);

/// A simulated analysis takes three polls, and nothing else.
const SANDBOX_INTERVAL: Duration = Duration::from_millis(50);

impl WaitArgs {
    pub(super) fn waiting(&self, cx: &Context) -> Waiting {
        let usual = if cx.settings.sandbox {
            SANDBOX_INTERVAL
        } else {
            INTERVAL
        };
        Waiting {
            limit: self.wait_timeout,
            interval: self.poll_interval.unwrap_or(usual),
        }
    }
}

fn interval(text: &str) -> Result<Duration, String> {
    match parse_duration(text)? {
        Duration::ZERO => Err(format!(
            "`{text}` would poll without a pause: write 1s or more"
        )),
        interval => Ok(interval),
    }
}
