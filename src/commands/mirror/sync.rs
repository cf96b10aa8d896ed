//! `gti mirror sync`.

use std::io;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clap::Args;

use super::{aside, before, status, writer};
use crate::client::Client;
use crate::client::endpoints::ioc_stream::Notifications;
use crate::client::endpoints::threat_lists::Entries;
use crate::commands::context::{Context, Whose};
use crate::commands::ingest::session;
use crate::commands::ingest::threat_list::check_granted;
use crate::deliver::{Chosen, Destination, Mirror};
use crate::feed::sources::ByTime;
use crate::feed::sources::deltas::{Archives, Deltas, TYPES};
use crate::feed::sources::hourly::{Packages, Selection};
use crate::feed::sources::threat_list::{Lists, ThreatList};
use crate::feed::{Hour, Hours, Pace, Plan, Position, Session, Sweep, When, Window};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::time::parse_duration;
use crate::output::{Shape, row};
use crate::state::mirror::Writer;

/// Fill the mirror from feeds: what is new since the last time
///
/// Without an option that names feeds, it reads the deltas and every threat list
/// that the licence grants. A run that is killed at any instant leaves the mirror
/// whole, and the next one goes on where it stands.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SyncArgs {
    /// Read the deltas: indicators that were created or changed
    #[arg(long)]
    deltas: bool,
    /// Read these threat lists (a,b)
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        conflicts_with = "all_provisioned"
    )]
    lists: Vec<String>,
    /// Read every threat list that the licence grants
    #[arg(long)]
    all_provisioned: bool,
    /// Read the stream of notifications
    #[arg(long)]
    stream: bool,
    /// Where a feed begins that the mirror has nothing of: a time ago (24h, 7d), or
    /// RFC 3339 [default: 24h]
    #[arg(long, value_name = "WHEN")]
    since: Option<When>,
    /// Remove what no feed has told of for so long: 90d
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    keep: Option<Duration>,
}

const EXAMPLES: &str = "\
Examples:
  gti mirror sync --keep 90d                       (hourly, from cron)
  gti mirror sync --lists ransomware,malware --since 7d
  gti mirror sync --deltas --stream
  gti --sandbox mirror sync --lists ransomware     (simulated data, no key needed)";

/// How far the stream is looked back for late notifications.
const OVERLAP: Duration = Duration::from_mins(15);

/// A feed that the mirror is filled from.
enum Source {
    Deltas,
    /// Threat lists; all that the licence grants where none is named.
    Lists(Vec<String>),
    Stream,
}

impl SyncArgs {
    fn sources(&self) -> Vec<Source> {
        let named = self.deltas || !self.lists.is_empty() || self.all_provisioned || self.stream;
        let deltas = self.deltas || !named;
        let lists = self.all_provisioned || !self.lists.is_empty() || !named;
        let sources = [
            deltas.then_some(Source::Deltas),
            lists.then(|| Source::Lists(self.lists.clone())),
            self.stream.then_some(Source::Stream),
        ];
        sources.into_iter().flatten().collect()
    }
}

/// Runs the command.
pub(super) async fn run(args: SyncArgs, cx: &mut Context) -> Result<Exit, Error> {
    let now = (cx.clock)();
    let window = Window::new(args.since, None, now)?;
    check_granted(&args.lists, cx).await?;
    let writer = writer(cx)?;
    let client = cx.client(None)?;
    let mut failure: Option<Error> = None;
    let mut worst = Exit::Done;
    for source in args.sources() {
        let read = source.read(&client, &writer, &window, cx);
        match Box::pin(read).await {
            Ok(Exit::Done) => {}
            Ok(exit @ (Exit::Interrupted | Exit::Terminated)) => return Ok(exit),
            Ok(exit) => worst = exit,
            // A feed that fails leaves the others their turn.
            Err(error) => {
                if let Some(earlier) = failure.replace(error) {
                    cx.ui.error(&earlier);
                }
            }
        }
    }
    if let Some(keep) = args.keep {
        let writer = Arc::clone(&writer);
        let removed = aside(move || {
            let mut writer = writer.lock().expect("nobody panics with it");
            Ok(writer.prune(before(now, keep), now)?)
        });
        let removed = removed.await?;
        if removed > 0 {
            cx.ui.note(&format!(
                "{removed} removed that no feed has told of since --keep"
            ));
        }
    }
    let filled = Arc::clone(&writer);
    aside(move || {
        let mut writer = filled.lock().expect("nobody panics with it");
        Ok(writer.keep_filter()?)
    })
    .await?;
    drop(writer);
    if let Some(failure) = failure {
        return Err(failure);
    }
    status::run(cx)?;
    Ok(worst)
}

