//! A run of a feed: its checkpoint taken, its destinations opened, its pages read, its
//! summary told.

use std::io::Write;
use std::time::{Duration, Instant};

use super::checkpoint::{self, Begun, Taken, note_window};
use super::error::FeedError;
use super::escalation::SendBack;
use super::live::Live;
use super::page::Feed;
use super::pipeline::Pipeline;
use super::position::Position;
use super::rules::Rules;
use super::run::{Ended, Moment, Pace, run};
use super::selection::Selection;
use super::totals::Totals;
use super::work::{Parts, Work};
use crate::client::Client;
use crate::deliver::{Chosen, Halt, Letters, Network, Opener, Opening, Own, Sender, dead_letters};
use crate::model::error::Error;
use crate::output::Shape;
use crate::output::jq::Filter;
use crate::output::row::View;
use crate::state::checkpoint::{Belongings, CheckpointName, Hold};
use crate::ui::live::Line;

/// What is asked of a feed, whichever it is.
pub(crate) struct Plan {
    /// The feed: `ioc-stream`.
    pub feed: &'static str,
    /// Everything that narrows it, in one canonical text.
    pub filters: String,
    /// The service, as a checkpoint knows it.
    pub service: String,
    /// Where a first run begins.
    pub start: Position,
    /// Whether a window was asked for, which only a first run heeds.
    pub has_window: bool,
    /// The checkpoint.
    pub checkpoint: Option<CheckpointName>,
    /// How long to wait for another run that holds it.
    pub wait_lock: Option<Duration>,
    /// Whether a new checkpoint may take over a file that holds something.
    pub appends: bool,
    /// How often the feed is asked.
    pub pace: Pace,
    /// The most records to emit.
    pub limit: Option<u64>,
    /// Which records are kept.
    pub condition: Option<Filter>,
    /// The shape of the records that are written.
    pub shape: Shape,
    /// What becomes of each.
    pub rules: Option<Rules>,
    /// Where they go.
    pub destinations: Chosen,
    /// How people see them.
    pub view: View,
}

/// A plan whose checkpoint is taken.
pub(crate) struct Begin {
    plan: Plan,
    belongings: Belongings,
    taken: Taken,
    started: Instant,
}

/// A run that is ready to ask.
pub(crate) struct Session {
    pipeline: Pipeline,
    /// Where it goes on.
    pub(crate) position: Position,
    client: Client,
    feed: &'static str,
    name: Option<CheckpointName>,
    pace: Pace,
    started: Instant,
    /// Held until the last record is committed.
    #[expect(dead_code, reason = "it works by being there")]
    hold: Option<Hold>,
}

/// How a run ended.
pub(crate) struct Outcome {
    /// What it came to.
    pub ended: Result<Ended, FeedError>,
    /// Whether the destinations were closed well.
    pub closed: Result<(), FeedError>,
    /// What was counted.
    pub totals: Totals,
    /// The summary.
    pub line: String,
}

impl Plan {
    /// What a checkpoint of this run belongs to.
    fn belongings(&self) -> Belongings {
        Belongings {
            feed: self.feed.to_owned(),
            filters: self.filters.clone(),
            base_url: self.service.clone(),
            destination: self.destinations.ids(),
        }
    }

    /// The position that a run would go on from. Nothing is created or locked.
    ///
    /// # Errors
    /// A checkpoint of another run, or state that can't be read.
    pub(crate) fn position(&self, own: Own<'_>, now: jiff::Timestamp) -> Result<Position, Error> {
        let found = match &self.checkpoint {
            Some(name) => {
                let directory = own.settings.directories.state()?;
                checkpoint::peek(directory, name, &self.belongings(), now)?
            }
            None => None,
        };
        Ok(found.unwrap_or_else(|| self.start.clone()))
    }

