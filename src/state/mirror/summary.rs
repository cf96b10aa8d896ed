//! How much the mirror has, how old, and from where.

use std::path::PathBuf;

use jiff::Timestamp;

use super::entry::number;
use super::store::Mirror;
use super::writer::checkpoint;
use crate::model::indicator::Kind;
use crate::state::StateError;
use crate::state::checkpoint::Checkpoint;
use crate::state::error::StoreError;

/// What the mirror has.
#[derive(Debug, Clone)]
pub(crate) struct Summary {
    /// Where the database is.
    pub path: PathBuf,
    /// Entries of each type.
    pub counts: Vec<(Kind, u64)>,
    /// When the entry was told of that no feed has told of for longest.
    pub oldest: Option<Timestamp>,
    /// When the one was that was told of last.
    pub newest: Option<Timestamp>,
    /// When the mirror last changed.
    pub changed_at: Option<Timestamp>,
    /// What it takes on the disk.
    pub bytes: u64,
    /// The feeds, by name.
    pub sources: Vec<SourceSummary>,
}

/// A feed that the mirror is filled from.
#[derive(Debug, Clone)]
pub(crate) struct SourceSummary {
    /// Its name.
    pub name: String,
    /// The service.
    pub service: String,
    /// The time that it has come to.
    pub until: Option<Timestamp>,
    /// When it was last read.
    pub synced_at: Timestamp,
    /// Lines of it that were read.
    pub read: u64,
}

/// How many rows there are.
pub(super) struct Count {
    pub(super) entries: u64,
    pub(super) other_hashes: u64,
    /// In seconds since the epoch; 0 where nothing ever changed.
    pub(super) changed_at: i64,
}

impl Mirror {
    /// The services that its sources are of.
    ///
    /// # Errors
    /// [`StateError`].
    pub(super) fn services(&self) -> Result<Vec<String>, StateError> {
        let sources = self.sources()?.into_iter();
        let mut services: Vec<String> = sources.map(|source| source.belongings.base_url).collect();
        services.sort();
        services.dedup();
        Ok(services)
    }

    /// What the mirror has, all of it of one state.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn summary(&self) -> Result<Summary, StateError> {
        self.one_state()?;
        let sources = self.sources()?.into_iter().map(|source| SourceSummary {
            name: source.name,
            service: source.belongings.base_url,
            until: source.mark,
            synced_at: source.updated_at,
            read: source.emitted,
        });
        let counted = || -> Result<Summary, StoreError> {
            let mut counts = Vec::new();
            let mut ages = Vec::new();
            let mut statement = self.connection.prepare_cached(
                "SELECT kind, count(*), min(updated), max(updated) FROM entry
                 WHERE details IS NOT NULL GROUP BY kind",
            )?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let found: i64 = row.get(0)?;
                let kind = Kind::ALL.into_iter().find(|kind| number(*kind) == found);
                let kind = kind.ok_or_else(|| StoreError::Damaged("a type".to_owned()))?;
                counts.push((kind, row.get::<_, i64>(1)?.cast_unsigned()));
                ages.push((row.get::<_, i64>(2)?, row.get::<_, i64>(3)?));
            }
            let time = |seconds: i64| Timestamp::from_second(seconds).ok();
            let changed_at = self.fact("changed_at")?;
            let pages: i64 = self
                .connection
                .pragma_query_value(None, "page_count", |row| row.get(0))?;
            let size: i64 = self
                .connection
                .pragma_query_value(None, "page_size", |row| row.get(0))?;
            Ok(Summary {
                path: self.path.clone(),
                counts,
                oldest: ages.iter().map(|(oldest, _)| *oldest).min().and_then(time),
                newest: ages.iter().map(|(_, newest)| *newest).max().and_then(time),
                changed_at: (changed_at != 0).then(|| time(changed_at)).flatten(),
                bytes: pages.cast_unsigned() * size.cast_unsigned(),
                sources: sources.collect(),
            })
        };
        self.named(counted())
    }

    /// How many rows there are, and when they last changed.
    pub(super) fn count(&self) -> Result<Count, StateError> {
        let count = || -> Result<Count, StoreError> {
            let mut statement = self
                .connection
                .prepare_cached("SELECT count(details), count(same_as) FROM entry")?;
            let (entries, other_hashes): (i64, i64) =
                statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(Count {
                entries: entries.cast_unsigned(),
                other_hashes: other_hashes.cast_unsigned(),
                changed_at: self.fact("changed_at")?,
            })
        };
        self.named(count())
    }

    /// The feeds, by name.
    pub(super) fn sources(&self) -> Result<Vec<Checkpoint>, StateError> {
        let sources = || -> Result<Vec<Checkpoint>, StoreError> {
            let mut statement = self.connection.prepare_cached(
                "SELECT name, belongings, position, mark, emitted, round, created_at, updated_at
                 FROM source ORDER BY name",
            )?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(checkpoint(row)?);
            }
            Ok(found)
        };
        self.named(sources())
    }
}
