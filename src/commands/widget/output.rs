//! How widgets leave the program: as records, as tags, as one page.

use std::cell::OnceCell;
use std::rc::Rc;

use url::Url;

use crate::bulk::{Outcome, RecordSink, Status};
use crate::commands::context::Context;
use crate::commands::members::lookups::WIDGET;
use crate::enrich::widget::WidgetRecord;
use crate::model::error::Error;
use crate::model::indicator::Kind;
use crate::model::time::rfc3339;
use crate::model::verdict::{Judgement, Verdict};
use crate::output::html::{Look, Section, iframe, page};
use crate::output::sink::Sink;
use crate::output::{self, Columns, Digest, Layout, Output, OutputError, Subject};
use crate::ui::style::{Style, Tone};

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "widget",
    columns: Columns(&[
        "ioc",
        "type",
        "status",
        "url",
        "found",
        "expires_at",
        "reason",
        "error.kind",
        "error.message",
    ]),
    members: WIDGET,
    single: false,
    subject: Subject::Program,
};

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Records,
    Tags,
    Page,
}

/// Where widgets go, and in which shape.
pub(super) struct Widgets {
    way: Way,
    first: First,
}

/// The first address that was given, for a browser.
pub(super) type First = Rc<OnceCell<Url>>;

enum Way {
    Records(Box<Output>),
    Tags(Box<dyn Sink>),
    /// Its policy names the origins of all frames, so it waits for the last one.
    Page {
        sink: Box<dyn Sink>,
        look: Look,
        widgets: Vec<WidgetRecord>,
    },
}

impl Widgets {
    pub(super) fn open(
        shape: Shape,
        look: Look,
        first: First,
        cx: &mut Context,
    ) -> Result<Self, Error> {
        let way = match shape {
            Shape::Records => Way::Records(Box::new(cx.output(LAYOUT)?)),
            Shape::Tags => Way::Tags(cx.sink()?),
            Shape::Page => Way::Page {
                sink: cx.sink()?,
                look,
                widgets: vec![],
            },
        };
        Ok(Self { way, first })
    }
}

impl RecordSink<WidgetRecord> for Widgets {
    fn record(&mut self, widget: &WidgetRecord) -> Result<(), OutputError> {
        if let Some(url) = widget.given().and_then(|given| given.url.as_ref()) {
            self.first.get_or_init(|| url.clone());
        }
        match &mut self.way {
            Way::Records(output) => output.record(widget)?,
            Way::Tags(sink) => {
                if let Some(url) = shown_url(widget) {
                    let tag = format!("{}\n", iframe(&widget.ioc, url));
                    sink.write(tag.as_bytes())?;
                } else {
                    tracing::warn!("no tag for {}: {}", widget.ioc, words(widget));
                }
            }
            Way::Page { widgets, .. } => widgets.push(widget.clone()),
        }
        Ok(())
    }

    fn rest(&mut self) -> Result<(), OutputError> {
        match &mut self.way {
            Way::Records(output) => output.rest(),
            Way::Tags(sink) => sink.flush(),
            Way::Page { .. } => Ok(()),
        }
    }

    /// Half a page is none.
    fn close(self: Box<Self>, complete: bool) -> Result<(), OutputError> {
        match self.way {
            Way::Records(output) if complete => output.finish(),
            Way::Records(output) => output.abandon(),
            Way::Tags(sink) if complete => sink.finish(),
            Way::Page {
                mut sink,
                look,
                widgets,
            } if complete => {
                let sections: Vec<Section<'_>> = widgets.iter().map(section).collect();
                sink.write(page(&sections, look).as_bytes())?;
                sink.finish()
            }
            Way::Tags(sink) | Way::Page { sink, .. } => sink.abandon(),
        }
    }
}

/// The address to show: there is one for what is not known, too, but nothing in it.
fn shown_url(widget: &WidgetRecord) -> Option<&Url> {
    let given = widget.given().filter(|given| given.found)?;
    given.url.as_ref()
}

/// How the input fared, for people.
fn words(widget: &WidgetRecord) -> String {
    match &widget.outcome {
        Outcome::Done(given) if given.found => match given.expires_at {
            Some(at) => format!("valid until {}", rfc3339(at)),
            None => "found".to_owned(),
        },
        Outcome::Done(_) | Outcome::Failed(Status::NotFound, _) => {
            "not known to Google Threat Intelligence".to_owned()
        }
        Outcome::Skipped(reason) => format!("not looked up: {reason} host"),
        Outcome::Failed(_, problem) => problem.message.clone(),
    }
}

fn section(widget: &WidgetRecord) -> Section<'_> {
    let kind = widget.kind.map_or("no indicator", Kind::name);
    let judgement = widget.given().and_then(|given| given.judgement.as_ref());
    Section {
        title: &widget.ioc,
        note: format!("{kind}, {}", words(widget)),
        verdict: judgement.map(told),
        is_bad: judgement
            .is_some_and(|it| matches!(it.verdict, Verdict::Malicious | Verdict::Suspicious)),
        frame: shown_url(widget),
    }
}

/// A verdict in words.
fn told(judgement: &Judgement) -> String {
    let verdict = judgement.verdict.name();
    match judgement.threat_score {
        Some(score) => format!("{verdict}, score {score}/100"),
        None => verdict.to_owned(),
    }
}

impl output::Record for WidgetRecord {
    fn json(&self, out: &mut Vec<u8>) {
        // Texts and a flag always serialise.
        serde_json::to_writer(out, self).expect("a widget is JSON");
    }

    fn text(&self, style: &Style) -> Option<String> {
        let mut digest = Digest::new(style);
        digest.title(&self.ioc, self.kind.map_or("", Kind::name));
        let tone = match self.status() {
            Status::Ok => Tone::Good,
            Status::NotFound | Status::Skipped => Tone::Warn,
            _ => Tone::Bad,
        };
        digest.toned("widget", &words(self), tone);
        if let Some(url) = shown_url(self) {
            digest.last("url", url.as_str());
        }
        Some(digest.finish())
    }
}
