//! The answer to one input of `gti widget`: an address to show in a frame.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};
use url::{Host, Url};

use crate::bulk::{Answer, Fate, Job, Note, Outcome, Status};
use crate::client::Client;
use crate::client::endpoints::indicators::{Place, Selection};
use crate::client::endpoints::widgets::{LIFETIME, Theme, Widget};
use crate::model::error::{Error, ErrorKind};
use crate::model::indicator::{Indicator, Kind};
use crate::model::report::JudgedReport;
use crate::model::time::rfc3339;
use crate::model::verdict::Judgement;

/// The answer to one input.
#[derive(Debug, Clone)]
pub(crate) struct WidgetRecord {
    /// The input as given.
    pub ioc: String,
    /// What was recognised in it.
    pub kind: Option<Kind>,
    /// What came of it.
    pub outcome: Outcome<Given>,
}

/// A widget that the service gave.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    /// Its address as sent: the service has one for what it does not know, too.
    pub sent: Option<String>,
    /// The address as a browser reads it: https, or http to loopback.
    pub url: Option<Url>,
    /// Whether the service knows the indicator.
    pub found: bool,
    /// Until when the address is good.
    pub expires_at: Option<Timestamp>,
    /// The verdict, where it was asked for and could be had.
    pub judgement: Option<Judgement>,
}

/// How widgets are asked for.
#[derive(Debug)]
pub(crate) struct Widgets {
    /// The colours.
    pub theme: Theme,
    /// What every input is taken for.
    pub kind: Option<Kind>,
    /// Whether the verdict on each is asked for too: one more request.
    pub verdicts: bool,
}

impl Job for Widgets {
    type Input = String;
    type Record = WidgetRecord;

    async fn answer(
        &self,
        client: &Client,
        ioc: String,
        _: &Note<'_, WidgetRecord>,
    ) -> WidgetRecord {
        let indicator = match Indicator::asked(&ioc, self.kind) {
            Ok(indicator) => indicator,
            Err(invalid) => {
                return WidgetRecord {
                    ioc,
                    kind: None,
                    outcome: Outcome::invalid(invalid.to_string()),
                };
            }
        };
        let outcome = match indicator.scope() {
            Some(scope) => Outcome::Skipped(scope),
            None => match client.widget(&indicator, &self.theme).await {
                Ok(widget) => {
                    let mut outcome = given(widget);
                    if let Outcome::Done(given) = &mut outcome
                        && self.verdicts
                        && given.found
                    {
                        given.judgement = judgement(client, &indicator).await;
                    }
                    outcome
                }
                Err(error) => Err(error).into(),
            },
        };
        WidgetRecord {
            ioc,
            kind: Some(indicator.kind()),
            outcome,
        }
    }
}

/// The verdict on an indicator. A page without it is still a page.
async fn judgement(client: &Client, indicator: &Indicator) -> Option<Judgement> {
    let id = indicator.id();
    let place = Place {
        collection: indicator.kind().collection(),
        id: &id,
    };
    let selection = Selection {
        attributes: Some("gti_assessment,last_analysis_stats".to_owned()),
        ..Selection::default()
    };
    let report = client.report::<JudgedReport>(place, &selection).await;
    let read = report.and_then(|(_, decoded)| decoded.judgement().map_err(Error::unreadable));
    read.inspect_err(|error| tracing::warn!("no verdict on {}: {error}", indicator.value()))
        .ok()
}

fn given(widget: Widget) -> Outcome<Given> {
    let Widget {
        url: sent,
        found,
        fetched_at,
    } = widget;
    let url = sent.as_deref().and_then(framed);
    // What is known has an address that can be shown; without one, or with one
    // that runs a script, the answer is none.
    if url.is_none() && (found || sent.is_some()) {
        let sent = sent.map_or_else(|| "nothing".to_owned(), |sent| format!("`{sent}`"));
        let problem = Error::new(
            ErrorKind::Decode,
            format!("the service sent {sent} instead of an https address"),
        );
        return Outcome::Failed(Status::Error, problem);
    }
    let expires_at = Timestamp::from_second(fetched_at.as_second() + LIFETIME).ok();
    Outcome::Done(Given {
        expires_at: expires_at.filter(|_| url.is_some()),
        judgement: None,
        sent,
        url,
        found,
    })
}

