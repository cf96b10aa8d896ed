//! Logs: how loud, where to, in which form, and never with the key in them.

use std::borrow::Cow;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{EnvFilter, Targets};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use super::escape;
use super::secrets::Secrets;
use super::stderr::Stderr;
use super::style::{Style, Tone};

/// Whether a run logs for the whole process already.
static BEGUN: AtomicBool = AtomicBool::new(false);

/// Begins logging, by a tracing filter that is known to be one. The first run of a
/// process logs for all of its threads. Those that come later, which there are only
/// in tests, log for their own thread and as long as they hold what is returned.
pub(crate) fn begin(
    filter: &str,
    target: Target,
    json: bool,
    style: Style,
) -> Option<DefaultGuard> {
    let writer = LineWriter {
        target: Arc::new(target),
        json,
    };
    let layer = if json {
        tracing_subscriber::fmt::layer()
            .json()
            .with_writer(writer)
            .boxed()
    } else {
        tracing_subscriber::fmt::layer()
            .event_format(Plain {
                style,
                target: writer.target.clone(),
            })
            .with_ansi(false)
            .with_writer(writer)
            .boxed()
    };
    let registry = tracing_subscriber::registry();
    // The full filter language is only built when it is used: it costs more
    // than the rest of the start.
    match filter.parse::<Targets>() {
        Ok(targets) => install(registry.with(layer.with_filter(targets))),
        Err(_) => install(registry.with(layer.with_filter(EnvFilter::new(filter)))),
    }
}

fn install(subscriber: impl SubscriberInitExt) -> Option<DefaultGuard> {
    if BEGUN.swap(true, Ordering::Relaxed) {
        return Some(subscriber.set_default());
    }
    // Whoever embeds the library may have a log of its own.
    let _ = subscriber.try_init();
    None
}

/// Where log lines go.
pub(crate) enum Target {
    /// Standard error.
    Stderr(Stderr),
    /// A file, and what no line of it may hold.
    File(Mutex<File>, Secrets),
}

impl Target {
    /// A file, which is appended to and created readable for its owner alone.
    pub(crate) fn file(path: &Path, secrets: Secrets) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self::File(Mutex::new(options.open(path)?), secrets))
    }

    /// A head and its text, as whoever reads there wants them.
    fn laid_out(&self, head: &str, text: &str) -> String {
        match self {
            Self::Stderr(stderr) => stderr.laid_out(head, text),
            Self::File(..) => format!("{head}{text}\n"),
        }
    }
}

#[derive(Clone)]
struct LineWriter {
    target: Arc<Target>,
    json: bool,
}

impl Write for LineWriter {
    /// The formatting layer writes whole lines, so a secret is never split. In
    /// text it has escaped them by then, and knows which colour is its own.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let text = match text.strip_suffix('\n') {
            Some(event) if self.json => Cow::Owned(format!("{}\n", escape::json(event))),
            _ => text,
        };
        match &*self.target {
            Target::Stderr(stderr) => stderr.write(&text),
            Target::File(file, secrets) => {
                file.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .write_all(secrets.cut_out(&text).as_bytes())?;
            }
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LineWriter {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Warnings read like the program's other words; what is finer has time and
/// origin.
struct Plain {
    style: Style,
    target: Arc<Target>,
}

impl<S, N> FormatEvent<S, N> for Plain
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let level = *event.metadata().level();
        let paint = |head: &str, tone| format!("{} ", self.style.paint(head, tone));
        let head = match level {
            Level::WARN => paint("warning:", Tone::Warn),
            Level::ERROR => paint("error:", Tone::Bad),
            _ => {
                let now = jiff::Timestamp::now();
                let origin = event.metadata().target();
                paint(&format!("{now:.3} {level:<5} {origin}:"), Tone::Dim)
            }
        };
        let mut text = String::new();
        context.format_fields(Writer::new(&mut text), event)?;
        writer.write_str(&self.target.laid_out(&head, &escape::line(&text)))
    }
}
