//! Where records go, as the options and the configuration file have it: checked before
//! anybody is asked, opened when the run begins.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use super::delivery::{Delivery, Receiver, Sender};
use super::destinations::{Destinations, Taker};
use super::letters::Addressed;
use super::mirror::Mirror;
use super::output::MainOutput;
use super::ownership::Opener;
#[cfg(feature = "postgres")]
use super::postgres::{self, Table};
use super::trial::{self, Trial};
use super::{elasticsearch, file, sentinel, splunk, syslog, webhook};
use futures::future::LocalBoxFuture;

use crate::client::Egress;
use crate::client::retry::Policy;
use crate::model::error::Error;
use crate::output::Output;
use crate::settings::{SinkSection, Sinks};
use crate::state::checkpoint::{DestinationId, DestinationIds, FileOwner};
use crate::state::dead_letters::{Addressee, DeadLetters};

/// A kind of sink: `[sinks.NAME] kind = "…"`.
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// Reads its section of the configuration file, and refuses keys that nobody reads.
    pub(super) read: fn(&SinkSection<'_>) -> Result<Destination, Error>,
}

/// Every kind of sink. One more is a file that reads its section and delivers, and a
/// line here.
const KINDS: &[Kind] = &[
    webhook::KIND,
    file::KIND,
    elasticsearch::KIND,
    splunk::KIND,
    sentinel::KIND,
    syslog::KIND,
    #[cfg(feature = "postgres")]
    postgres::KIND,
];

/// Where records go.
pub(crate) enum Destination {
    /// Standard output, or what `-o` names, in the format of the run.
    Output(Box<MainOutput>),
    /// A file of a sink, to which JSON lines are appended.
    File {
        /// The name of the sink.
        sink: String,
        /// The file.
        path: PathBuf,
    },
    /// A destination that answers.
    Answering(Box<dyn Answering>),
    /// A table, whose database may keep the checkpoint as well.
    #[cfg(feature = "postgres")]
    Table(Box<Table>),
    /// The mirror, which keeps the checkpoint as well.
    Mirror(Mirror),
}

/// A destination that answers, with all that it needs.
pub(crate) trait Answering {
    /// What a checkpoint knows it by.
    fn id(&self) -> DestinationId;

    /// What a dead letter says of it: what it needs besides the records, without any
    /// secret.
    fn addressee(&self) -> Addressee;

    /// How the records of a delivery make one body, by its name in dead letters.
    fn form(&self) -> &'static str;

    /// The most records of one delivery.
    fn most(&self) -> NonZeroUsize;

    /// Opens it; nothing is sent yet. `form` is that of a dead letter, which is
    /// delivered as it was.
    ///
    /// # Errors
    /// Usage: it can't be called as it is described.
    fn open(&self, form: Option<&str>, network: &Network) -> Result<Box<dyn Receiver>, Error>;

    /// Creates what it needs at the other side; what was done, in a sentence.
    ///
    /// # Errors
    /// What the other side says.
    fn init<'a>(&'a self, _: &'a Network) -> LocalBoxFuture<'a, Result<String, Error>> {
        Box::pin(async { Ok(NOTHING_TO_CREATE.to_owned()) })
    }

    /// Tries whether records would be taken.
    fn test<'a>(&'a self, network: &'a Network) -> LocalBoxFuture<'a, Vec<Trial>> {
        Box::pin(async { vec![trial::deliver(self.open(None, network)).await] })
    }
}

/// What is said where a destination needs nothing at the other side.
pub(super) const NOTHING_TO_CREATE: &str = "a sink of this kind needs nothing created";

/// The way to destinations that are reached over the network.
pub(crate) struct Network {
    /// The way out of this machine.
    pub egress: Egress,
    /// How patient to be.
    pub policy: Policy,
    /// Deliveries at once.
    pub in_flight: NonZeroUsize,
    /// What time it is.
    pub clock: fn() -> jiff::Timestamp,
}

/// What destinations are opened with.
pub(crate) struct Opening<'a> {
    /// Whose records they are.
    pub sender: &'a Sender,
    /// Where the state directory is, and which files are the program's own.
    pub own: super::ownership::Own<'a>,
    /// The way to those that answer.
    pub network: &'a Network,
    /// Opens files whose length the state keeps; none where the run has no such file.
    pub opener: Option<Opener>,
    /// The database that the checkpoint is kept in, and what shares its transaction.
    #[cfg(feature = "postgres")]
    pub shared: Option<(crate::postgres::Sharing, crate::postgres::Target)>,
    /// Standard output, for what is written there.
    pub stdout: Box<dyn Write + Send>,
}