/// The address, if a page may show it in a frame and a browser may open it.
fn framed(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let safe = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => match url.host()? {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => IpAddr::from(address).is_loopback(),
            Host::Ipv6(address) => IpAddr::from(address).is_loopback(),
        },
        _ => false,
    };
    let bare = url.username().is_empty() && url.password().is_none();
    (safe && bare).then_some(url)
}

impl WidgetRecord {
    /// How the input fared: there is a widget for what is not known, too.
    pub(crate) fn status(&self) -> Status {
        match &self.outcome {
            Outcome::Done(given) if !given.found => Status::NotFound,
            outcome => outcome.status(),
        }
    }

    /// The widget, if the service gave one.
    pub(crate) fn given(&self) -> Option<&Given> {
        self.outcome.done()
    }
}

impl Answer for WidgetRecord {
    fn fate(&self) -> Fate<'_> {
        match self.status() {
            Status::NotFound => Fate::NotFound,
            _ => self.outcome.fate(),
        }
    }
}

impl Serialize for WidgetRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let given = self.given();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("ioc", &self.ioc)?;
        map.serialize_entry("type", &self.kind.map(Kind::name))?;
        map.serialize_entry("status", self.status().name())?;
        map.serialize_entry("url", &given.and_then(|given| given.sent.as_deref()))?;
        let found = match self.status() {
            Status::Ok => Some(true),
            Status::NotFound => Some(false),
            _ => None,
        };
        map.serialize_entry("found", &found)?;
        let expires_at = given.and_then(|given| given.expires_at).map(rfc3339);
        map.serialize_entry("expires_at", &expires_at)?;
        match &self.outcome {
            Outcome::Done(_) => {}
            Outcome::Skipped(reason) => map.serialize_entry("reason", reason)?,
            Outcome::Failed(_, problem) => map.serialize_entry("error", problem)?,
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_a_page_may_show_are_framed() {
        for (text, framed_as) in [
            (
                "https://www.example.org/w/t",
                Some("https://www.example.org/w/t"),
            ),
            ("http://127.0.0.1:8080/w", Some("http://127.0.0.1:8080/w")),
            ("http://[::1]/w", Some("http://[::1]/w")),
            (
                "https://www.example.org/\"><script>alert(1)</script>",
                Some("https://www.example.org/%22%3E%3Cscript%3Ealert(1)%3C/script%3E"),
            ),
            ("http://www.example.org/w", None),
            ("http://127.0.0.1.example.org/w", None),
            ("https://user:word@www.example.org/w", None),
            ("javascript:alert(1)", None),
            ("data:text/html,<script>alert(1)</script>", None),
            ("//www.example.org/w", None),
            ("", None),
        ] {
            let url = framed(text);
            assert_eq!(url.as_ref().map(Url::as_str), framed_as, "{text}");
        }
    }

    #[test]
    fn three_days_and_not_a_second_more() {
        let widget = |found, url: Option<&str>| Widget {
            url: url.map(str::to_owned),
            found,
            fetched_at: "2026-01-02T03:04:05Z".parse().expect("a time"),
        };
        let record = |widget| {
            let record = WidgetRecord {
                ioc: "evil.example".to_owned(),
                kind: Some(Kind::Domain),
                outcome: given(widget),
            };
            serde_json::to_string(&record).expect("JSON")
        };
        let url = "https://www.example.org/w";
        assert_eq!(
            record(widget(true, Some(url))),
            r#"{"ioc":"evil.example","type":"domain","status":"ok","url":"https://www.example.org/w","found":true,"expires_at":"2026-01-05T03:04:05Z"}"#
        );
        assert_eq!(
            record(widget(false, None)),
            r#"{"ioc":"evil.example","type":"domain","status":"not_found","url":null,"found":false,"expires_at":null}"#
        );
        for odd in [widget(true, None), widget(false, Some("javascript:1"))] {
            assert!(record(odd).contains(r#""status":"error","url":null"#));
        }
    }
}
