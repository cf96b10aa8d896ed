//! Which files may be written: not the program's own, and not those that belong to
//! another checkpoint or sink.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::files::Files;
use crate::model::error::{Error, ErrorKind};
use crate::model::file_mark::FileIdentity;
use crate::output::sink::path::{followed, parent};
use crate::output::sink::{CommittedFile, Opening, holds_committed};
use crate::settings::{Credential, KeySource, Program, Settings};
use crate::state::checkpoint::{Checkpoints, FileOwner, OutputFile};
use crate::state::directory::own_directory;
use crate::state::machine::Boot;

/// Knows which files are the program's own: its state, its cache, its configuration,
/// the key.
#[derive(Clone, Copy)]
pub(crate) struct Own<'a> {
    /// The directories, and where the key is.
    pub settings: &'a Settings,
}

impl Own<'_> {
    /// Refuses to write onto one of them.
    pub(crate) fn refuse(self, path: &Path) -> Result<(), Error> {
        let target = resolved(path);
        let refused = |what: &str, place: &Path| {
            let (path, place) = (path.display(), place.display());
            Error::new(
                ErrorKind::State,
                format!("cannot write to `{path}`: it is in {what} `{place}`"),
            )
            .hint("write to a file elsewhere with -o")
        };
        let directories = &self.settings.directories;
        let kept = [
            ("the state directory", directories.state().ok()),
            ("the cache directory", directories.cache().ok()),
        ];
        for (what, directory) in kept {
            if let Some(directory) = directory
                && (target.starts_with(resolved(directory)) || is_one_of(&target, directory))
            {
                return Err(refused(what, directory));
            }
        }
        let key = match self.settings.credential.as_ref().map(Credential::source) {
            Some(
                KeySource::File { path, .. }
                | KeySource::ProfileFile { path, .. }
                | KeySource::VtToml(path),
            ) => Some(path),
            _ => None,
        };
        let settings = self.settings;
        let read_from = |program: Option<&'_ Program>| program?.file.clone();
        let program = read_from(settings.jq.as_ref());
        let condition = read_from(settings.condition.as_ref());
        let files = [
            ("the configuration file", self.settings.config_path.as_ref()),
            ("the file of the key", key),
            ("the CA bundle", self.settings.ca_cert.as_ref()),
            ("the file of the --jq program", program.as_ref()),
            ("the file of the --where condition", condition.as_ref()),
            ("the log file", self.settings.logging.file.as_ref()),
        ];
        for (what, file) in files {
            if let Some(file) = file {
                refuse_same(path, what, file)?;
            }
        }
        for file in self.settings.sinks.files() {
            refuse_same(path, "a file that a sink is told by", &file)?;
        }
        Ok(())
    }

    /// Refuses an output onto a file that the run reads.
    pub(crate) fn spare(self, what: &str, file: &Path) -> Result<(), Error> {
        match &self.settings.output {
            Some(output) => refuse_same(output, what, file),
            None => Ok(()),
        }
    }

    /// Refuses to write a file, by a command that remembers none, that belongs to a
    /// checkpoint or a sink.
    ///
    /// State that can't be read is not this command's concern.
    pub(crate) fn refuse_files_of_others(self, path: &Path) -> Result<(), Error> {
        let Ok(directory) = self.settings.directories.state() else {
            return Ok(());
        };
        let known = Checkpoints::open_existing(directory)
            .and_then(|store| store.map_or_else(|| Ok(Vec::new()), |store| store.output_files()));
        match known {
            Ok(known) => refuse_owned_files(&known, path, None),
            Err(error) => {
                tracing::debug!("whether a checkpoint owns `{}`: {error}", path.display());
                Ok(())
            }
        }
    }
}

/// Whether two paths lead to one file, under whatever names. Devices and pipes keep
/// nothing that an output could replace.
pub(crate) fn is_same_file(one: &Path, other: &Path) -> bool {
    match (one.metadata(), other.metadata()) {
        (Ok(found), Ok(_)) if !found.is_file() => false,
        (Ok(_), Ok(_)) => identity(one).map_or_else(
            || resolved(one) == resolved(other),
            |own| identity(other) == Some(own),
        ),
        _ => resolved(one) == resolved(other),
    }
}

/// Refuses a path that leads to a file.
fn refuse_same(path: &Path, what: &str, file: &Path) -> Result<(), Error> {
    if !is_same_file(path, file) {
        return Ok(());
    }
    let path = path.display();
    let message = format!("cannot write to `{path}`: it is {what}");
    Err(Error::new(ErrorKind::State, message).hint("write to another file with -o"))
}

/// What tells a file from all others, whatever its names.
fn identity(path: &Path) -> Option<FileIdentity> {
    let found = FileIdentity::of(&path.metadata().ok()?);
    Some(found).filter(|found| found.inode.is_some())
}

