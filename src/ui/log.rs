//! Logs: how loud, where to, in which form, and never with the key in them.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

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

/// Begins logging for the process, by a tracing filter that is known to be one.
/// A second call changes nothing.
pub(crate) fn begin(filter: &str, target: Target, json: bool, style: Style) {
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
            .event_format(Plain(style))
            .with_ansi(false)
            .with_writer(writer)
            .boxed()
    };
    let registry = tracing_subscriber::registry();
    // The full filter language is only built when it is used: it costs more
    // than the rest of the start.
    let _ = match filter.parse::<Targets>() {
        Ok(targets) => registry.with(layer.with_filter(targets)).try_init(),
        Err(_) => registry
            .with(layer.with_filter(EnvFilter::new(filter)))
            .try_init(),
    };
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
struct Plain(Style);

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
        match level {
            Level::WARN => write!(writer, "{} ", self.0.paint("warning:", Tone::Warn))?,
            Level::ERROR => write!(writer, "{} ", self.0.paint("error:", Tone::Bad))?,
            _ => {
                let mut head = String::new();
                write!(
                    head,
                    "{:.3} {level:<5} {}:",
                    jiff::Timestamp::now(),
                    event.metadata().target()
                )?;
                write!(writer, "{} ", self.0.paint(&head, Tone::Dim))?;
            }
        }
        let mut text = String::new();
        context.format_fields(Writer::new(&mut text), event)?;
        writeln!(writer, "{}", escape::line(&text))
    }
}
