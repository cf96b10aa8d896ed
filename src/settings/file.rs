//! The configuration file: TOML, a section for each profile.
//!
//! ```toml
//! [default]
//! apikey = "…"
//! rate = "4/m"
//! scan.visibility = "private"
//!
//! [work]
//! apikey_file = "work.key"   # beside this file
//! proxy = "http://proxy.example:3128"
//! ```
//!
//! Only the section that is used is judged, so that a mistake in one profile
//! doesn't stop work with another, and a section need not be a profile: `sinks`
//! is none.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml_edit::{Document, Item, TableLike, TomlError, Value};

use super::sinks;
use super::table::{self, Key, Kind, Row};
use super::{Origin, SettingsError, Warning};
use crate::model::suggestion::nearest;

/// A configuration file that has been read.
pub(crate) struct ConfigFile {
    path: PathBuf,
    document: Document<String>,
    mode: Option<u32>,
}

/// The section of a configuration file that is used.
pub(super) struct Profile<'a> {
    name: &'a str,
    file: &'a ConfigFile,
    entries: BTreeMap<&'static str, Entry>,
    pub(super) warnings: Vec<Warning>,
}

/// A value, as text whatever its kind.
struct Entry {
    text: String,
    line: usize,
}

impl ConfigFile {
    /// Takes the text of the file at `path`; `mode` holds its permissions when
    /// others may read it.
    ///
    /// # Errors
    /// When the text is not TOML.
    pub(crate) fn parse(path: &Path, text: &str, mode: Option<u32>) -> Result<Self, SettingsError> {
        Ok(Self {
            document: document(path, text)?,
            path: path.to_owned(),
            mode,
        })
    }

    /// Where it was read.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The profiles in it, in their order.
    pub(crate) fn profiles(&self) -> Vec<&str> {
        self.sections().map(|(name, _)| name).collect()
    }

    /// The permissions, when the file holds a secret that others may read.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        let holds_secret = self.sections().any(|(_, section)| {
            let text = |row: &Row| section.get(row.key_name()).and_then(Item::as_str);
            text(&table::API_KEY).is_some()
                || text(&table::PROXY).is_some_and(|proxy| proxy.contains('@'))
        });
        // The URL of a webhook may be a secret, and so may its headers.
        let holds_secret = holds_secret || self.table(sinks::TABLE).is_some();
        let open = self
            .mode
            .filter(|_| holds_secret)
            .map(|mode| Warning::OpenToOthers {
                path: self.path.clone(),
                mode,
            });
        let outside = self
            .document
            .iter()
            .filter(|(_, item)| item.as_table_like().is_none())
            .map(|(name, _)| Warning::OutsideSection {
                path: self.path.clone(),
                line: self.line_of_section(name),
                key: name.to_owned(),
            });
        open.into_iter().chain(outside).collect()
    }

    /// Points out a section that may have been meant for the missing `default`.
    pub(super) fn nearly_default(&self) -> Option<Warning> {
        let section = nearest("default", self.profiles())?;
        Some(Warning::NearlyDefault {
            path: self.path.clone(),
            line: self.line_of_section(section),
            section: section.to_owned(),
        })
    }

    /// The section `name`, if there is one.
    pub(super) fn profile(&self, name: &str) -> Result<Option<Profile<'_>>, SettingsError> {
        let Some((name, section)) = self.sections().find(|(section, _)| *section == name) else {
            return Ok(None);
        };
        let mut profile = Profile {
            name,
            file: self,
            entries: BTreeMap::new(),
            warnings: Vec::new(),
        };
        profile.take(section, "")?;
        Ok(Some(profile))
    }

    fn sections(&self) -> impl Iterator<Item = (&str, &dyn TableLike)> {
        self.document
            .iter()
            .filter_map(|(name, item)| Some((name, item.as_table_like()?)))
            .filter(|(name, _)| *name != sinks::TABLE)
    }

    /// A table of the document that is no profile.
    pub(super) fn table(&self, name: &str) -> Option<&dyn TableLike> {
        self.document.as_table().get(name)?.as_table_like()
    }

    /// The file that a text in this one names.
    pub(super) fn beside(&self, text: &str, home: Option<&Path>) -> PathBuf {
        if let (Some(rest), Some(home)) = (text.strip_prefix("~/"), home) {
            return home.join(rest);
        }
        self.path.parent().unwrap_or(Path::new("")).join(text)
    }

    fn line_of_section(&self, name: &str) -> usize {
        let table = self.document.as_table();
        self.line(table.key(name).and_then(toml_edit::Key::span))
    }

    pub(super) fn line(&self, span: Option<Range<usize>>) -> usize {
        position(self.document.raw(), span).0
    }
}

