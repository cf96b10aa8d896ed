//! A run of a feed: its checkpoint taken, its destinations opened, its pages read, its
//! summary told.

use std::io::Write;
use std::num::NonZeroUsize;
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
#[cfg(feature = "postgres")]
use crate::deliver::{patience, state_target};
use crate::model::error::Error;
use crate::output::Shape;
use crate::output::jq::Filter;
use crate::output::row::View;
#[cfg(feature = "postgres")]
use crate::postgres::{Database, Patience};
#[cfg(feature = "postgres")]
use crate::state::checkpoint::Checkpoints;
use crate::state::checkpoint::{Belongings, CheckpointName, Hold, Remembered};
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
    /// Deliveries at once.
    pub in_flight: NonZeroUsize,
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
    halt: Halt,
}

/// A run that is ready to ask.
pub(crate) struct Session {
    pipeline: Pipeline,
    /// Where it goes on.
    pub(crate) position: Position,
    client: Client,
    /// Requests that the client had sent for others before.
    sent_before: u64,
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
    pub(crate) async fn position(
        &self,
        own: Own<'_>,
        network: &Network,
    ) -> Result<Position, Error> {
        let now = (network.clock)();
        #[cfg(feature = "postgres")]
        if let Some((database, name)) =
            self.keeper(own, patience(network, None, Halt::default()))?
        {
            let found = super::shared::peek(database, name, &self.belongings(), now).await?;
            return Ok(found.unwrap_or_else(|| self.start.clone()));
        }
        #[cfg(not(feature = "postgres"))]
        std::future::ready(()).await;
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
        network: &Network,
        stop: impl Future<Output = ()>,
    ) -> Result<Option<Begin>, Error> {
        let started = Instant::now();
        let belongings = self.belongings();
        let name = self.checkpoint.as_ref();
        let keeps_files = self.destinations.keep_a_file();
        let halt = Halt::default();
        if let Some(mirror) = self.destinations.mirror() {
            let now = (network.clock)();
            let taken = super::mirrored::take_up(mirror.writer(), &belongings, &self.start, now)?;
            return Ok(Some(Begin {
                plan: self,
                belongings,
                taken: Taken::mirrored(taken),
                started,
                halt,
            }));
        }
        #[cfg(feature = "postgres")]
        let mut stop = std::pin::pin!(stop);
        #[cfg(feature = "postgres")]
        {
            let shared = self.begin_shared(own, network, &halt, &belongings);
            let taken = tokio::select! {
                biased;
                () = &mut stop => return Ok(None),
                taken = shared => taken?,
            };
            if let Some(taken) = taken {
                return Ok(Some(Begin {
                    plan: self,
                    belongings,
                    taken,
                    started,
                    halt,
                }));
            }
        }
        #[cfg(not(feature = "postgres"))]
        let _ = network;
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
            halt,
        }))
    }

    /// Takes a checkpoint up that is kept beside the records, and looks whether the other
    /// tables are there. None where no database keeps the checkpoint.
    #[cfg(feature = "postgres")]
    async fn begin_shared(
        &self,
        own: Own<'_>,
        network: &Network,
        halt: &Halt,
        belongings: &Belongings,
    ) -> Result<Option<Taken>, Error> {
        let patience = patience(network, self.persistence(), halt.clone());
        for table in self.destinations.tables() {
            table.database(patience.clone()).check_tables().await?;
        }
        let Some((database, name)) = self.keeper(own, patience)? else {
            return Ok(None);
        };
        let files = if self.destinations.keep_a_file() || self.destinations.writes_file() {
            Some(Checkpoints::open(own.settings.directories.state()?)?)
        } else {
            None
        };
        // Who follows stands by until the other run ends.
        let wait = match self.wait_lock {
            None if self.pace.polls.is_none() => None,
            wait => Some(wait.unwrap_or_default()),
        };
        let wish = super::shared::Wish {
            name,
            belongings,
            start: &self.start,
            wait,
            files,
            clock: network.clock,
        };
        let taken = super::shared::take_up(database, wish).await?;
        Ok(Some(Taken::shared(taken)))
    }

    /// The database that keeps the checkpoint: the one that the records go to, so that
    /// both are committed together, else the one of the state. None where this machine
    /// keeps it.
    #[cfg(feature = "postgres")]
    fn keeper(
        &self,
        own: Own<'_>,
        patience: Patience,
    ) -> Result<Option<(Database, &CheckpointName)>, Error> {
        let Some(name) = &self.checkpoint else {
            return Ok(None);
        };
        if let Some(table) = self.destinations.table() {
            return Ok(Some((table.database(patience), name)));
        }
        let target = state_target(own.settings)?;
        Ok(target.map(|target| (Database::new(target, patience), name)))
    }

    /// What a run that never ends waits before it tries again; a run that ends fails.
    fn persistence(&self) -> Option<Duration> {
        self.pace.polls.is_none().then_some(self.pace.interval)
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
            halt,
        } = self;
        let clock = network.clock;
        let persistence = plan.persistence();
        let name = plan.checkpoint;
        let sender = Sender {
            feed: plan.feed,
            checkpoint: name.clone(),
            persistence,
            halt,
            clock,
        };
        // A checkpoint that knows no file was told to take what is there.
        let appends = plan.appends || taken.is_known();
        let opener = match taken.store() {
            Some(store) => {
                let opener = Opener::new(own, store, appends, plan.wait_lock)?;
                #[cfg(feature = "postgres")]
                let opener = opener.knowing(taken.shared_file());
                Some(opener)
            }
            None => None,
        };
        let mut opening = Opening {
            sender: &sender,
            own,
            network,
            opener,
            #[cfg(feature = "postgres")]
            shared: taken.shared.as_ref().map(|taken| {
                let shared = &taken.shared;
                (shared.sharing(), shared.target().clone())
            }),
            stdout,
        };
        let joins = plan.rules.is_none() && plan.destinations.can_take_back(name.is_some());
        // A run that only prints remembers nothing, and nothing of the mirror is sent
        // again: the next line about an indicator is as good.
        let delivers = plan.destinations.delivery.is_some() && plan.destinations.mirror().is_none();
        let keeps = name.is_some() || delivers;
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
            sent_before: client.requests_sent(),
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

    /// All that its checkpoint remembers, for feeds that ask for more only of what is
    /// new.
    ///
    /// # Errors
    /// State that can't be read.
    pub(crate) async fn remembered(&mut self) -> Result<Remembered, Error> {
        let remembered = self.pipeline.remembered().await;
        Ok(remembered.map_err(FeedError::from)?)
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
        let closed = self.pipeline.close(matches!(ended, Ok(Ended::Done))).await;
        let checkpoint = self.name.as_ref().map(|name| (name.as_str(), mark));
        let line = totals.line(
            self.feed,
            self.client.requests_sent() - self.sent_before,
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
