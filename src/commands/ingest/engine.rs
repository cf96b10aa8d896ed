//! What every feed's command does around the engine.

use std::time::Instant;

use serde::Serialize;

use super::checkpoint::{Begun, Taking, belongings, note_window, peek, take};
use super::live::Live;
use super::options::IngestOptions;
use super::output::Ways;
use super::routes::Routes;
use crate::client::Client;
use crate::commands::context::Context;
use crate::commands::delivery::Sender;
use crate::commands::ownership::Opener;
use crate::commands::row::Row;
use crate::deliver::webhook::Halt;
use crate::feed::{self, Ended, Feed, Moment, Pace, Pipeline, Position, SendBack, Totals};
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;
use crate::output::row::View;
use crate::output::sink::Target;
use crate::output::{Columns, Layout};
use crate::state::checkpoint::{Belongings, CheckpointName, Hold};

/// A run that is ready to begin.
pub(super) struct Ready {
    pipeline: Pipeline,
    pub(super) position: Position,
    pub(super) client: Client,
    name: Option<String>,
    pace: Pace,
    feed: &'static str,
    started: Instant,
    /// Held until the last record is committed.
    #[expect(dead_code, reason = "it works by being there")]
    hold: Option<Hold>,
}

/// How the preparation ended that is no failure.
pub(super) enum Prepared {
    Ready(Box<Ready>),
    Ended(Exit),
}

/// A feed as its command describes it.
pub(super) struct About {
    pub(super) feed: &'static str,
    /// Everything that narrows it, without what all feeds have.
    pub(super) filters: String,
    pub(super) layout: Layout,
    /// Where a first run begins.
    pub(super) start: Position,
}

impl About {
    fn belongings(
        &self,
        cx: &Context,
        options: &IngestOptions,
    ) -> Result<(Ways, Belongings), Error> {
        let format = cx.output_format()?;
        let ways = Ways::of(cx, options)?;
        let mut filters = self.filters.clone();
        if let Some(condition) = &options.condition {
            if !filters.is_empty() {
                filters.push(' ');
            }
            filters.push_str("where:");
            filters.push_str(condition);
        }
        let destination = ways.destination(format);
        Ok((ways, belongings(cx, self.feed, filters, destination)))
    }

    /// The position that a dry run goes on from.
    pub(super) fn position(
        &self,
        cx: &Context,
        options: &IngestOptions,
    ) -> Result<Position, Error> {
        let (_, belongings) = self.belongings(cx, options)?;
        if let Some(rules) = options.rules(cx, self.feed)? {
            Routes::of(cx, &rules)?;
        }
        let found = match &options.checkpoint {
            Some(name) => peek(cx, name, &belongings)?,
            None => None,
        };
        Ok(found.unwrap_or_else(|| self.start.clone()))
    }

    /// Opens everything that a run needs; nothing is asked of the service yet.
    pub(super) async fn prepare(
        self,
        cx: &mut Context,
        options: &IngestOptions,
    ) -> Result<Prepared, Error> {
        let started = Instant::now();
        options.check_pace()?;
        let condition = options.filter()?;
        let rules = options.rules(cx, self.feed)?;
        let routes = rules.as_ref().map(|rules| Routes::of(cx, rules));
        let routes = routes.transpose()?.unwrap_or_default();
        let (ways, belongings) = self.belongings(cx, options)?;
        let name = options.checkpoint.as_ref();
        let keeps_files = ways.keep_a_file() || routes.keep_a_file();
        let taking = take(cx, name, options.wait_lock, &belongings, keeps_files).await?;
        let taken = match taking {
            Taking::Taken(taken) => *taken,
            Taking::Stopped(exit) => return Ok(Prepared::Ended(exit)),
        };
        let client = cx.client(None)?;
        let halt = Halt::default();
        let sender = Sender {
            feed: self.feed,
            checkpoint: options.checkpoint.clone(),
            persistence: options.persistence(),
            halt: halt.clone(),
        };
        let once = options.pace() == Pace::ONCE;
        // A checkpoint that knows no file was told to take what is there.
        let appends = options.append || taken.is_known();
        let mut opener = match &taken.store {
            Some(store) => Some(Opener::new(cx, store, appends, options.wait_lock)?),
            None => None,
        };
        let outlets = ways.open(cx, self.layout, &sender, once, opener.as_mut())?;
        // What was sent, or went into a pipe, can't be taken back.
        let repeats_nothing = ways.exactly_once(name.is_some()) || name.is_none();
        let joins = repeats_nothing && !ways.deliver() && rules.is_none();
        // A run that only prints remembers nothing.
        let keeps = name.is_some() || ways.deliver();
        let letters = keeps.then(|| sender.letters(cx)).transpose()?;
        let outlets = routes.open(cx, &sender, outlets, opener.as_mut())?;
        let (files, unknown) = opener.map(Opener::finish).unwrap_or_default();
        let (limit, clock) = (options.limit, cx.clock);
        let begun = taken.begin(&belongings, &self.start, &unknown, clock())?;
        let Begun {
            memory,
            position,
            resumed,
            hold,
        } = begun;
        let given = options.since.is_some() || options.until.is_some();
        note_window(resumed, given, &position, clock());
        let mut pipeline = Pipeline::new(outlets, files, condition, limit, memory, clock)
            .joining_pages(joins)
            .keeping(letters)
            .heeding(halt);
        if let Some(rules) = rules {
            pipeline = pipeline.with_rules(rules);
        }
        Ok(Prepared::Ready(Box::new(Ready {
            pipeline,
            position,
            client,
            name: name.map(ToString::to_string),
            pace: options.pace(),
            feed: self.feed,
            started,
            hold,
        })))
    }
}

