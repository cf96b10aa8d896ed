//! What a command works with: settings, streams, signals, and what is made from them.

mod client;
mod network;
mod output;
mod whose;

use std::fs::File;
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;

use super::output_file::OutputFile;
use super::signal::Signals;
use crate::bulk::Teller;
use crate::deliver::{Destination, Own};
use crate::model::encoding::decoded;
use crate::model::error::Error;
use crate::process;
use crate::settings::{Credential, KeySource, Settings};
use crate::ui::Ui;

pub(crate) use self::client::Caching;
pub(crate) use self::whose::Whose;

/// What a file is that the run reads, to the user.
pub(super) const INPUT: &str = "an input of this run";

/// What a command works with.
pub(crate) struct Context {
    /// Standard streams and how they look.
    pub ui: Ui,
    /// Everything that is set.
    pub settings: Settings,
    /// What time it is.
    pub clock: fn() -> Timestamp,
    /// Ctrl-C and SIGTERM.
    pub signals: Signals,
    /// The file that `-o` names, until it is known how the run ended.
    pub output_file: OutputFile,
    /// The simulated API of this process, once it runs.
    #[cfg(feature = "sandbox")]
    pub sandbox: Option<crate::sandbox::Sandbox>,
}

impl Context {
    /// Another program, to be started without anything secret.
    pub(crate) fn child(&self, program: &str) -> Command {
        let secrets = &self.ui.stderr.secrets;
        process::child(program, self.settings.inherited.iter(), |value| {
            secrets.stand_in(value)
        })
    }

    /// Which files are the program's own.
    pub(crate) fn own(&self) -> Own<'_> {
        Own {
            settings: &self.settings,
        }
    }

    /// The sink of a name in the configuration file.
    pub(crate) fn sink_named(&self, name: &str) -> Result<Destination, Error> {
        let destination = Destination::named(name, &self.settings.sinks)?;
        if let Some(secret) = destination.secret() {
            self.ui.stderr.secrets.hide_password(secret);
        }
        Ok(destination)
    }

    /// The database that the state is kept in; none where this machine keeps it.
    ///
    /// # Errors
    /// Usage: an address that cannot be understood.
    #[cfg(feature = "postgres")]
    pub(crate) fn state_target(&self) -> Result<Option<crate::postgres::Target>, Error> {
        let target = crate::deliver::state_target(&self.settings)?;
        if let Some(password) = target.as_ref().and_then(crate::postgres::Target::password) {
            self.ui.stderr.secrets.hide_password(password);
        }
        Ok(target)
    }

    /// A file that the command line names as an input. `hint` says what it may be.
    ///
    /// # Errors
    /// State, when the output would replace it; usage, when it cannot be read.
    pub(crate) fn input_file(&self, path: &Path, hint: &'static str) -> Result<File, Error> {
        self.own().spare(INPUT, path)?;
        File::open(path).map_err(|error| {
            Error::usage(format!("cannot read `{}`: {error}", path.display())).hint(hint)
        })
    }

    /// Standard input as a list of things to work on.
    ///
    /// # Errors
    /// State, when the output would replace the file behind it; usage, when the key is
    /// to be read from there too.
    pub(crate) fn list_input(&mut self) -> Result<Box<dyn std::io::Read + Send>, Error> {
        Ok(Box::new(decoded(self.raw_input()?)))
    }

    /// Standard input as it comes.
    ///
    /// # Errors
    /// As [`Context::list_input`].
    pub(crate) fn raw_input(&mut self) -> Result<Box<dyn std::io::Read + Send>, Error> {
        let source = self.settings.credential.as_ref().map(Credential::source);
        if matches!(source, Some(KeySource::Stdin { .. })) {
            return Err(
                Error::usage("the key and the list cannot both come from standard input")
                    .hint("put one of them into a file"),
            );
        }
        self.own().spare(INPUT, Path::new("/dev/stdin"))?;
        Ok(self.ui.take_stdin())
    }

    /// Says on standard error what is submitted or changed where records may not.
    pub(crate) fn teller(&self) -> Teller {
        let shaped = self.settings.jq.is_some() || self.settings.fields.is_some();
        Teller {
            stderr: self.ui.stderr.clone(),
            hidden: shaped && !self.ui.quiet,
        }
    }
}