impl fmt::Debug for ConfigFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigFile")
            .field("path", &self.path)
            .field("profiles", &self.profiles())
            .finish_non_exhaustive()
    }
}

impl ConfigFile {
    /// The file at a path; none where there is none.
    ///
    /// # Errors
    /// When it cannot be read, or is not TOML.
    pub(crate) fn at(path: &Path) -> Result<Option<Self>, SettingsError> {
        match super::files::read(path)? {
            Some((text, mode)) => Self::parse(path, &text, mode).map(Some),
            None => Ok(None),
        }
    }

    /// What a profile says: each key with its value and its line, in the order of the
    /// table of settings.
    ///
    /// # Errors
    /// A value of another kind than its key takes.
    pub(crate) fn values(
        &self,
        profile: &str,
    ) -> Result<Vec<(&'static Row, String, usize)>, SettingsError> {
        let Some(profile) = self.profile(profile)? else {
            return Ok(vec![]);
        };
        let rows = table::ROWS.iter().filter(|row| row.key.is_some());
        let values = rows.filter_map(|row| {
            let entry = profile.entries.get(row.key_name())?;
            Some((row, entry.text.clone(), entry.line))
        });
        Ok(values.collect())
    }
}

impl Profile<'_> {
    /// The value of a key, and where it stood.
    pub(super) fn get(&self, key: Key) -> Option<(&str, Origin)> {
        let entry = self.entries.get(key.name)?;
        Some((&entry.text, self.origin(key.name, entry.line)))
    }

    /// As [`get`](Self::get), for a value that names a file: `~/` is the home
    /// directory, and a relative path starts at the configuration file, since
    /// the working directory is another one every day.
    pub(super) fn path(&self, key: Key, home: Option<&Path>) -> Option<PathBuf> {
        let (text, _) = self.get(key)?;
        Some(self.file.beside(text, home))
    }

    pub(super) fn name(&self) -> &str {
        self.name
    }

    pub(super) fn file(&self) -> &Path {
        &self.file.path
    }

    fn origin(&self, key: &str, line: usize) -> Origin {
        Origin::File {
            path: self.file.path.clone(),
            line,
            key: key.to_owned(),
        }
    }

    /// Takes what stands in `table` and in the tables within.
    fn take(&mut self, table: &dyn TableLike, prefix: &str) -> Result<(), SettingsError> {
        for (name, item) in table.iter() {
            let name = format!("{prefix}{name}");
            if let Some(inner) = item.as_table_like() {
                self.take(inner, &format!("{name}."))?;
                continue;
            }
            let key_span = table
                .key(&name[prefix.len()..])
                .and_then(toml_edit::Key::span);
            let line = self.file.line(key_span.or_else(|| item.span()));
            let Some(key) = table::keys().find(|key| key.name == name) else {
                self.warnings.push(Warning::UnknownKey {
                    path: self.file.path.clone(),
                    line,
                    suggestion: nearest(&name, table::keys().map(|key| key.name)),
                    key: name,
                });
                continue;
            };
            let text = text(key.kind, item).ok_or_else(|| SettingsError::Value {
                origin: self.origin(key.name, line),
                problem: format!(
                    "the value has the wrong type ({}): write {}, like {}",
                    item.type_name(),
                    key.kind.about(),
                    key.example
                ),
            })?;
            self.entries.insert(key.name, Entry { text, line });
        }
        Ok(())
    }
}

fn text(kind: Kind, item: &Item) -> Option<String> {
    match (kind, item.as_value()?) {
        (Kind::Text, Value::String(text)) => Some(text.value().clone()),
        (Kind::Number, Value::Integer(number)) => Some(number.value().to_string()),
        (Kind::Switch, Value::Boolean(on)) => Some(on.value().to_string()),
        _ => None,
    }
}

/// Parses TOML. Of the parser's error only message and place are kept: its
/// `Display` shows the line, which may hold the key.
pub(super) fn document(path: &Path, text: &str) -> Result<Document<String>, SettingsError> {
    text.parse().map_err(|error: TomlError| {
        let (line, column) = position(text, error.span());
        SettingsError::Syntax {
            path: path.to_owned(),
            line,
            column,
            problem: error.message().replace('\n', " "),
        }
    })
}

/// Line and column of the start of `span`, counted from 1.
pub(crate) fn position(text: &str, span: Option<Range<usize>>) -> (usize, usize) {
    let before = span
        .and_then(|span| text.get(..span.start))
        .unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}
