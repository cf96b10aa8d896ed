//! `gti enrich --checkpoint`: a run that the next one continues.

use std::fs::File;
use std::path::Path;

use futures::StreamExt;
use futures::stream::BoxStream;

use super::EnrichArgs;
use crate::bulk::input::Line;
use crate::bulk::{self, Ended, OnStop};
use crate::client::Client;
use crate::commands::bulk::{conclude, unread};
use crate::commands::context::Context;
use crate::deliver::{MainOutput, Manner};
use crate::enrich::Plan;
use crate::enrich::journal::{self, Broken, JOB, Journal, Journaled, Opened, Progress, Wish};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::grouped::grouped;
use crate::output::sink::Target;
use crate::output::{Layout, Output};
use crate::state::checkpoint::{Belongings, CheckpointName, DestinationIds};

/// The checkpoint of a run, and all that it is bound to.
pub(super) struct Bound {
    name: CheckpointName,
    input: String,
    output: MainOutput,
    belongings: Belongings,
}

impl Bound {
    /// What the options bind the checkpoint to; none without one.
    pub(super) fn of(
        args: &EnrichArgs,
        layout: Layout,
        cx: &Context,
    ) -> Result<Option<Self>, Error> {
        let Some(name) = args.checkpoint.clone() else {
            return Ok(None);
        };
        if cx.settings.state.is_some() {
            return Err(Error::usage(
                "the checkpoints of `gti enrich` are kept in the state directory, and --state names a database",
            )
            .hint("run it without --state and GTI_STATE_URL"));
        }
        let input = args.fingerprint(cx)?;
        let file = cx.settings.output.clone().map(Target::from);
        let manner = Manner {
            once: false,
            appends: false,
        };
        let mut options = cx.output_options()?;
        if args.estimate {
            // They are those of the estimate.
            (options.fields, options.jq) = (None, None);
        }
        let output = file.map(|file| MainOutput::new(file, options, layout, manner));
        let output = output.transpose()?.filter(MainOutput::is_file);
        let output = output.ok_or_else(|| {
            Error::usage(
                "--checkpoint needs a file for the records: what was printed cannot be continued",
            )
            .hint("name it with -o FILE")
        })?;
        let belongings = Belongings {
            feed: JOB.to_owned(),
            filters: args.asked(cx),
            base_url: if cx.settings.sandbox {
                "the sandbox".to_owned()
            } else {
                cx.settings.base_url.to_string()
            },
            destination: DestinationIds {
                delivery: None,
                output: Some(output.id()),
            },
        };
        Ok(Some(Self {
            name,
            input,
            output,
            belongings,
        }))
    }

    fn wish(&self, cx: &Context) -> Wish<'_> {
        Wish {
            name: &self.name,
            belongings: self.belongings.clone(),
            input: self.input.clone(),
            output: &self.output,
            now: (cx.clock)(),
        }
    }

    /// How far earlier runs have come.
    pub(super) fn peek(&self, cx: &Context) -> Result<Option<Progress>, Error> {
        journal::peek(cx.own(), &self.wish(cx))
    }

    /// Takes the checkpoint, and opens the file.
    pub(super) async fn take(&self, cx: &mut Context) -> Result<(Opened, Output), Error> {
        let wish = self.wish(cx);
        let stdout = cx.ui.take_stdout();
        let (opened, output) = Opened::take(cx.own(), wish, stdout).await?;
        let condition = cx.condition()?;
        Ok((opened, output.keeping(condition)))
    }

    /// Runs it from where it stands to its end.
    pub(super) async fn run(
        &self,
        cx: &Context,
        client: &Client,
        plan: &Plan,
        inputs: BoxStream<'static, Line>,
        mut journal: Journal<'_>,
    ) -> Result<Exit, Error> {
        let concurrency = cx.settings.concurrency.get();
        let stop = cx.signals.wait();
        let ended = bulk::run(client, plan, inputs, concurrency, stop, &mut journal).await;
        let closed = journal.close(&ended);
        if let Ended::Consumer(Broken::Failed(error)) = ended {
            return Err(error);
        }
        let Journaled { printed, progress } = closed?;
        if !progress.complete {
            cx.ui.note(&self.standing(&progress));
        }
        match ended {
            Ended::Input(error) => Err(unread(&error)),
            Ended::Stopped => Ok(cx.signals.seen().unwrap_or(Exit::Interrupted)),
            Ended::Complete | Ended::Consumer(_) => Ok(conclude(cx, client, OnStop::Drop, printed)),
        }
    }

    /// Where the checkpoint stands, and how to go on.
    fn standing(&self, progress: &Progress) -> String {
        let done = grouped(progress.done);
        format!(
            "checkpoint `{}`: {done} records so far; the same command continues behind them",
            self.name
        )
    }

    /// What to say of one that has nothing left to do.
    pub(super) fn nothing_left(&self, progress: &Progress) -> String {
        let (name, done) = (&self.name, grouped(progress.done));
        format!(
            "checkpoint `{name}` is complete: {done} records; `gti state reset {name}` forgets it"
        )
    }
}

impl EnrichArgs {
    /// What tells the inputs from others.
    fn fingerprint(&self, cx: &Context) -> Result<String, Error> {
        let path = self.from.input.as_deref().filter(|path| is_file(path));
        let path = path.ok_or_else(|| {
            Error::usage("--checkpoint needs a file of inputs: what comes through a pipe cannot be read again")
                .hint("name it with --input FILE")
        })?;
        let file = cx.input_file(path, "--input takes a text file")?;
        journal::fingerprint(&self.iocs, file)
            .map_err(|error| Error::usage(format!("cannot read `{}`: {error}", path.display())))
    }

    /// Everything that decides what is asked of an input, in one canonical text.
    fn asked(&self, cx: &Context) -> String {
        let plan = self.plan();
        let mut asked: Vec<String> = Vec::new();
        let mut add = |name: &str, value: Option<String>| {
            asked.extend(value.map(|value| format!("{name}:{value}")));
        };
        add("type", plan.kind.map(|kind| kind.name().to_owned()));
        add("relationships", self.related.relationships.clone());
        add("attributes", plan.attributes);
        add("exclude-attributes", plan.exclude_attributes);
        add("column", self.from.column.clone());
        add("where", cx.settings.condition.as_deref().map(str::to_owned));
        let limit = self.related.relationship_limit;
        add("expand", self.related.expand.then(|| limit.to_string()));
        let flags = [
            (self.mitre, "mitre"),
            (self.behaviours, "behaviours"),
            (self.include_private, "include-private"),
            (self.from.extract, "extract"),
            (self.raw, "raw"),
        ];
        asked.extend(
            flags
                .iter()
                .filter(|(on, _)| *on)
                .map(|(_, name)| (*name).to_owned()),
        );
        asked.join(" ")
    }
}

/// Whether it is a file that can be read again.
fn is_file(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| file.metadata().is_ok_and(|found| found.is_file()))
}

/// The inputs behind those that are done. What can't be read is told, wherever it is.
pub(super) fn rest(inputs: BoxStream<'static, Line>, done: u64) -> BoxStream<'static, Line> {
    let mut passed = 0;
    let left = move |line: &Line| {
        passed += 1;
        std::future::ready(line.is_err() || passed > done)
    };
    inputs.filter(left).boxed()
}