/// Whether a file is another name of one in a directory.
fn is_one_of(path: &Path, directory: &Path) -> bool {
    let Some(own) = identity(path) else {
        return false;
    };
    let entries = directory.read_dir().into_iter().flatten();
    entries
        .filter_map(Result::ok)
        .any(|entry| identity(&entry.path()) == Some(own))
}

/// The path without links and dots, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let whole = std::path::absolute(followed(path)).unwrap_or_else(|_| path.to_owned());
    if let Ok(found) = whole.canonicalize() {
        return found;
    }
    match (parent(&whole).canonicalize(), whole.file_name()) {
        (Ok(directory), Some(name)) => directory.join(name),
        _ => whole,
    }
}

/// Refuses a file that belongs to somebody else.
fn refuse_owned_files(
    known: &[OutputFile],
    path: &Path,
    owner: Option<&FileOwner>,
) -> Result<(), Error> {
    let target = resolved(path);
    let others = known.iter().filter(|file| Some(&file.owner) != owner);
    for file in others {
        if resolved(&file.path) == target || holds_committed(path, &file.mark) {
            return Err(owned(path, &file.owner));
        }
    }
    Ok(())
}

fn owned(path: &Path, owner: &FileOwner) -> Error {
    Error::new(
        ErrorKind::State,
        format!("`{}` belongs to {owner}", path.display()),
    )
    .hint(format!(
        "write to another file, or release this one with `gti state reset {} --file`",
        owner.argument()
    ))
}

/// So long a file is waited for in any case: `gti state` looks at it for moments.
const MOMENT: Duration = Duration::from_millis(200);

/// Opens the files that a run appends to and whose committed length the state keeps.
pub(crate) struct Opener {
    known: Vec<OutputFile>,
    directory: PathBuf,
    boot: Option<Boot>,
    appends: bool,
    patience: Duration,
    files: Files,
}

impl Opener {
    /// Knows the files that the state knows. `appends` is whether a checkpoint may take
    /// over a file that holds something.
    pub(crate) fn new(
        own: Own<'_>,
        store: &Checkpoints,
        appends: bool,
        wait: Option<Duration>,
    ) -> Result<Self, Error> {
        let boot = Boot::current();
        Ok(Self {
            known: store.output_files()?,
            directory: own.settings.directories.state()?.join("files"),
            files: Files::new(boot.as_ref().map(|boot| boot.id.clone())),
            boot,
            appends,
            patience: wait.unwrap_or_default().max(MOMENT),
        })
    }

    /// Knows a file besides that another state keeps count of.
    #[cfg(feature = "postgres")]
    #[must_use]
    pub(crate) fn knowing(mut self, file: Option<OutputFile>) -> Self {
        self.known.extend(file);
        self
    }

    /// Opens the file of an owner.
    pub(crate) fn open(
        &mut self,
        own: Own<'_>,
        owner: FileOwner,
        path: &Path,
    ) -> Result<CommittedFile, Error> {
        own.refuse(path)?;
        refuse_owned_files(&self.known, path, Some(&owner))?;
        let target = resolved(path);
        let opened = self.files.flushed();
        if let Some(file) = opened.iter().find(|file| resolved(&file.path) == target) {
            return Err(owned(path, &file.owner));
        }
        self.make_directory()?;
        let file = self.opening(&owner, path).open()?;
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        self.files.add(owner, absolute, file.flushed());
        Ok(file)
    }

    /// Makes the directory for what is not committed.
    pub(crate) fn make_directory(&self) -> Result<(), Error> {
        own_directory(&self.directory).map_err(|error| {
            let directory = self.directory.display();
            Error::io(format!("cannot use the directory `{directory}`"), error)
        })
    }

    /// What is known of the file of an owner.
    pub(crate) fn opening(&self, owner: &FileOwner, path: &Path) -> Opening {
        let known = self.known.iter().find(|file| file.owner == *owner);
        let crashed = |file: &&OutputFile| {
            let boot = self.boot.as_ref().map(|boot| &boot.id);
            file.boot.is_some() && file.boot.as_ref() != boot
        };
        let sink = matches!(owner, FileOwner::Sink(_));
        Opening {
            path: path.to_owned(),
            owner: owner.to_string(),
            argument: owner.argument(),
            mark: known.map(|file| file.mark),
            appends: self.appends || sink,
            side_directory: self.directory.clone(),
            side_name: owner.file_name(),
            crash: known.filter(crashed).and_then(|_| self.boot.as_ref()?.at),
            patience: self.patience,
        }
    }

    /// The open files, and those of them that the state does not know as they are.
    pub(crate) fn finish(self) -> (Files, Vec<OutputFile>) {
        let unknown = |file: &OutputFile| {
            let known = self.known.iter().find(|known| known.owner == file.owner);
            known.is_none_or(|known| known.mark != file.mark || known.path != file.path)
        };
        let changed = self.files.flushed().into_iter().filter(unknown).collect();
        (self.files, changed)
    }
}
