//! Where the records of a command go, and in which format.

use std::process::Command;

use clap::CommandFactory;

use super::Context;
use crate::commands::Cli;
use crate::commands::output_file::{Contents, Outcome};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::export::Choice;
use crate::output::jq::Filter;
use crate::output::sink::{FeedDirectory, Opened, Sink, Target};
use crate::output::{Format, Growth, Layout, Options, Output, OutputError, stix};
use crate::ui::pager::Pager;

impl Context {
    /// The output that the global options ask for.
    pub(crate) fn output(&mut self, layout: Layout) -> Result<Output, Error> {
        self.refuse_idle(layout.command)?;
        let sink = match (self.output_format()?, self.target()) {
            (Format::MispFeed, Target::File(path)) => {
                self.own().refuse(&path)?;
                Box::new(FeedDirectory::open(&path)?)
            }
            (format @ Format::MispFeed, Target::Stdout) => {
                return Err(OutputError::NoDirectory(format).into());
            }
            _ => self.sink()?,
        };
        let condition = self.condition()?;
        Ok(self.output_into(layout, sink)?.keeping(condition))
    }

    /// Refuses the options of lists and indexes where the format is neither: what was
    /// asked for would not be done.
    pub(crate) fn refuse_idle(&self, command: &str) -> Result<(), Error> {
        let format = self.output_format()?;
        let typed = self.settings.typed;
        let idle = [
            (
                "--min-score",
                "values, zeek and suricata",
                self.settings.min_score.is_some()
                    && format.growth() != Growth::UniqueLines
                    && !has_own(command, "min_score"),
            ),
            (
                "--target",
                "values",
                typed.target && format != Format::Values,
            ),
            (
                "--index",
                "bulk and hec",
                typed.index && !matches!(format, Format::Bulk | Format::Hec),
            ),
        ];
        let Some((option, formats, _)) = idle.into_iter().find(|(.., is_idle)| *is_idle) else {
            return Ok(());
        };
        let hint = match option {
            "--min-score" => "--where '.threat_score >= 60' with --shape record chooses records",
            _ => "`gti help formats` describes the formats",
        };
        Err(Error::usage(format!(
            "{option} is for -f {formats}, and the format is {format}"
        ))
        .hint(hint))
    }

    /// Refuses `--min-score` where nobody gives scores.
    pub(crate) fn refuse_scores(&self, command: &str) -> Result<(), Error> {
        if self.settings.min_score.is_none() {
            return Ok(());
        }
        Err(Error::usage(format!(
            "--min-score is for what the service has judged, and `{command}` asks for no verdicts"
        ))
        .hint("`gti enrich --extract FILE --min-score N -f values` looks the values up"))
    }

    /// The condition of `--where`, compiled.
    pub(crate) fn condition(&self) -> Result<Option<Filter>, Error> {
        let condition = self.settings.condition.as_deref();
        condition.map(Filter::compile).transpose().map_err(|error| {
            Error::usage(error.to_string())
                .hint("--where takes a jq condition, like '.type == \"url\"'")
        })
    }

    /// Says what the records are, where they are more than answers: it decides what
    /// becomes of `-o FILE` when the run fails.
    pub(crate) fn records_are(&mut self, contents: Contents) {
        self.output_file.contents = contents;
    }

    /// The destination that the global options ask for, for what is no records.
    pub(crate) fn sink(&mut self) -> Result<Box<dyn Sink>, Error> {
        let target = self.target();
        if let Target::File(path) = &target {
            self.own().refuse(path)?;
            self.own().refuse_files_of_others(path)?;
        }
        let stdout = self.ui.take_stdout();
        let stdout = match self.pager() {
            Some((height, command)) if target == Target::Stdout => Box::new(Pager::new(
                stdout,
                height,
                command,
                self.signals.pager.clone(),
            )),
            _ => stdout,
        };
        let Opened { sink, successor } = target.open(stdout)?;
        self.output_file.successor = successor;
        Ok(sink)
    }

