//! Named sinks: `[sinks.NAME]` in the configuration file.
//!
//! ```toml
//! [sinks.soc]
//! kind = "webhook"
//! url = "https://soar.example/hook"
//! body = "{title: .id, severity: 3}"
//! batch = 50
//! secret_file = "soc.secret"                  # beside this file
//! headers = { X-Team = "soc" }
//! header_files = { Authorization = "soc.token" }
//!
//! [sinks.archive]
//! kind = "file"
//! path = "/var/lib/gti/archive.jsonl"
//! ```
//!
//! Only the sink that is used is judged, and unlike a profile's, its unknown keys
//! are errors: a delivery without its token or its map must not go out.

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml_edit::{Item, TableLike, Value};

use super::{ConfigFile, Inherited, Origin, SettingsError, bounded};
use crate::model::error::Error;
use crate::model::suggestion::nearest;

/// The table that holds the sinks; no profile has its name.
pub(super) const TABLE: &str = "sinks";

/// The key that says what kind of sink it is, and its former name.
const KIND: &str = "kind";
const FORMER_KIND: &str = "type";

/// The sinks that the configuration file names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sinks {
    pub(super) config: Option<Arc<ConfigFile>>,
    /// What `~/` stands for.
    pub(super) home: Option<PathBuf>,
    /// The environment, of which destinations read what their own clients do.
    pub(super) inherited: Inherited,
    /// Certificate authorities besides the system's, a PEM file.
    pub(super) ca_cert: Option<PathBuf>,
}

impl Sinks {
    /// A variable of the environment that is set to something.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        let mut all = self.inherited.iter();
        let (_, value) = all.find(|(known, _)| *known == name)?;
        let value = value.to_str()?;
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// Certificate authorities besides the system's, as PEM.
    pub(crate) fn ca_cert(&self) -> Result<Option<Vec<u8>>, Error> {
        let read = |path: &Path| {
            bounded::read_bundle(path).map_err(|error| {
                let path = path.display();
                Error::usage(format!("cannot read the CA bundle `{path}`: {error}"))
                    .hint("--ca-cert and SSL_CERT_FILE take a PEM file")
            })
        };
        self.ca_cert.as_deref().map(read).transpose()
    }

    /// Their names, in the order of the file.
    pub(crate) fn names(&self) -> Vec<&str> {
        let config = self.config.as_deref();
        config.map(ConfigFile::sink_names).unwrap_or_default()
    }

    /// The files that they are told by: programs, secrets and tokens.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let sections = self.names().into_iter();
        let sections = sections.filter_map(|name| self.section(name).ok().flatten());
        sections.flat_map(|section| section.files()).collect()
    }

    /// The section of one; none if there is none.
    ///
    /// # Errors
    /// [`SettingsError::Value`] with the line: it is no section.
    pub(crate) fn section(&self, name: &str) -> Result<Option<SinkSection<'_>>, SettingsError> {
        match self.config.as_deref() {
            Some(config) => {
                let section = config.sink(name, self.home.as_deref())?;
                Ok(section.map(|section| SinkSection {
                    sinks: Some(self),
                    ..section
                }))
            }
            None => Ok(None),
        }
    }
}

impl ConfigFile {
    /// The section of a sink; none if there is none. `home` is what `~/` stands for.
    ///
    /// # Errors
    /// [`SettingsError::Value`] with the line: it is no section.
    fn sink<'a>(
        &'a self,
        name: &str,
        home: Option<&'a Path>,
    ) -> Result<Option<SinkSection<'a>>, SettingsError> {
        let Some((key, item)) = self.sinks().find(|(key, _)| key.get() == name) else {
            return Ok(None);
        };
        let line = self.line(key.span().or_else(|| item.span()));
        let whole = format!("{TABLE}.{name}");
        let Some(table) = item.as_table_like() else {
            return Err(self.wrong(line, &whole, "a sink is a section of its own"));
        };
        Ok(Some(SinkSection {
            file: self,
            name: name.to_owned(),
            whole,
            table,
            home,
            line,
            sinks: None,
        }))
    }

    /// The names of all sinks, in their order.
    fn sink_names(&self) -> Vec<&str> {
        self.sinks().map(|(key, _)| key.get()).collect()
    }

    fn sinks(&self) -> impl Iterator<Item = (&toml_edit::Key, &Item)> {
        let table = self.table(TABLE);
        table.into_iter().flat_map(|table| {
            table
                .iter()
                .filter_map(move |(name, item)| Some((table.key(name)?, item)))
        })
    }

    fn wrong(&self, line: usize, key: &str, problem: impl Into<String>) -> SettingsError {
        SettingsError::Value {
            origin: Origin::File {
                path: self.path().to_owned(),
                line,
                key: key.to_owned(),
            },
            problem: problem.into(),
        }
    }
}

/// The section of a sink, from which the sink's kind reads what it needs. Every error
/// names the line.
pub(crate) struct SinkSection<'a> {
    file: &'a ConfigFile,
    name: String,
    /// `sinks.NAME`.
    whole: String,
    table: &'a dyn TableLike,
    home: Option<&'a Path>,
    line: usize,
    /// Where it is from, with what all sinks share.
    sinks: Option<&'a Sinks>,
}

