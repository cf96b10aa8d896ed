//! The named sinks that rules send records to.

use crate::commands::context::Context;
use crate::commands::delivery::{Sender, Sink};
use crate::error::Failure;
use crate::ingest::Outlets;
use crate::ingest::rules::Rules;

/// Sinks by their names.
#[derive(Default)]
pub(super) struct Routes(Vec<(String, Sink)>);

impl Routes {
    /// Those that the rules name; each is judged, and none is opened.
    pub(super) fn of(cx: &Context, rules: &Rules) -> Result<Self, Failure> {
        let named = |name: &str| Ok((name.to_owned(), Sink::named(cx, name)?));
        rules
            .sinks()
            .into_iter()
            .map(named)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Opens them beside the other outlets.
    pub(super) fn open(
        self,
        cx: &Context,
        sender: &Sender,
        outlets: Outlets,
    ) -> Result<Outlets, Failure> {
        self.0
            .into_iter()
            .try_fold(outlets, |outlets, (name, sink)| {
                let addressed = sink.addressed(sender);
                Ok(outlets.with_sink(name, sink.open(cx, sender)?, addressed))
            })
    }
}
