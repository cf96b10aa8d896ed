//! The named sinks that rules send records to.

use crate::commands::context::Context;
use crate::commands::delivery::{Sender, Sink};
use crate::commands::ownership::Opener;
use crate::deliver::Outlets;
use crate::feed::rules::Rules;
use crate::model::error::Error;

/// Sinks by their names.
#[derive(Default)]
pub(super) struct Routes(Vec<(String, Sink)>);

impl Routes {
    /// Those that the rules name; each is judged, and none is opened.
    pub(super) fn of(cx: &Context, rules: &Rules) -> Result<Self, Error> {
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
        mut outlets: Outlets,
        mut opener: Option<&mut Opener>,
    ) -> Result<Outlets, Error> {
        for (name, sink) in self.0 {
            let addressed = sink.addressed(sender);
            let outlet = sink.open(cx, sender, opener.as_deref_mut())?;
            outlets = outlets.with_sink(name, outlet, addressed);
        }
        Ok(outlets)
    }

    /// Whether one of them is a file.
    pub(super) fn keep_a_file(&self) -> bool {
        self.0.iter().any(|(_, sink)| sink.is_file())
    }
}