    /// Takes the checkpoint. None if the run is stopped while it waits for it.
    ///
    /// # Errors
    /// A checkpoint of another run, one that another run holds, or state that can't be
    /// used.
    pub(crate) async fn begin(
        self,
        own: Own<'_>,
        stop: impl Future<Output = ()>,
    ) -> Result<Option<Begin>, Error> {
        let started = Instant::now();
        let belongings = self.belongings();
        let name = self.checkpoint.as_ref();
        let keeps_files = self.destinations.keep_a_file();
        let taken = if name.is_some() || keeps_files {
            let directory = own.settings.directories.state()?;
            let wait = self.wait_lock;
            checkpoint::take(directory, name, wait, &belongings, stop).await?
        } else {
            Some(Taken::default())
        };
        Ok(taken.map(|taken| Begin {
            plan: self,
            belongings,
            taken,
            started,
        }))
    }
}

impl Begin {
    /// Opens everything that the run needs; nothing is asked of the service yet.
    ///
    /// # Errors
    /// A destination that can't be opened, or state that can't be used.
    pub(crate) fn open(
        self,
        own: Own<'_>,
        client: Client,
        network: &Network,
        stdout: Box<dyn Write + Send>,
    ) -> Result<Session, Error> {
        let Self {
            plan,
            belongings,
            taken,
            started,
        } = self;
        let clock = network.clock;
        let name = plan.checkpoint;
        let sender = Sender {
            feed: plan.feed,
            checkpoint: name.clone(),
            persistence: plan.pace.polls.is_none().then_some(plan.pace.interval),
            halt: Halt::default(),
            clock,
        };
        // A checkpoint that knows no file was told to take what is there.
        let appends = plan.appends || taken.is_known();
        let opener = match taken.store() {
            Some(store) => Some(Opener::new(own, store, appends, plan.wait_lock)?),
            None => None,
        };
        let mut opening = Opening {
            sender: &sender,
            own,
            network,
            opener,
            stdout,
        };
        let joins = plan.rules.is_none() && plan.destinations.can_take_back(name.is_some());
        // A run that only prints remembers nothing.
        let keeps = name.is_some() || plan.destinations.delivery.is_some();
        let letters = if keeps {
            Some(Letters::new(dead_letters(own, &sender)?, &sender))
        } else {
            None
        };
        let destinations = plan.destinations.open(&mut opening)?;
        let (files, unknown) = opening.opener.map(Opener::finish).unwrap_or_default();
        let Begun {
            memory,
            position,
            resumed,
            hold,
        } = taken.begin(&belongings, &plan.start, &unknown, clock())?;
        note_window(resumed, plan.has_window, &position, clock());
        let work = Work::new(Parts {
            destinations,
            files,
            selection: Selection::new(plan.condition, plan.shape, plan.rules),
            limit: plan.limit,
            memory,
            letters,
            view: plan.view,
            clock,
        });
        Ok(Session {
            pipeline: Pipeline::new(work, joins, sender.halt),
            position,
            client,
            feed: plan.feed,
            name,
            pace: plan.pace,
            started,
            hold,
        })
    }
}

impl Session {
    /// Sends statuses back that rules give.
    #[must_use]
    pub(crate) fn sending_back(mut self, back: SendBack) -> Self {
        self.pipeline = self.pipeline.sending_back(back);
        self
    }

    /// Whether it polls more than once.
    pub(crate) fn follows(&self) -> bool {
        self.pace != Pace::ONCE
    }

    /// Runs the feed and closes the destinations. `line` shows people how it is doing.
    pub(crate) async fn run(
        mut self,
        source: &mut impl Feed,
        stop: impl Future<Output = ()>,
        line: Option<Line>,
        clock: fn() -> jiff::Timestamp,
    ) -> Outcome {
        let mut watcher = Live::new(line, clock);
        let client = &self.client;
        let watch = |moment: Moment<'_>| {
            // Whoever follows outlasts what a single poll does not.
            if let Moment::Failed(_) = moment {
                client.reopen();
            }
            watcher.watch(moment);
        };
        let ended = run(source, &mut self.pipeline, self.pace, stop, watch).await;
        drop(watcher);
        let (totals, mark) = (self.pipeline.totals(), self.pipeline.mark());
        let closed = self.pipeline.close(matches!(ended, Ok(Ended::Done)));
        let checkpoint = self.name.as_ref().map(|name| (name.as_str(), mark));
        let line = totals.line(
            self.feed,
            self.client.requests_sent(),
            self.started.elapsed(),
            checkpoint,
        );
        Outcome {
            ended,
            closed,
            totals,
            line,
        }
    }
}
