//! The ids that a command works on.

use clap::Args;
use futures::StreamExt;
use futures::stream::BoxStream;

use crate::commands::context::Context;
use crate::model::error::Error;
use crate::workflow::input::{self, Line};

/// Ids as arguments, or standard input.
#[derive(Debug, Args)]
pub(crate) struct IdArgs {
    /// Ids; - reads them from standard input, plain or as JSON lines with `id`
    #[arg(value_name = "ID")]
    ids: Vec<String>,
}

impl IdArgs {
    /// How many ids there are, where that is known beforehand.
    pub(crate) fn count(&self) -> Option<u64> {
        let known = !self.ids.is_empty() && !self.ids.iter().any(|id| id == "-");
        known.then_some(self.ids.len() as u64)
    }

    /// The ids in order: arguments, then standard input where `-` is given, or
    /// nothing else and it is piped.
    ///
    /// # Errors
    /// Usage, without any.
    pub(crate) fn open(self, cx: &mut Context) -> Result<BoxStream<'static, Line>, Error> {
        let piped =
            self.ids.iter().any(|id| id == "-") || (self.ids.is_empty() && !cx.ui.terminal.stdin);
        let given: Vec<String> = self.ids.into_iter().filter(|id| id != "-").collect();
        if given.is_empty() && !piped {
            return Err(Error::usage("no ids").hint("give ids as arguments, or through a pipe: plain, or JSON lines with `id`, as `gti ingest` prints them"));
        }
        let arguments = input::arguments(given);
        Ok(if piped {
            arguments.chain(input::lines(cx.list_input()?)).boxed()
        } else {
            arguments.boxed()
        })
    }
}
