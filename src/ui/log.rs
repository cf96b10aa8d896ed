//! Logs: how loud, where to, in which form, and never with the key in them.

use std::fmt::{self, Write as _};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{EnvFilter, Targets};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use super::Stderr;
use super::style::{Style, Tone};

/// The texts that no log line may hold. Shared: the key is known only after the
/// logging of how it was found has begun.
#[derive(Clone, Default)]
pub struct Secrets(Arc<OnceLock<String>>);

impl Secrets {
    /// Makes a text secret from now on. Only the first one counts: a run has
    /// one key.
    pub fn hide(&self, secret: &str) {
        let _ = self.0.set(secret.to_owned());
    }

    fn redact(&self, line: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(line);
        match self.0.get() {
            Some(secret) if !secret.is_empty() => {
                text.replace(secret.as_str(), "[key]").into_bytes()
            }
            _ => text.into_owned().into_bytes(),
        }
    }
}

/// Begins logging for the process, by a tracing filter that is known to be one.
/// A second call changes nothing.
pub fn begin(filter: &str, target: Target, json: bool, style: Style) {
    let writer = LineWriter(Arc::new(target));
    let layer = if json {
        tracing_subscriber::fmt::layer()
            .json()
            .with_writer(writer)
            .boxed()
    } else {
        tracing_subscriber::fmt::layer()
            .event_format(Plain(style))
            .with_ansi(style.color)
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
pub struct Target {
    secrets: Secrets,
    place: Place,
}

enum Place {
    Stderr(Stderr),
    File(Mutex<File>),
}

impl Target {
    /// Standard error.
    pub fn stderr(stderr: Stderr, secrets: Secrets) -> Self {
        Self {
            secrets,
            place: Place::Stderr(stderr),
        }
    }

    /// A file, which is appended to and created readable for its owner alone.
    pub fn file(path: &Path, secrets: Secrets) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self {
            secrets,
            place: Place::File(Mutex::new(options.open(path)?)),
        })
    }
}

#[derive(Clone)]
struct LineWriter(Arc<Target>);

impl Write for LineWriter {
    /// The formatting layer writes whole lines, so a secret is never split.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let clean = self.0.secrets.redact(line);
        match &self.0.place {
            Place::Stderr(stderr) => stderr.say(&String::from_utf8_lossy(&clean)),
            Place::File(file) => {
                file.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .write_all(&clean)?;
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
        context
            .field_format()
            .format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_cut_out_of_lines() {
        let secrets = Secrets::default();
        assert_eq!(secrets.redact(b"GET /users/abc123"), b"GET /users/abc123");
        secrets.hide("abc123");
        assert_eq!(
            secrets.redact(b"GET /users/abc123 abc123\n"),
            b"GET /users/[key] [key]\n"
        );
    }
}