impl SinkSection<'_> {
    /// The name of the sink.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What kind of sink it is: one of those that are known.
    pub(crate) fn kind(&self, known: &[&'static str]) -> Result<&'static str, SettingsError> {
        let former = self.table.contains_key(FORMER_KIND);
        let key = match self.table.contains_key(KIND) {
            false if former => FORMER_KIND,
            true if former => {
                let problem = "`type` is the former name of `kind`: keep one of them";
                return Err(self.wrong(FORMER_KIND, problem));
            }
            _ => KIND,
        };
        let example = known.iter().map(|one| format!("\"{one}\""));
        let kind = self.required(key, &example.collect::<Vec<_>>().join(", or "))?;
        let found = known.iter().find(|one| **one == kind);
        found.copied().ok_or_else(|| {
            let problem = match nearest(&kind, known.iter().copied()) {
                Some(meant) => format!("`{kind}` is not a kind of sink; did you mean `{meant}`?"),
                None => format!(
                    "`{kind}` is not a kind of sink: write {}",
                    known.join(" or ")
                ),
            };
            self.wrong(key, problem)
        })
    }

    /// Refuses keys that nobody reads, besides those of the kind.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), SettingsError> {
        let known: Vec<&str> = [KIND].iter().chain(known).copied().collect();
        let unknown = self
            .table
            .iter()
            .find(|(key, _)| !known.contains(key) && *key != FORMER_KIND);
        let Some((key, _)) = unknown else {
            return Ok(());
        };
        let problem = match nearest(key, known.iter().copied()) {
            Some(meant) => format!("this sink has no such key; did you mean `{meant}`?"),
            None => format!("this sink has no such key: it takes {}", known.join(", ")),
        };
        Err(self.wrong(key, problem))
    }

    /// A text that must be there; `example` is what it may look like.
    pub(crate) fn required(&self, key: &str, example: &str) -> Result<String, SettingsError> {
        self.text(key)?.ok_or_else(|| {
            let problem = format!("`{key}` is missing: write {key} = {example}");
            self.file.wrong(self.line, &self.whole, problem)
        })
    }

    pub(crate) fn text(&self, key: &str) -> Result<Option<String>, SettingsError> {
        match self.table.get(key) {
            None => Ok(None),
            Some(item) => match item.as_str() {
                Some(text) => Ok(Some(text.to_owned())),
                None => Err(self.wrong(key, "the value is not a string")),
            },
        }
    }

    /// A whole number.
    pub(crate) fn number(&self, key: &str) -> Result<Option<u64>, SettingsError> {
        match self.table.get(key) {
            None => Ok(None),
            Some(item) => match item.as_integer().and_then(|n| u64::try_from(n).ok()) {
                Some(number) => Ok(Some(number)),
                None => Err(self.wrong(key, "the value is not a whole number")),
            },
        }
    }

    /// Yes or no.
    pub(crate) fn flag(&self, key: &str) -> Result<Option<bool>, SettingsError> {
        match self.table.get(key) {
            None => Ok(None),
            Some(item) => match item.as_bool() {
                Some(flag) => Ok(Some(flag)),
                None => Err(self.wrong(key, "the value is not true or false")),
            },
        }
    }

    /// A variable of the environment that is set to something.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        self.sinks?.variable(name)
    }

    /// The home directory.
    pub(crate) fn home(&self) -> Option<&Path> {
        self.home
    }

    /// Certificate authorities besides the system's, as PEM.
    pub(crate) fn ca_cert(&self) -> Result<Option<Vec<u8>>, Error> {
        match self.sinks {
            Some(sinks) => sinks.ca_cert(),
            None => Ok(None),
        }
    }

    /// A table of texts.
    pub(crate) fn pairs(&self, key: &str) -> Result<Vec<(String, String)>, SettingsError> {
        let Some(item) = self.table.get(key) else {
            return Ok(Vec::new());
        };
        let wrong = || self.wrong(key, "write a table of strings, like { X-Team = \"soc\" }");
        let table = item.as_table_like().ok_or_else(wrong)?;
        table
            .iter()
            .map(|(name, item)| {
                let text = item.as_value().and_then(Value::as_str).ok_or_else(wrong)?;
                Ok((name.to_owned(), text.to_owned()))
            })
            .collect()
    }

    /// The files that its keys name: `secret_file`, `header_files`.
    fn files(&self) -> Vec<PathBuf> {
        let named = self.table.iter().flat_map(|(key, item)| {
            if key.ends_with("_files") {
                let paths = self.pairs(key).unwrap_or_default().into_iter();
                paths.map(|(_, path)| path).collect()
            } else if key.ends_with("_file") {
                item.as_str().map(str::to_owned).into_iter().collect()
            } else {
                vec![]
            }
        });
        named.map(|path: String| self.path(&path)).collect()
    }

    /// A path starts at the configuration file, or at the home directory.
    pub(crate) fn path(&self, text: &str) -> PathBuf {
        self.file.beside(text, self.home)
    }

    fn wrong(&self, key: &str, problem: impl Into<String>) -> SettingsError {
        let item = self.table.get(key);
        let span = self.table.key(key).and_then(toml_edit::Key::span);
        let line = self.file.line(span.or_else(|| item.and_then(Item::span)));
        let whole = format!("{}.{key}", self.whole);
        self.file.wrong(line, &whole, problem)
    }
}
