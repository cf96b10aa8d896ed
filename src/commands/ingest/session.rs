//! What every feed's command does: a plan of its options, the run, its exit code.

use std::num::NonZeroUsize;

use serde::Serialize;

use super::options::{IngestOptions, OVERLAP};
use crate::client::Client;
use crate::commands::context::{Context, Whose};
use crate::commands::members::runs::PLANNED;
use crate::commands::row::Row;
use crate::deliver::{Chosen, Destination, MainOutput, Manner, Network};
use crate::feed::rules::Rules;
use crate::feed::sources::{ByTime, Timeline};
use crate::feed::{Ended, Feed, Pace, Plan, Position, SendBack, Session, Sweep};
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;
use crate::output::row::View;
use crate::output::sink::Target;
use crate::output::{Columns, Layout, Shape, Subject};
use crate::state::checkpoint::CheckpointName;

/// A feed as its command describes it.
pub(super) struct About {
    pub(super) feed: &'static str,
    /// The service that it belongs to.
    pub(super) whose: Whose,
    /// Everything that narrows it, without what all feeds have.
    pub(super) filters: String,
    pub(super) layout: Layout,
    /// How people see its records.
    pub(super) view: View,
}

/// What lists the records of a feed for somebody who wants to see a few.
const LISTS: [(&str, &str); 3] = [
    ("dtm", "dtm list"),
    ("asm", "asm list"),
    ("vuln", "vuln list"),
];

impl About {
    /// The plan that the options make of it. `start` is where a first run begins.
    pub(super) fn plan(
        self,
        cx: &Context,
        options: &IngestOptions,
        start: Position,
    ) -> Result<Plan, Error> {
        options.check_pace()?;
        let few = options.limit.is_some() && options.checkpoint.is_none();
        if let Some((_, list)) = LISTS.iter().find(|(feed, _)| *feed == self.feed)
            && few
            && cx.ui.terminal.stdout
        {
            cx.ui.note(&format!(
                "a feed begins with the oldest of its window; `gti {list}` shows the newest first"
            ));
        }
        let condition = cx.condition()?;
        let rules = options.rules(cx, self.feed)?;
        let routed = routed(cx, rules.as_ref())?;
        let destinations = Chosen {
            delivery: options.delivery.destination(cx)?,
            output: None,
            routed,
        };
        let destinations = with_output(cx, options, self.layout, destinations)?;
        let shape = cx.settings.shape.unwrap_or_default();
        let mut filters = self.filters;
        if let Some(condition) = &cx.settings.condition {
            if !filters.is_empty() {
                filters.push(' ');
            }
            // The same condition asks for something else of records in another shape.
            filters.push_str(match shape {
                Shape::Raw => "where:",
                Shape::Record => "where record:",
            });
            filters.push_str(condition);
        }
        Ok(Plan {
            feed: self.feed,
            filters,
            service: cx.service_of(&self.whose),
            start,
            has_window: options.since.is_some() || options.until.is_some(),
            checkpoint: options.checkpoint.clone(),
            in_flight: options.in_flight.unwrap_or(NonZeroUsize::MIN),
            wait_lock: options.wait_lock,
            appends: options.append,
            pace: options.pace(),
            limit: options.limit,
            condition,
            shape,
            rules,
            destinations,
            view: self.view,
        })
    }
}

/// The sinks that rules name; each is judged, and none is opened.
fn routed(cx: &Context, rules: Option<&Rules>) -> Result<Vec<(String, Destination)>, Error> {
    let names = rules.map(Rules::sinks).unwrap_or_default();
    let sink = |name: &str| Ok((name.to_owned(), cx.sink_named(name)?));
    names.into_iter().map(sink).collect()
}

/// The destinations with an output: beside a delivery there is one only if -o names it.
fn with_output(
    cx: &Context,
    options: &IngestOptions,
    layout: Layout,
    destinations: Chosen,
) -> Result<Chosen, Error> {
    if destinations.delivery.is_some() && !cx.settings.typed.output {
        if cx.settings.jq.is_some() || cx.settings.typed.fields {
            return Err(
                Error::usage("--jq and --fields shape an output, and none is named")
                    .hint("map what is delivered with --webhook-body, or name an output with -o"),
            );
        }
        return Ok(destinations);
    }
    if destinations.delivery.is_none() && destinations.routed.is_empty() {
        cx.refuse_idle(layout.command)?;
    }
    let target = cx.settings.output.clone();
    let target = target.map_or(Target::Stdout, Target::from);
    // Only a single poll without a checkpoint has the whole answer in hand at the end.
    let manner = Manner {
        once: options.checkpoint.is_none() && options.pace() == Pace::ONCE,
        appends: options.append,
    };
    let output = MainOutput::new(target, cx.output_options()?, layout, manner)?;
    Ok(Chosen {
        output: Some(output),
        ..destinations
    })
}

