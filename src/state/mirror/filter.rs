//! The filter of the mirror's keys: made when the mirror has changed, and kept beside
//! the entries, so that readers begin at once.

use rusqlite::{TransactionBehavior, params};

use super::store::Mirror;
use super::writer::Writer;
use crate::model::value_filter::ValueFilter;
use crate::state::StateError;
use crate::state::error::StoreError;

impl Mirror {
    /// The filter of the keys of all entries, and which state of them it is of.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn filter(&self) -> Result<(ValueFilter, i64), StateError> {
        let filter = || -> Result<(ValueFilter, i64), StoreError> {
            let changes = self.changes()?;
            if self.fact("filter_of")? == changes
                && let Some(kept) = self.kept_filter()?
            {
                return Ok((kept, changes));
            }
            Ok((self.made_filter()?, changes))
        };
        self.named(filter())
    }

    /// Which state of the entries this is.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn state(&self) -> Result<i64, StateError> {
        self.named(self.changes())
    }

    fn kept_filter(&self) -> Result<Option<ValueFilter>, StoreError> {
        let mut statement = self
            .connection
            .prepare("SELECT part, body FROM filter ORDER BY part")?;
        let mut rows = statement.query([])?;
        let mut parts = Vec::new();
        while let Some(row) = rows.next()? {
            let part = usize::try_from(row.get::<_, i64>(0)?).unwrap_or(usize::MAX);
            parts.push((part, row.get::<_, Vec<u8>>(1)?));
        }
        let bits = u32::try_from(self.fact("filter_bits")?).unwrap_or(u32::MAX);
        Ok(ValueFilter::from_parts(bits, parts))
    }

    fn made_filter(&self) -> Result<ValueFilter, StoreError> {
        let rows: i64 = self
            .connection
            .query_row("SELECT count(*) FROM entry", [], |row| row.get(0))?;
        let mut builder = ValueFilter::builder(rows.cast_unsigned());
        let mut statement = self
            .connection
            .prepare("SELECT key FROM entry ORDER BY key")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            builder.add(row.get::<_, i64>(0)?.cast_unsigned());
        }
        Ok(builder.finish())
    }
}

impl Writer {
    /// Makes the filter of the entries as they are, and keeps it.
    ///
    /// # Errors
    /// [`StateError`]. Readers then make it themselves.
    pub(crate) fn keep_filter(&mut self) -> Result<(), StateError> {
        let mirror = self.mirror_mut();
        let mut keep = || -> Result<(), StoreError> {
            let changes = mirror.changes()?;
            if mirror.fact("filter_of")? == changes {
                return Ok(());
            }
            let filter = mirror.made_filter()?;
            let transaction = mirror
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute("DELETE FROM filter", [])?;
            for (part, body) in filter.parts() {
                let part = i64::try_from(part).unwrap_or(i64::MAX);
                transaction.execute(
                    "INSERT INTO filter (part, body) VALUES (?1, ?2)",
                    params![part, body],
                )?;
            }
            for (name, number) in [
                ("filter_bits", i64::from(filter.bits())),
                ("filter_of", changes),
            ] {
                transaction.execute(
                    "INSERT OR REPLACE INTO fact (name, number) VALUES (?1, ?2)",
                    params![name, number],
                )?;
            }
            Ok(transaction.commit()?)
        };
        let kept = keep();
        mirror.named(kept)
    }
}
