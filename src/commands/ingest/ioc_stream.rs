//! `gti ingest ioc-stream`.

use clap::{Args, ValueEnum};

use super::options::IngestOptions;
use super::session::{About, by_time};
use crate::client::endpoints::ioc_stream::Notifications;
use crate::commands::context::{Context, Whose};
use crate::feed::Sweep;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Members, Subject, row};

/// Notifications of hunting rules and subscriptions
///
/// Each record is a file, URL, domain or IP address as the service sends it, with
/// the notification among its context attributes, oldest first.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct IocStreamArgs {
    /// More terms for the service's filter, sent as they are
    #[arg(long, value_name = "RAW")]
    filter: Option<String>,
    /// Type of the object
    #[arg(short = 't', long, alias = "type", value_name = "TYPE")]
    entity_type: Option<EntityType>,
    /// What the notification comes from
    #[arg(long, value_name = "ORIGIN")]
    origin: Option<Origin>,
    /// Type of its source: `threat_profile`, collection, `hunting_ruleset`,
    /// `retrohunt_job`, `threat_actor` …
    #[arg(long, value_name = "TYPE")]
    source_type: Option<String>,
    /// Id of its source: a ruleset, a collection, a threat actor
    #[arg(long, value_name = "ID")]
    source_id: Option<String>,
    /// Tag of the notification: the name of a rule, for example
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// Only id and type of each object
    #[arg(long)]
    descriptors_only: bool,
    #[command(flatten)]
    options: IngestOptions,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum EntityType {
    File,
    Domain,
    Url,
    IpAddress,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Origin {
    Hunting,
    Subscriptions,
}

const EXAMPLES: &str = "\
Examples:
  gti ingest ioc-stream --since 24h --jq '{type, id}'
  gti ingest ioc-stream --checkpoint soc -o stream.jsonl            (from cron)
  gti ingest ioc-stream --checkpoint live --follow --interval 30s
  gti ingest ioc-stream --entity-type file --tag my_rule --since 7d
  gti ingest ioc-stream --checkpoint soar --webhook https://soar.example/hook \\
      --webhook-secret-file soar.secret --webhook-body '{title: .id, kind: .type}'
  gti ingest ioc-stream --checkpoint siem --sink splunk   (named in the configuration file)
  gti --sandbox ingest ioc-stream --since 1h   (simulated data, no key needed)";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "ingest ioc-stream",
    columns: Columns(&[
        "time",
        "type",
        "value",
        "file_name",
        "verdict",
        "severity",
        "threat_score",
        "context_attributes.origin",
        "tags",
        "sources",
        "id",
        "context_attributes.notification_id",
    ]),
    members: Members::Object,
    single: false,
    subject: Subject::Indicators,
};

impl IocStreamArgs {
    fn notifications(&self) -> Notifications {
        let named = |value: Option<String>| value.filter(|value| !value.is_empty());
        let typed = |value: Option<String>, term: &str| {
            named(value).map(|value| {
                if value.contains(char::is_whitespace) {
                    format!("{term}:\"{value}\"")
                } else {
                    format!("{term}:{value}")
                }
            })
        };
        let terms = [
            self.filter.as_deref().map(|raw| raw.trim().to_owned()),
            typed(value_name(self.entity_type), "entity_type"),
            typed(value_name(self.origin), "origin"),
            typed(self.source_type.clone(), "source_type"),
            typed(self.source_id.clone(), "source_id"),
            typed(self.tag.clone(), "notification_tag"),
        ];
        Notifications {
            filter: terms.into_iter().flatten().collect::<Vec<_>>().join(" "),
            descriptors_only: self.descriptors_only,
        }
    }
}

fn value_name<V: ValueEnum>(value: Option<V>) -> Option<String> {
    let value = value?.to_possible_value()?;
    Some(value.get_name().to_owned())
}

pub(super) async fn run(args: IocStreamArgs, cx: &mut Context) -> Result<Exit, Error> {
    let wanted = args.notifications();
    let options = &args.options;
    let window = options.window((cx.clock)())?;
    let filters = match (wanted.filter.as_str(), wanted.descriptors_only) {
        (filter, false) => filter.to_owned(),
        ("", true) => "descriptors-only".to_owned(),
        (filter, true) => format!("{filter} descriptors-only"),
    };
    let about = About {
        feed: "ioc-stream",
        whose: Whose::Api,
        filters,
        layout: LAYOUT,
        view: row::object,
    };
    by_time(cx, about, Sweep::over(&window), options, wanted, None).await
}
