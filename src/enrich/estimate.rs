//! What a run would ask, before anything is asked.

use std::collections::HashSet;
use std::hash::BuildHasher;
use std::io;

use foldhash::fast::RandomState;
use futures::{Stream, StreamExt, pin_mut};

use super::plan::Plan;
use crate::client::Client;
use crate::client::endpoints::indicators::Place;
use crate::model::indicator::{Indicator, Kind};

/// What a run over some inputs would ask.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Estimate {
    /// All inputs.
    pub inputs: u64,
    /// Those that are no indicators.
    pub invalid: u64,
    /// Those that are not worth a look-up.
    pub skipped: u64,
    /// Those that came before.
    pub repeats: u64,
    /// Those whose report is kept.
    pub cached: u64,
    /// Requests, at least: what has pages may take more.
    pub requests: u64,
}

impl Estimate {
    /// Counts what a run would ask. A number is remembered of each indicator.
    ///
    /// # Errors
    /// The inputs can't be read.
    pub(crate) async fn of(
        plan: &Plan,
        client: &Client,
        inputs: impl Stream<Item = io::Result<String>>,
    ) -> io::Result<Self> {
        let mut estimate = Self::default();
        let mut seen = HashSet::new();
        let numbers = RandomState::default();
        pin_mut!(inputs);
        while let Some(input) = inputs.next().await {
            estimate.inputs += 1;
            let Ok(indicator) = Indicator::asked(&input?, plan.kind) else {
                estimate.invalid += 1;
                continue;
            };
            if indicator.scope().is_some() && !plan.include_private {
                estimate.skipped += 1;
            } else if !seen.insert(numbers.hash_one((indicator.kind(), indicator.value()))) {
                estimate.repeats += 1;
            } else {
                estimate.add(plan, client, &indicator).await;
            }
        }
        Ok(estimate)
    }

    async fn add(&mut self, plan: &Plan, client: &Client, indicator: &Indicator) {
        let kind = indicator.kind();
        let id = indicator.id();
        let place = Place {
            collection: kind.collection(),
            id: &id,
        };
        let wanted = plan.wanted(place, kind);
        if wanted.is_kept(client).await {
            // Its parts were asked for with it.
            self.cached += 1;
            return;
        }
        let parts = [plan.mitre, plan.behaviours];
        let parts = parts.iter().filter(|asked| **asked && kind == Kind::File);
        let pages = if wanted.expand {
            wanted.relationships.len()
        } else {
            0
        };
        self.requests += 1 + parts.count() as u64 + pages as u64;
    }
}
