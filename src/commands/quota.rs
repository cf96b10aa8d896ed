//! `gti quota`: what the key may still use, and from when on again.

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use super::context::Context;
use crate::commands::members::account::QUOTA;
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;
use crate::model::grouped::grouped;
use crate::model::quota::{Allowance, Quota};
use crate::model::time::rfc3339;
use crate::output::{self, Columns, Layout, Subject};

/// Show what the key has used, what is left, and when it resets
///
/// One record a quota and scope. The user's and the group's quota both count:
/// what is left is the smaller of the two, and all users of a group share the
/// group's. Asking costs nothing.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct QuotaArgs {
    /// Exit with 6 when fewer than N requests are left: of the hour, the day or
    /// the month, the user's or the group's
    #[arg(long, value_name = "N")]
    fail_below: Option<u64>,
}

const EXAMPLES: &str = "\
Examples:
  gti quota
  gti quota --fail-below 5000 && gti enrich -i iocs.txt
  gti quota --jq 'select(.quota == \"api_requests_daily\") | .remaining'";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "quota",
    columns: Columns(&[
        "quota",
        "scope",
        "used",
        "allowed",
        "remaining",
        "resets_at",
    ]),
    members: QUOTA,
    single: false,
    subject: Subject::Program,
};

pub(crate) async fn run(args: QuotaArgs, cx: &mut Context) -> Result<Exit, Error> {
    let mut output = cx.output(LAYOUT)?;
    let client = cx.client(None)?;
    let key = client
        .key()
        .ok_or_else(|| Error::from(crate::settings::SettingsError::MissingKey))?;
    let quotas = client.quotas(&key).await?;
    let now = (cx.clock)();
    let mut low = None;
    for quota in &quotas {
        for (scope, allowance) in quota.scopes() {
            let line = Line::of(quota, scope, allowance, now);
            if quota.is_requests() && line.is_below(args.fail_below) {
                low.get_or_insert_with(|| line.warning());
            }
            output.record(&line)?;
        }
    }
    output.finish()?;
    match low {
        None => Ok(Exit::Done),
        Some((message, hint)) => Err(Error::new(ErrorKind::Quota, message).hint(hint)),
    }
}

/// One record.
#[derive(Serialize)]
struct Line<'a> {
    quota: &'a str,
    scope: &'a str,
    used: i64,
    allowed: Option<i64>,
    remaining: Option<i64>,
    resets_at: Option<String>,
    #[serde(skip)]
    resets_in: Option<String>,
}

impl<'a> Line<'a> {
    fn of(quota: &'a Quota, scope: &'a str, allowance: Allowance, now: Timestamp) -> Self {
        let resets = quota.resets_at(now);
        Self {
            quota: &quota.name,
            scope,
            used: allowance.used,
            allowed: quota.cap(allowance),
            remaining: quota.remaining(allowance),
            resets_at: resets.map(rfc3339),
            resets_in: resets.map(|at| until(now, at)),
        }
    }

    fn is_below(&self, least: Option<u64>) -> bool {
        least
            .zip(self.remaining)
            .is_some_and(|(least, left)| left.unsigned_abs() < least)
    }

    fn warning(&self) -> (String, String) {
        let message = format!(
            "{} of the {}: {} left of {}, fewer than --fail-below",
            self.quota,
            self.scope,
            self.remaining.unwrap_or_default(),
            self.allowed.unwrap_or_default(),
        );
        let hint = match &self.resets_at {
            Some(at) => format!("it resets at {at}"),
            None => "its window is rolling: requests become available again over time".to_owned(),
        };
        (message, hint)
    }
}

impl output::Record for Line<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        // Texts and numbers always serialise.
        serde_json::to_writer(out, self).expect("a quota is JSON");
    }

    fn row(&self) -> Option<Vec<(&'static str, String)>> {
        let capped = |number: Option<i64>| number.map_or_else(|| "no cap".to_owned(), grouped);
        Some(vec![
            ("QUOTA", self.quota.to_owned()),
            ("SCOPE", self.scope.to_owned()),
            ("USED", grouped(self.used)),
            ("ALLOWED", capped(self.allowed)),
            ("LEFT", capped(self.remaining)),
            ("RESETS", self.resets_in.clone().unwrap_or_default()),
        ])
    }
}

/// How long until then: `in 5h 12m`, `in 3d 2h`.
fn until(now: Timestamp, then: Timestamp) -> String {
    // The last minute is not over before it is.
    let minutes = (then.as_second() - now.as_second()).max(0).div_euclid(60) + 1;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours) {
        (0, 0) => format!("in {minutes}m"),
        (0, _) => format!("in {hours}h {minutes}m"),
        _ => format!("in {days}d {hours}h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_for_people() {
        for (now, shown) in [
            ("2026-01-02T23:59:30Z", "in 1m"),
            ("2026-01-02T03:04:05Z", "in 20h 56m"),
            ("2026-01-01T12:00:00Z", "in 1d 12h"),
        ] {
            let then = "2026-01-03T00:00:00Z".parse().expect("a time");
            assert_eq!(until(now.parse().expect("a time"), then), shown);
        }
    }
}