impl Destination {
    /// The sink of a name.
    ///
    /// # Errors
    /// Usage: there is no such sink, or something is wrong with it.
    pub(crate) fn named(name: &str, sinks: &Sinks) -> Result<Self, Error> {
        let Some(section) = sinks.section(name)? else {
            let hint = match &sinks.names()[..] {
                [] => {
                    format!("the configuration file names sinks, in sections like [sinks.{name}]")
                }
                names => format!("the configuration file has {}", names.join(", ")),
            };
            return Err(Error::usage(format!("there is no sink `{name}`")).hint(hint));
        };
        let names: Vec<&'static str> = KINDS.iter().map(|kind| kind.name).collect();
        let kind = section.kind(&names)?;
        let kind = KINDS.iter().find(|one| one.name == kind);
        let kind = kind.expect("a kind that was checked");
        (kind.read)(&section)
    }

    /// What a checkpoint knows it by.
    pub(crate) fn id(&self) -> DestinationId {
        match self {
            Self::Output(output) => output.id(),
            Self::File { sink, .. } => DestinationId::Sink { name: sink.clone() },
            Self::Answering(answering) => answering.id(),
            #[cfg(feature = "postgres")]
            Self::Table(table) => table.id(),
            Self::Mirror(_) => Mirror::id(),
        }
    }

    /// Whether it is the file of a sink, of which the state keeps count even without a
    /// checkpoint.
    pub(crate) fn is_file_of_sink(&self) -> bool {
        matches!(self, Self::File { .. })
    }

    /// Whether its records wait until they are committed: a table, or the mirror.
    fn waits(&self) -> bool {
        match self {
            Self::Mirror(_) => true,
            #[cfg(feature = "postgres")]
            Self::Table(_) => true,
            _ => false,
        }
    }

    /// What of it nothing may show.
    pub(crate) fn secret(&self) -> Option<&str> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Table(table) => table.password(),
            _ => None,
        }
    }

    /// Creates what it needs at the other side; what was done, in a sentence.
    ///
    /// # Errors
    /// Usage, where there is nothing that could be created; what the other side says.
    pub(crate) async fn init(&self, network: &Network) -> Result<String, Error> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Table(table) => table.init().await,
            Self::Answering(answering) => answering.init(network).await,
            _ => Ok(NOTHING_TO_CREATE.to_owned()),
        }
    }

    /// Tries whether records would be taken.
    pub(crate) async fn test(&self, network: &Network) -> Vec<Trial> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Table(table) => table.test().await,
            Self::Answering(answering) => answering.test(network).await,
            Self::File { path, .. } => vec![file::test(path)],
            Self::Output(_) | Self::Mirror(_) => Vec::new(),
        }
    }

    /// What a dead letter says of it.
    fn addressed(&self, sender: &Sender) -> Addressed {
        let scope = sender.scope();
        match self {
            Self::Answering(answering) => Addressed {
                scope,
                to: Some(answering.addressee()),
                form: Some(answering.form()),
                output: None,
            },
            _ => Addressed {
                scope,
                output: Some(self.id().to_string()),
                ..Addressed::default()
            },
        }
    }

    fn open(&self, with: &mut Opening<'_>) -> Result<Taker, Error> {
        match self {
            Self::Output(output) => {
                let stdout = std::mem::replace(&mut with.stdout, Box::new(std::io::sink()));
                let owner = with.sender.checkpoint.clone().map(FileOwner::Checkpoint);
                let keeper = owner.zip(with.opener.as_mut());
                Ok(Taker::Output(Box::new(
                    output.open(with.own, keeper, stdout)?,
                )))
            }
            Self::File { sink, path } => {
                let opener = with
                    .opener
                    .as_mut()
                    .expect("whoever has a file has an opener");
                let owner = FileOwner::Sink(sink.clone());
                let file = opener.open(with.own, owner, path)?;
                Ok(Taker::Output(Box::new(Output::lines(
                    "ingest",
                    Box::new(file),
                )?)))
            }
            Self::Answering(answering) => Ok(Taker::Delivery(Box::new(Delivery::new(
                answering.open(None, with.network)?,
                answering.most(),
                with.network.in_flight,
                with.sender.clone(),
                answering.addressee(),
                dead_letters(with.own, with.sender)?,
            )))),
            #[cfg(feature = "postgres")]
            Self::Table(table) => {
                let shared = with.shared.as_ref();
                let open = table.open(with.sender, with.network, shared);
                Ok(Taker::Table(Box::new(open)))
            }
            Self::Mirror(mirror) => Ok(Taker::Mirror(mirror.clone())),
        }
    }
}

