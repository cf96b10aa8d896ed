//! `gti widget`: pages about indicators, to show inside others.

mod output;

use std::path::{Path, PathBuf};

use clap::Args;

pub(super) use self::output::LAYOUT;
use self::output::{First, Shape};
use super::browser;
use super::bulk;
use super::context::Context;
use super::enrich::kind;
use super::source::{InputArgs, indicator_types, indicators};
use crate::bulk::{Printer, Remarks};
use crate::client::endpoints::widgets::{Colour, Shade, Theme};
use crate::enrich::widget::Widgets;
use crate::local::extract::Wanted;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::indicator::Kind;
use crate::output::html::Look;

/// Get addresses of embeddable pages about indicators
///
/// IPs, domains, URLs and file hashes, as `gti enrich` takes them. An address is
/// valid for three days, needs no key, and is meant for a frame: --iframe prints
/// the tag, --html a whole page.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct WidgetArgs {
    /// Indicators; - reads them from standard input
    #[arg(value_name = "IOC")]
    iocs: Vec<String>,
    #[command(flatten)]
    from: InputArgs,
    /// Treat every input as this type (ip, domain, url, file), instead of
    /// recognising it
    #[arg(short = 't', long = "type", value_name = "TYPE", value_parser = kind)]
    kind: Option<Kind>,
    /// Colours for dark or light surroundings
    #[arg(long, value_name = "dark|light", value_parser = str::parse::<Shade>)]
    theme: Option<Shade>,
    /// Colour of the border, #RRGGBB or RRGGBB
    #[arg(long, value_name = "COLOUR", value_parser = str::parse::<Colour>)]
    bd1: Option<Colour>,
    /// Colour of the background
    #[arg(long, value_name = "COLOUR", value_parser = str::parse::<Colour>)]
    bg1: Option<Colour>,
    /// Colour of the background of alternate parts
    #[arg(long, value_name = "COLOUR", value_parser = str::parse::<Colour>)]
    bg2: Option<Colour>,
    /// Colour of the text
    #[arg(long, value_name = "COLOUR", value_parser = str::parse::<Colour>)]
    fg1: Option<Colour>,
    /// Print a whole page, with a section for each indicator
    #[arg(long, conflicts_with = "iframe")]
    html: bool,
    /// Print the iframe tag alone, one a line
    #[arg(long)]
    iframe: bool,
    /// Open it in a browser; with --html the page that -o names
    #[arg(long)]
    open: bool,
}

const EXAMPLES: &str = "\
Examples:
  gti widget evil.example
  gti widget 203.0.113.7 --theme dark --jq .url
  gti widget -i iocs.txt --html -o widgets.html
  gti widget evil.example --iframe --bg1 '#101418' --fg1 e8eaed
  gti widget evil.example --open";

pub(crate) async fn run(args: WidgetArgs, cx: &mut Context) -> Result<Exit, Error> {
    let shape = args.shape();
    let page = args.page_to_open(cx)?;
    if shape != Shape::Records {
        refuse_json(cx)?;
    }
    let (inputs, total) = indicators(
        &args.iocs,
        &args.from,
        Wanted {
            types: indicator_types(),
            ..Wanted::default()
        },
        "widget",
        cx,
    )?;
    let first = First::default();
    let look = match args.theme {
        Some(Shade::Dark) => Look::Dark,
        Some(Shade::Light) => Look::Light,
        None => Look::Either,
    };
    let destination = output::Widgets::open(shape, look, First::clone(&first), cx)?;
    let client = cx.client(None)?;
    let widgets = Widgets {
        theme: Theme {
            shade: args.theme,
            bd1: args.bd1,
            bg1: args.bg1,
            bg2: args.bg2,
            fg1: args.fg1,
        },
        kind: args.kind,
        verdicts: shape == Shape::Page,
    };
    let progress = cx.ui.progress(total, "looked up", cx.writes_file());
    let printer = Printer::new(destination, progress).remarking(Remarks {
        done: Some("looked up"),
        ..Remarks::default()
    });
    let exit = bulk::run(cx, &client, &widgets, inputs, printer).await?;
    if args.open && cx.signals.seen().is_none() {
        match (page, first.get()) {
            (Some(page), _) => browser::open(cx, page.as_os_str())?,
            (None, Some(url)) => browser::open(cx, url.as_str().as_ref())?,
            (None, None) => {}
        }
    }
    Ok(exit)
}

/// HTML is no record that another format or a program could shape.
fn refuse_json(cx: &Context) -> Result<(), Error> {
    let typed = cx.settings.typed;
    let asked = [
        ("--format", typed.format),
        ("--jq", typed.jq),
        ("--fields", typed.fields),
    ];
    match asked.iter().find(|(_, asked)| *asked) {
        None => Ok(()),
        Some((option, _)) => Err(Error::usage(format!(
            "--html and --iframe write HTML, which {option} cannot shape"
        ))
        .hint(format!(
            "leave out {option}, or take the records and build the page from `url`"
        ))),
    }
}

impl WidgetArgs {
    fn shape(&self) -> Shape {
        if self.html {
            Shape::Page
        } else if self.iframe {
            Shape::Tags
        } else {
            Shape::Records
        }
    }

    /// The page that a browser is to show, if it isn't the widget itself.
    fn page_to_open(&self, cx: &Context) -> Result<Option<PathBuf>, Error> {
        if !self.open {
            return Ok(None);
        }
        if cx.settings.sandbox {
            return Err(Error::usage("--open has nothing to show with --sandbox: the simulated service ends with the run").hint("run `gti sandbox` beside it, and name it with --base-url"));
        }
        if self.html {
            return match cx
                .settings
                .output
                .as_deref()
                .filter(|path| *path != Path::new("-"))
            {
                Some(path) => Ok(Some(path.to_owned())),
                None => Err(
                    Error::usage("--open with --html opens a file, and there is none")
                        .hint("name it with -o FILE"),
                ),
            };
        }
        let single = self.from.input.is_none()
            && !self.from.extract
            && self.iocs.len() == 1
            && self.iocs[0] != "-";
        if single {
            return Ok(None);
        }
        Err(Error::usage("--open takes one indicator, as an argument")
            .hint("show several with --html -o FILE --open"))
    }
}
