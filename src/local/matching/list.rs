//! The list that lines are matched against, in memory.

use std::fs::File;
use std::hash::BuildHasher;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::sieve::Sieve;
use crate::local::extract::{ExtractError, Finding, Findings, Form, ValueType, extract};

/// Files that one list is made of, at most: each is a bit of an entry's `lists`.
const MOST_FILES: usize = 32;

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListError {
    /// A file was not read to its end.
    #[error("cannot read `{0}`: {1}")]
    Unread(String, ExtractError),
    /// Nothing to match against.
    #[error("no indicator found in {0}")]
    Empty(String),
    /// More files than a list takes.
    #[error("a list is made of {MOST_FILES} files at most")]
    TooManyFiles,
    /// More values than a list takes.
    #[error("the list is longer than 4 GiB")]
    TooLong,
}

/// Values in their one spelling, one after the other, found by their hash.
pub(crate) struct List {
    files: Vec<String>,
    /// All values, end to end.
    text: String,
    /// Where each ends.
    ends: Vec<u32>,
    types: Vec<ValueType>,
    /// In which of the files each stands, a bit a file.
    lists: Vec<u32>,
    index: HashTable<u32>,
    sieve: Arc<Sieve>,
}

/// A value of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Entry(u32);

/// What is read into a list.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// The files, in any form that `gti extract` reads.
    pub files: Vec<PathBuf>,
    /// The types that count; all of them where none is named.
    pub types: Vec<ValueType>,
}

impl List {
    /// Reads a list.
    ///
    /// # Errors
    /// When a file is not read to its end, when they name no indicator, and when they
    /// are longer than a list may be.
    pub(crate) fn read(reading: &Reading) -> Result<Self, ListError> {
        if reading.files.len() > MOST_FILES {
            return Err(ListError::TooManyFiles);
        }
        let mut builder = Builder::default();
        for (number, path) in reading.files.iter().enumerate() {
            let name = path.display().to_string();
            builder.file = 1 << number;
            let file = File::open(path)
                .map_err(|error| ListError::Unread(name.clone(), ExtractError::from(error)))?;
            builder
                .extract(file, path, &reading.types)
                .map_err(|error| ListError::Unread(name.clone(), error))?;
            builder.files.push(name);
        }
        builder.list()
    }

    /// A list of what stands in a text.
    #[cfg(test)]
    pub(super) fn of(text: &str) -> Result<Self, ListError> {
        let mut builder = Builder {
            file: 1,
            files: vec!["list".to_owned()],
            ..Builder::default()
        };
        builder
            .extract(text.as_bytes(), Path::new("list.txt"), &[])
            .map_err(|error| ListError::Unread("list".to_owned(), error))?;
        builder.list()
    }

    pub(super) fn sieve(&self) -> Arc<Sieve> {
        Arc::clone(&self.sieve)
    }

    /// The entry of a value in its one spelling.
    pub(super) fn find(&self, value: &str) -> Option<Entry> {
        let hash = hash(value);
        let found = self.index.find(hash, |at| self.value(Entry(*at)) == value);
        found.copied().map(Entry)
    }

    /// The value of an entry.
    pub(super) fn value(&self, entry: Entry) -> &str {
        value(&self.text, &self.ends, entry.0)
    }

    /// Its type.
    pub(super) fn value_type(&self, entry: Entry) -> ValueType {
        self.types[entry.0 as usize]
    }

    /// The files that it stands in.
    pub(super) fn files(&self, entry: Entry) -> impl Iterator<Item = &str> {
        let bits = self.lists[entry.0 as usize];
        let files = self.files.iter().enumerate();
        files
            .filter(move |(number, _)| bits >> number & 1 == 1)
            .map(|(_, name)| name.as_str())
    }
}

/// The hash of the index. A list is the user's own, and a hash that its author has
/// aimed at costs time and no answer.
fn hash(value: &str) -> u64 {
    FixedState::default().hash_one(value.as_bytes())
}

fn value<'t>(text: &'t str, ends: &[u32], at: u32) -> &'t str {
    let at = at as usize;
    let start = at.checked_sub(1).map_or(0, |before| ends[before]);
    &text[start as usize..ends[at] as usize]
}

#[derive(Default)]
struct Builder {
    files: Vec<String>,
    /// The bit of the file that is being read.
    file: u32,
    text: String,
    ends: Vec<u32>,
    types: Vec<ValueType>,
    lists: Vec<u32>,
    index: HashTable<u32>,
    /// Whether the values no longer fit.
    too_long: bool,
}

impl Builder {
    fn extract(
        &mut self,
        reader: impl Read,
        path: &Path,
        types: &[ValueType],
    ) -> Result<(), ExtractError> {
        extract(
            reader,
            Some(path),
            None,
            &mut Taker {
                builder: self,
                types,
            },
        )
    }

    fn add(&mut self, found: &str, value_type: ValueType) {
        let hash = hash(found);
        let Self { text, ends, .. } = self;
        let known = self
            .index
            .find(hash, |at| value(text, ends, *at) == found)
            .copied();
        if let Some(at) = known {
            self.lists[at as usize] |= self.file;
            return;
        }
        let (Ok(end), Ok(at)) = (
            u32::try_from(text.len() + found.len()),
            u32::try_from(ends.len()),
        ) else {
            self.too_long = true;
            return;
        };
        text.push_str(found);
        ends.push(end);
        self.types.push(value_type);
        self.lists.push(self.file);
        let rehash = |at: &u32| self::hash(value(text, ends, *at));
        self.index.insert_unique(hash, at, rehash);
    }

    fn list(self) -> Result<List, ListError> {
        if self.too_long {
            return Err(ListError::TooLong);
        }
        if self.ends.is_empty() {
            return Err(ListError::Empty(self.files.join(", ")));
        }
        let values = || {
            (0..self.ends.len()).map(|at| {
                let entry = u32::try_from(at).expect("as many as there are ends");
                (self.types[at], value(&self.text, &self.ends, entry))
            })
        };
        let sieve = Arc::new(Sieve::of(values));
        Ok(List {
            files: self.files,
            text: self.text,
            ends: self.ends,
            types: self.types,
            lists: self.lists,
            index: self.index,
            sieve,
        })
    }
}

/// Takes the values of a file into a list.
struct Taker<'b> {
    builder: &'b mut Builder,
    types: &'b [ValueType],
}

impl Findings for Taker<'_> {
    fn take(&mut self, finding: Finding, _: Form) -> ControlFlow<()> {
        if self.types.is_empty() || self.types.contains(&finding.kind) {
            self.builder.add(&finding.value, finding.kind);
        }
        if self.builder.too_long {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn once(&self) -> bool {
        true
    }

    fn pause(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
