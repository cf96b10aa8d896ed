//! How widgets leave the program: as records, as tags, as one page.

use url::Url;

use crate::commands::bulk::Counted;
use crate::commands::context::Context;
use crate::enrich::record::Status;
use crate::enrich::run::Consumer;
use crate::enrich::widget::{Outcome, WidgetRecord};
use crate::error::Failure;
use crate::model::indicator::Kind;
use crate::model::time::rfc3339;
use crate::output::html::{Section, iframe, page};
use crate::output::sink::Sink;
use crate::output::{self, Columns, Digest, Layout, Output, OutputError};
use crate::ui::style::{Style, Tone};

const LAYOUT: Layout = Layout {
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
    single: false,
    stix: false,
};

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Records,
    Tags,
    Page,
}

/// Prints widgets, and counts how the inputs fared.
pub(super) struct Printer {
    way: Way,
    counted: Counted,
    /// The first address, for a browser.
    first: Option<Url>,
}

enum Way {
    Records(Output),
    Tags(Box<dyn Sink>),
    /// Its policy names the origins of all frames, so it waits for the last one.
    Page {
        sink: Box<dyn Sink>,
        dark: bool,
        widgets: Vec<WidgetRecord>,
    },
}

impl Printer {
    pub(super) fn open(shape: Shape, dark: bool, cx: &mut Context) -> Result<Self, Failure> {
        let way = match shape {
            Shape::Records => Way::Records(cx.output(LAYOUT)?),
            Shape::Tags => Way::Tags(cx.sink()?),
            Shape::Page => Way::Page {
                sink: cx.sink()?,
                dark,
                widgets: vec![],
            },
        };
        Ok(Self {
            way,
            counted: Counted::default(),
            first: None,
        })
    }

    /// The first address that was given.
    pub(super) fn first(&self) -> Option<&Url> {
        self.first.as_ref()
    }

    /// Ends the output. Half a page is none.
    pub(super) fn finish(self, complete: bool) -> Result<Counted, OutputError> {
        match self.way {
            Way::Records(output) if complete => output.finish()?,
            Way::Records(output) => output.abandon()?,
            Way::Tags(sink) if complete => sink.finish()?,
            Way::Page {
                mut sink,
                dark,
                widgets,
            } if complete => {
                let sections: Vec<Section<'_>> = widgets.iter().map(section).collect();
                sink.write(page(&sections, dark).as_bytes())?;
                sink.finish()?;
            }
            Way::Tags(sink) | Way::Page { sink, .. } => sink.abandon()?,
        }
        Ok(self.counted)
    }
}

impl Consumer<WidgetRecord> for Printer {
    type Error = Failure;

    fn record(&mut self, widget: WidgetRecord) -> Result<(), Failure> {
        self.counted.count(widget.status(), widget.problem());
        if self.first.is_none() {
            self.first = widget.given().and_then(|given| given.url.clone());
        }
        match &mut self.way {
            Way::Records(output) => output.record(&Shown(&widget))?,
            Way::Tags(sink) => {
                if let Some(url) = shown_url(&widget) {
                    let tag = format!("{}\n", iframe(&widget.ioc, url));
                    sink.write(tag.as_bytes())?;
                } else {
                    tracing::warn!("no tag for {}: {}", widget.ioc, words(&widget));
                }
            }
            Way::Page { widgets, .. } => widgets.push(widget),
        }
        Ok(())
    }

    fn idle(&mut self) -> Result<(), Failure> {
        match &mut self.way {
            Way::Records(output) => output.rest()?,
            Way::Tags(sink) => sink.flush()?,
            Way::Page { .. } => {}
        }
        Ok(())
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
        Outcome::Given(given) if given.found => match given.expires_at {
            Some(at) => format!("to be shown until {}", rfc3339(at)),
            None => "found".to_owned(),
        },
        Outcome::Given(_) | Outcome::Failed(Status::NotFound, _) => {
            "not known to Google Threat Intelligence".to_owned()
        }
        Outcome::Skipped(reason) => format!("not looked up: {reason} host"),
        Outcome::Failed(_, problem) => problem.message.clone(),
    }
}

fn section(widget: &WidgetRecord) -> Section<'_> {
    let kind = widget.kind.map_or("no indicator", Kind::name);
    Section {
        title: &widget.ioc,
        note: format!("{kind}, {}", words(widget)),
        frame: shown_url(widget),
    }
}

/// A widget as it is printed.
struct Shown<'a>(&'a WidgetRecord);

impl output::Record for Shown<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        // Texts and a flag always serialise.
        serde_json::to_writer(out, self.0).expect("a widget is JSON");
    }

    fn text(&self, style: &Style) -> Option<String> {
        let mut digest = Digest::new(style);
        digest.title(&self.0.ioc, self.0.kind.map_or("", Kind::name));
        let tone = match self.0.status() {
            Status::Ok => Tone::Good,
            Status::NotFound | Status::Skipped => Tone::Warn,
            _ => Tone::Bad,
        };
        digest.toned("widget", &words(self.0), tone);
        if let Some(url) = shown_url(self.0) {
            digest.last("url", url.as_str());
        }
        Some(digest.finish())
    }
}