/// Opens everything that the run needs; the exit code where it was stopped before.
pub(super) async fn open(
    cx: &mut Context,
    plan: Plan,
    whose: &Whose,
) -> Result<Result<(Session, Client), Exit>, Error> {
    #[cfg(feature = "postgres")]
    cx.state_target()?;
    let network = Network {
        in_flight: plan.in_flight,
        ..cx.network()?
    };
    let Some(begin) = plan.begin(cx.own(), &network, cx.signals.wait()).await? else {
        return Ok(Err(cx.signals.seen().unwrap_or(Exit::Interrupted)));
    };
    let client = cx.client_of(whose)?;
    let stdout = cx.ui.take_stdout();
    let session = begin.open(cx.own(), client.clone(), &network, stdout)?;
    Ok(Ok((session, client)))
}

/// Runs a feed that is read by time, from its options to its exit code.
pub(super) async fn by_time<T: Timeline>(
    cx: &mut Context,
    about: About,
    start: Sweep,
    options: &IngestOptions,
    timeline: T,
    back: Option<fn(&T, &Client) -> SendBack>,
) -> Result<Exit, Error> {
    let whose = about.whose.clone();
    let plan = about.plan(cx, options, Position::Sweep(start.clone()))?;
    if options.dry_run {
        let position = plan.position(cx.own(), &cx.network()?).await?;
        let target = timeline
            .request(position.sweep().unwrap_or(&start))?
            .target();
        return dry_run(cx, &whose, &plan, &position, [target]);
    }
    let (session, client) = match open(cx, plan, &whose).await? {
        Ok(opened) => opened,
        Err(exit) => return Ok(exit),
    };
    let session = match back {
        Some(back) => session.sending_back(back(&timeline, &client)),
        None => session,
    };
    let sweep = session.position.sweep().cloned().unwrap_or(start);
    let overlap = options.overlap.unwrap_or(OVERLAP);
    let mut source =
        ByTime::new(&client, timeline, sweep, overlap, cx.clock).ahead(options.limit.is_none());
    run(cx, session, &mut source).await
}

/// Runs a feed and says what the run came to.
pub(in crate::commands) async fn run(
    cx: &mut Context,
    session: Session,
    source: &mut impl Feed,
) -> Result<Exit, Error> {
    let line = session.follows().then(|| cx.ui.live_line()).flatten();
    let stop = cx.signals.wait();
    let outcome = session.run(source, stop, line, cx.clock).await;
    let exit = match outcome.ended {
        Ok(Ended::Done) if outcome.totals.failed > 0 => Ok(Exit::Partial),
        Ok(Ended::Done) => Ok(Exit::Done),
        Ok(Ended::Stopped) => Ok(cx.signals.seen().unwrap_or(Exit::Interrupted)),
        Err(error) => Err(Error::from(error)),
    };
    if matches!(&exit, Err(error) if error.kind == ErrorKind::ClosedPipe) {
        return exit;
    }
    cx.ui.note(&outcome.line);
    let exit = exit?;
    outcome.closed?;
    Ok(exit)
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
    whose: &Whose,
    plan: &Plan,
    position: &Position,
    targets: impl IntoIterator<Item = String>,
) -> Result<Exit, Error> {
    let layout = Layout {
        command: "ingest --dry-run",
        columns: Columns(&["feed", "method", "url", "checkpoint", "from", "output"]),
        members: PLANNED,
        single: false,
        subject: Subject::Program,
    };
    let base = if cx.settings.sandbox {
        "(sandbox)".to_owned()
    } else {
        cx.address_of(whose).trim_end_matches('/').to_owned()
    };
    let sink = Target::Stdout.open(cx.ui.take_stdout())?.sink;
    let mut output = cx.output_into(layout, sink)?;
    for target in targets {
        output.record(&Row(Planned {
            feed: plan.feed,
            method: "GET",
            url: format!("{base}{target}"),
            checkpoint: plan.checkpoint.as_ref().map(CheckpointName::as_str),
            from: position.mark().map(crate::model::time::rfc3339),
            output: plan.destinations.ids().to_string(),
        }))?;
    }
    output.finish()?;
    Ok(Exit::Done)
}