    /// The pager for long results, and the lines that make one long. What changes
    /// something is watched as it goes.
    fn pager(&self) -> Option<(usize, Command)> {
        let command = self.settings.pager.as_deref()?;
        let terminal = self.ui.terminal;
        let height = terminal.height.filter(|_| terminal.stdout)?;
        if self.output_file.contents == Contents::Changes {
            return None;
        }
        let mut words = command.split_whitespace();
        let mut command = self.child(words.next()?);
        command.args(words);
        let mut inherited = self.settings.inherited.iter();
        if !inherited.any(|(name, _)| name == "LESS") {
            // As a plain `less` would not end, nor show colour.
            command.env("LESS", "FRX");
        }
        Some((height, command))
    }

    /// Prints one line where the output goes, for what is no record.
    pub(crate) fn print_line(&mut self, line: &str) -> Result<(), Error> {
        let mut sink = self.sink()?;
        sink.write(format!("{line}\n").as_bytes())?;
        Ok(sink.finish()?)
    }

    /// Replaces the file that `-o` names if the run gave a whole answer, else leaves
    /// it as it was and says where the records are.
    pub(crate) fn settle_output(&mut self, exit: Exit) -> Result<(), Error> {
        let file = std::mem::take(&mut self.output_file);
        match file.settle(exit, self.settings.keep_partial)? {
            Outcome::InPlace => {}
            Outcome::Beside { target, place } => self.ui.note(&format!(
                "`{target}` is unchanged; the output of this run is in `{place}`"
            )),
            Outcome::Dropped { target } => self.ui.note(&format!(
                "`{target}` is unchanged; --keep-partial keeps the output of a failed run"
            )),
        }
        Ok(())
    }

    /// The output that the global options ask for, into another destination than
    /// one-shot commands have.
    pub(crate) fn output_into(&self, layout: Layout, sink: Box<dyn Sink>) -> Result<Output, Error> {
        let options = self.output_options()?;
        Output::check(&options, layout)?;
        Ok(Output::open(&options, layout, sink)?)
    }

    /// What was asked of the output.
    pub(crate) fn output_options(&self) -> Result<Options, Error> {
        let target = self.target();
        Ok(Options {
            format: self.output_format()?,
            fields: self.settings.fields.clone(),
            jq: self.settings.jq.as_ref().map(|jq| jq.text.clone()),
            shape: self.settings.shape.unwrap_or_default(),
            raw: self.settings.raw_output,
            wide: self.settings.wide,
            stix: stix::Policy {
                tlp: self.settings.tlp,
                valid_for: self.settings.valid_for,
                include_benign: self.settings.include_benign,
                profile: stix::Profile::Standard,
            },
            export: Choice {
                min_score: self.settings.min_score,
                target: self.settings.list_target,
                index: self.settings.index.clone(),
                clock: self.clock,
            },
            style: if target == Target::Stdout {
                self.ui.style
            } else {
                self.ui.style.plain()
            },
            terminal: self.ui.terminal.stdout && target == Target::Stdout,
        })
    }

    /// The format of the output: what was asked for, else by who reads it.
    pub(crate) fn output_format(&self) -> Result<Format, Error> {
        let watched = self.ui.terminal.stdout && self.target() == Target::Stdout;
        match &self.settings.format {
            Some(name) => name.parse().map_err(|message: String| {
                Error::usage(message).hint("`gti help formats` describes them")
            }),
            None if watched => Ok(Format::Text),
            None => Ok(Format::Jsonl),
        }
    }

    fn target(&self) -> Target {
        Target::of(self.settings.output.as_deref())
    }

    /// Whether data goes to a file and not to standard output.
    pub(crate) fn writes_file(&self) -> bool {
        self.settings.output.is_some()
    }
}

/// Whether a command has an option of this id itself, which does more than the one of
/// every command.
fn has_own(command: &str, id: &str) -> bool {
    let mut at = Cli::command();
    for name in command.split(' ') {
        let Some(below) = at.find_subcommand(name) else {
            return false;
        };
        at = below.clone();
    }
    at.get_arguments().any(|argument| argument.get_id() == id)
}