impl Ready {
    /// Shows people the records in another way.
    pub(super) fn shown_as(mut self, view: View) -> Self {
        self.pipeline = self.pipeline.shown_as(view);
        self
    }

    /// Shows people the records in another way, and sends their statuses back.
    pub(super) fn read_as(mut self, view: View, back: impl SendBack + 'static) -> Self {
        self.pipeline = self.pipeline.shown_as(view).sending_back(Box::new(back));
        self
    }

    /// Runs the feed, closes the output and says what the run came to.
    pub(super) async fn run(self, cx: &mut Context, source: &mut impl Feed) -> Result<Exit, Error> {
        let follows = self.pace != Pace::ONCE;
        let line = follows.then(|| cx.ui.live_line()).flatten();
        let mut watcher = Live::new(line, cx.clock);
        let stop = cx.signals.wait();
        let client = &self.client;
        let (pipeline, outcome) = feed::run(source, self.pipeline, self.pace, stop, |moment| {
            // Whoever follows outlasts what a single poll does not.
            if let Moment::Failed(_) = moment {
                client.reopen();
            }
            watcher.watch(moment);
        })
        .await;
        drop(watcher);
        let (totals, mark) = (pipeline.totals(), pipeline.mark());
        let closed = pipeline.close(matches!(outcome, Ok(Ended::Done)));
        let exit = match outcome {
            Ok(Ended::Done) => Ok(exit(totals)),
            Ok(Ended::Stopped) => Ok(cx.signals.seen().unwrap_or(Exit::Interrupted)),
            Err(error) => Err(Error::from(error)),
        };
        if matches!(&exit, Err(error) if error.kind == ErrorKind::ClosedPipe) {
            return exit;
        }
        let checkpoint = self.name.as_deref().map(|name| (name, mark));
        let line = totals.line(
            self.feed,
            self.client.requests_sent(),
            self.started.elapsed(),
            checkpoint,
        );
        cx.ui.note(&line);
        let exit = exit?;
        closed?;
        Ok(exit)
    }
}

fn exit(totals: Totals) -> Exit {
    if totals.failed > 0 {
        Exit::Partial
    } else {
        Exit::Done
    }
}

/// What a dry run says: one record a request.
#[derive(Serialize)]
struct Planned<'a> {
    feed: &'a str,
    method: &'a str,
    url: String,
    checkpoint: Option<&'a str>,
    from: Option<String>,
    output: String,
}

/// Says what would be requested, on standard output.
pub(super) fn dry_run(
    cx: &mut Context,
    feed: &'static str,
    options: &IngestOptions,
    position: &Position,
    targets: impl IntoIterator<Item = String>,
) -> Result<Exit, Error> {
    let layout = Layout {
        command: "ingest --dry-run",
        columns: Columns(&["feed", "method", "url", "checkpoint", "from", "output"]),
        single: false,
        stix: false,
    };
    let base = if cx.settings.sandbox {
        "(sandbox)".to_owned()
    } else {
        cx.settings
            .base_url
            .as_str()
            .trim_end_matches('/')
            .to_owned()
    };
    let destination = Ways::of(cx, options)?.destination(cx.output_format()?);
    let sink = Target::Stdout.open(cx.ui.take_stdout())?.sink;
    let mut output = cx.output_into(layout, sink)?;
    for target in targets {
        output.record(&Row(Planned {
            feed,
            method: "GET",
            url: format!("{base}{target}"),
            checkpoint: options.checkpoint.as_ref().map(CheckpointName::as_str),
            from: position.mark().map(crate::model::time::rfc3339),
            output: destination.to_string(),
        }))?;
    }
    output.finish()?;
    Ok(Exit::Done)
}
