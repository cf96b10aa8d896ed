//! `gti enrich --estimate`: what a run would cost, before anything is asked.

use std::time::{Duration, Instant};

use futures::stream::BoxStream;
use jiff::Timestamp;
use serde::Serialize;

use super::journaled::{Bound, rest};
use crate::bulk::input::Line;
use crate::commands::bulk::unread;
use crate::commands::context::{Caching, Context};
use crate::commands::members::lookups::ESTIMATE;
use crate::enrich::Plan;
use crate::enrich::estimate::Estimate;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::grouped::grouped;
use crate::model::quota::Quota;
use crate::model::time::{in_words, rfc3339};
use crate::output::sink::Target;
use crate::output::{self, Columns, Layout, Subject};
use crate::ui::style::Style;

const LAYOUT: Layout = Layout {
    command: "enrich --estimate",
    columns: Columns(&[
        "inputs",
        "done",
        "invalid",
        "skipped",
        "repeats",
        "cached",
        "requests",
        "quota",
        "quota_left",
        "quota_resets_at",
        "fits_quota",
        "seconds",
    ]),
    members: ESTIMATE,
    single: true,
    subject: Subject::Program,
};

/// Counts what a run would ask, asks what is left of the quota, and says both.
pub(super) async fn run(
    cx: &mut Context,
    plan: &Plan,
    inputs: BoxStream<'static, Line>,
    bound: Option<Bound>,
    caching: Caching,
) -> Result<Exit, Error> {
    let progress = match bound {
        Some(bound) => bound.peek(cx)?,
        None => None,
    };
    let done = progress.map_or(0, |progress| progress.done);
    // What -o names is for the records.
    let sink = Target::Stdout.open(cx.ui.take_stdout())?.sink;
    let mut output = cx.output_into(LAYOUT, sink)?;
    let client = cx.client(Some(caching))?;
    let key = client
        .key()
        .ok_or_else(|| Error::from(crate::settings::SettingsError::MissingKey))?;
    let begun = Instant::now();
    let quotas = client.quotas(&key).await?;
    let round_trip = begun.elapsed();
    let inputs = rest(inputs, done);
    let estimate = Estimate::of(plan, &client, inputs)
        .await
        .map_err(|error| unread(&error))?;
    let took = cx.duration_of(estimate.requests, round_trip);
    output.record(&Told::new(&estimate, done, &quotas, took, (cx.clock)()))?;
    output.finish()?;
    Ok(Exit::Done)
}

impl Context {
    /// How long so many requests take: as --rate lets them go, and no faster than so
    /// many at once with the round trip of one.
    fn duration_of(&self, requests: u64, round_trip: Duration) -> Duration {
        let count = u32::try_from(requests).unwrap_or(u32::MAX);
        let at_once = u32::try_from(self.settings.concurrency.get()).unwrap_or(u32::MAX);
        let free = round_trip * count / at_once;
        match self.settings.rate {
            // The first span is free: its requests go at once.
            Some(rate) => free.max(rate.unit.duration() * (count.saturating_sub(1) / rate.count)),
            None => free,
        }
    }
}

/// What is told of an estimate.
#[derive(Debug, Serialize)]
struct Told<'a> {
    inputs: u64,
    done: u64,
    invalid: u64,
    skipped: u64,
    repeats: u64,
    cached: u64,
    requests: u64,
    quota: Option<&'a str>,
    quota_left: Option<u64>,
    quota_resets_at: Option<String>,
    fits_quota: Option<bool>,
    seconds: f64,
    #[serde(skip)]
    took: Duration,
}

impl<'a> Told<'a> {
    fn new(
        estimate: &Estimate,
        done: u64,
        quotas: &'a [Quota],
        took: Duration,
        now: Timestamp,
    ) -> Self {
        let left = quotas
            .iter()
            .filter(|quota| quota.is_requests())
            .flat_map(|quota| {
                let left = quota.scopes().filter_map(|(_, it)| quota.remaining(it));
                left.map(move |left| (left.unsigned_abs(), quota))
            });
        let least = left.min_by_key(|(left, _)| *left);
        Self {
            inputs: done + estimate.inputs,
            done,
            invalid: estimate.invalid,
            skipped: estimate.skipped,
            repeats: estimate.repeats,
            cached: estimate.cached,
            requests: estimate.requests,
            quota: least.map(|(_, quota)| quota.name.as_str()),
            quota_left: least.map(|(left, _)| left),
            quota_resets_at: least
                .and_then(|(_, quota)| quota.resets_at(now))
                .map(rfc3339),
            fits_quota: least.map(|(left, _)| estimate.requests <= left),
            seconds: (took.as_secs_f64() * 10.0).round() / 10.0,
            took,
        }
    }
}

impl output::Record for Told<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        // Texts and numbers always serialise.
        serde_json::to_writer(out, self).expect("an estimate is JSON");
    }

    fn text(&self, _: &Style) -> Option<String> {
        let parts = [
            (self.done, "done"),
            (self.invalid, "invalid"),
            (self.skipped, "skipped"),
            (self.repeats, "repeated"),
            (self.cached, "in the cache"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts = parts.map(|(count, what)| format!(", {} {what}", grouped(count)));
        let parts: String = parts.collect();
        let left = match (self.quota, self.quota_left, self.fits_quota) {
            (Some(quota), Some(left), Some(fits)) => {
                let fits = if fits { "" } else { ", too few" };
                let resets = self.quota_resets_at.as_ref();
                let resets = resets.map_or_else(String::new, |at| format!("; it resets at {at}"));
                format!("{} left of {quota}{fits}{resets}", grouped(left))
            }
            _ => "no cap".to_owned(),
        };
        Some(format!(
            "inputs    {}{parts}\nrequests  {} at least\nquota     {left}\ntime      {}\n",
            grouped(self.inputs),
            grouped(self.requests),
            in_words(self.took),
        ))
    }
}