/// The dead letters of the run's checkpoint, or of its feed.
pub(crate) fn dead_letters(
    own: super::ownership::Own<'_>,
    sender: &Sender,
) -> Result<DeadLetters, Error> {
    let feed = || sender.feed.parse().expect("a feed's name is a name");
    let name = sender.checkpoint.clone().unwrap_or_else(feed);
    Ok(DeadLetters::of(own.settings.directories.state()?, &name))
}

/// Where the records of a run are to go.
pub(crate) struct Chosen {
    /// What gets every record delivered.
    pub delivery: Option<Destination>,
    /// What is written, instead of a delivery or beside it.
    pub output: Option<MainOutput>,
    /// The sinks that rules route to, by their names.
    pub routed: Vec<(String, Destination)>,
}

impl Chosen {
    /// What a checkpoint knows them by. Rules may change, so sinks that they name are
    /// none of it.
    pub(crate) fn ids(&self) -> DestinationIds {
        DestinationIds {
            delivery: self.delivery.as_ref().map(Destination::id),
            output: self.output.as_ref().map(MainOutput::id),
        }
    }

    /// Whether the state keeps count of a file even without a checkpoint.
    pub(crate) fn keep_a_file(&self) -> bool {
        let routed = self.routed.iter().map(|(_, sink)| sink);
        self.delivery
            .iter()
            .chain(routed)
            .any(Destination::is_file_of_sink)
    }

    /// Whether records that are not committed can all be taken back: what was sent, or
    /// went into a pipe, can't.
    pub(crate) fn can_take_back(&self, has_checkpoint: bool) -> bool {
        let writes_file = self.output.as_ref().is_some_and(MainOutput::is_file);
        let delivery = self.delivery.as_ref();
        let written = delivery.is_some_and(Destination::waits) && self.output.is_none();
        written
            || (delivery.is_none() && self.routed.is_empty() && (writes_file || !has_checkpoint))
    }

    /// The mirror that is filled.
    pub(crate) fn mirror(&self) -> Option<&Mirror> {
        match &self.delivery {
            Some(Destination::Mirror(mirror)) => Some(mirror),
            _ => None,
        }
    }

    /// The table whose database keeps the checkpoint.
    #[cfg(feature = "postgres")]
    pub(crate) fn table(&self) -> Option<&Table> {
        match &self.delivery {
            Some(Destination::Table(table)) => Some(table),
            _ => None,
        }
    }

    /// The tables that records go to in transactions of their own.
    #[cfg(feature = "postgres")]
    pub(crate) fn tables(&self) -> impl Iterator<Item = &Table> {
        let routed = self.routed.iter().map(|(_, sink)| sink);
        self.delivery
            .iter()
            .chain(routed)
            .filter_map(|sink| match sink {
                Destination::Table(table) => Some(&**table),
                _ => None,
            })
    }

    /// The file that `-o` names, if it is one.
    pub(crate) fn writes_file(&self) -> bool {
        self.output.as_ref().is_some_and(MainOutput::is_file)
    }

    /// Opens them, those of rules last. What answers stands before a file among the
    /// main ones.
    ///
    /// # Errors
    /// Usage, or a file that can't be written.
    pub(crate) fn open(self, with: &mut Opening<'_>) -> Result<Destinations, Error> {
        let mut open = Destinations::default();
        let output = self
            .output
            .map(|output| Destination::Output(Box::new(output)));
        for destination in self.delivery.into_iter().chain(output) {
            open = open.with(destination.open(with)?, destination.addressed(with.sender));
        }
        for (name, sink) in self.routed {
            open = open.with_sink(name, sink.open(with)?, sink.addressed(with.sender));
        }
        Ok(open)
    }
}