impl Source {
    async fn read(
        self,
        client: &Client,
        writer: &Arc<Mutex<Writer>>,
        window: &Window,
        cx: &mut Context,
    ) -> Result<Exit, Error> {
        let first = Hour::of(window.since);
        match self {
            Self::Deltas => {
                let egress = cx.egress()?;
                let start = Position::Hours(Hours::default());
                let Some(session) = open("deltas", start, client, writer, cx).await? else {
                    return Ok(stopped(cx));
                };
                let archives = Archives {
                    client,
                    egress,
                    min_score: None,
                };
                let lists = TYPES.map(str::to_owned).to_vec();
                let selection = missing(lists, &session.position, first);
                let mut feed = Deltas::new(archives, selection, cx.clock);
                session::run(cx, session, &mut feed).await
            }
            Self::Lists(named) => {
                let start = Position::Hours(Hours::default());
                let Some(session) = open("threat-list", start, client, writer, cx).await? else {
                    return Ok(stopped(cx));
                };
                let named = if named.is_empty() {
                    let granted = client.threat_lists().await?;
                    granted.into_iter().map(|list| list.id).collect()
                } else {
                    named
                };
                let lists = Lists {
                    client,
                    wanted: Entries {
                        types: None,
                        query: None,
                    },
                };
                let selection = missing(named, &session.position, first);
                let mut feed = ThreatList::new(lists, selection, cx.clock);
                session::run(cx, session, &mut feed).await
            }
            Self::Stream => {
                let start = Sweep::over(window);
                let position = Position::Sweep(start.clone());
                let Some(session) = open("ioc-stream", position, client, writer, cx).await? else {
                    return Ok(stopped(cx));
                };
                let all = Notifications {
                    filter: String::new(),
                    descriptors_only: false,
                };
                let sweep = session.position.sweep().cloned().unwrap_or(start);
                let mut feed = ByTime::new(client, all, sweep, OVERLAP, cx.clock).ahead(true);
                session::run(cx, session, &mut feed).await
            }
        }
    }
}

/// Every package that the mirror does not have.
fn missing(lists: Vec<String>, position: &Position, first: Hour) -> Selection {
    let hours = match position {
        Position::Hours(hours) => hours.clone(),
        Position::Sweep(_) | Position::Changes(_) | Position::Kinds(_) => Hours::default(),
    };
    Selection {
        lists,
        packages: Packages::Missing {
            hours,
            first,
            last: None,
        },
        changes_only: false,
        may_stop_within: false,
    }
}

/// Opens a run that goes on where the mirror has the feed.
async fn open(
    feed: &'static str,
    start: Position,
    client: &Client,
    writer: &Arc<Mutex<Writer>>,
    cx: &mut Context,
) -> Result<Option<Session>, Error> {
    let plan = Plan {
        feed,
        filters: String::new(),
        service: cx.service_of(&Whose::Api),
        start,
        has_window: false,
        checkpoint: None,
        in_flight: NonZeroUsize::MIN,
        wait_lock: None,
        appends: false,
        pace: Pace::ONCE,
        limit: None,
        condition: None,
        shape: Shape::Raw,
        rules: None,
        destinations: Chosen {
            delivery: Some(Destination::Mirror(Mirror::new(Arc::clone(writer)))),
            output: None,
            routed: Vec::new(),
        },
        view: row::object,
    };
    let network = cx.network()?;
    let Some(begin) = plan.begin(cx.own(), &network, cx.signals.wait()).await? else {
        return Ok(None);
    };
    let session = begin.open(cx.own(), client.clone(), &network, Box::new(io::sink()))?;
    Ok(Some(session))
}

/// The exit code of a run that was stopped before a feed was read.
fn stopped(cx: &Context) -> Exit {
    cx.signals.seen().unwrap_or(Exit::Interrupted)
}
