//! Keeps a database within its limit.

use rusqlite::TransactionBehavior;

use super::error::StoreError;
use super::store::Store;

/// Answers dropped in one transaction at most.
const MOST_ANSWERS: u32 = 1024;

/// Drops the oldest answers until the rest is within `limit` bytes.
///
/// Free pages are used again by the next answers, so a file somewhat above the
/// limit is left alone: giving them back each time would only write twice.
pub(super) fn prune(store: &mut Store, limit: u64) -> Result<(), StoreError> {
    let mut size = store.size()?;
    while size.used > limit {
        if drop_oldest(store, size.used - limit, size.page)? == 0 {
            // An empty database may still be above a tiny limit.
            break;
        }
        size = store.size()?;
    }
    if size.file > limit + limit / 8 {
        store.give_back(size.file.saturating_sub(limit) / size.page)?;
    }
    Ok(())
}

/// Drops about `excess` bytes of answers; returns how many went. Each is taken to
/// free whole pages, which is too much rather than too little: what is still too much
/// goes the next time, and no more is dropped than must be.
fn drop_oldest(store: &mut Store, excess: u64, page: u64) -> Result<usize, StoreError> {
    let transaction = store
        .connection
        .transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut chosen: Vec<i64> = Vec::new();
    {
        let mut oldest = transaction.prepare_cached(
            "SELECT id, packed_bytes FROM response INDEXED BY response_by_age
             ORDER BY fetched_at LIMIT ?1",
        )?;
        let mut freed = 0;
        let mut rows = oldest.query([MOST_ANSWERS])?;
        while let Some(row) = rows.next()?
            && freed < excess
        {
            chosen.push(row.get(0)?);
            freed += row.get::<_, i64>(1)?.unsigned_abs().next_multiple_of(page);
        }
        let mut delete = transaction.prepare_cached("DELETE FROM response WHERE id = ?1")?;
        for id in &chosen {
            delete.execute([id])?;
        }
    }
    transaction.commit()?;
    Ok(chosen.len())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::client::cache::Stored;
    use crate::state::body::Packed;
    use jiff::Timestamp;
    use std::collections::HashMap;

    fn answer(second: i64, length: usize) -> Packed<'static> {
        let mut body = Vec::new();
        let mut state = second;
        while body.len() < length {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            body.extend_from_slice(&state.to_le_bytes());
        }
        Packed::new(&Stored {
            status: 200,
            body: body.into(),
            fetched_at: Timestamp::from_second(second).unwrap(),
        })
        .unwrap()
    }

    /// Answers by the second of their age, in no order.
    fn filled(answers: i64) -> Store {
        let mut store = Store::temporary().unwrap();
        let rows: HashMap<String, Packed<'static>> = (0..answers)
            .map(|n| (n.to_string(), answer(n, 2000)))
            .collect();
        store.keep(&rows).unwrap();
        store
    }

    #[test]
    fn the_oldest_go_until_the_limit_is_kept_and_the_disk_gets_its_pages_back() {
        let mut store = filled(3000);
        let limit = 1 << 20;
        prune(&mut store, limit).unwrap();
        let size = store.size().unwrap();
        assert!(size.used <= limit, "{size:?}");
        assert!(size.used > limit * 9 / 10, "no more went than had to");
        assert!(size.file <= limit + limit / 8, "{size:?}");

        let kept: Vec<bool> = (0..3000)
            .map(|n: i64| store.load(&n.to_string()).unwrap().is_some())
            .collect();
        let oldest = kept.iter().position(|kept| *kept).unwrap();
        assert!(kept[oldest..].iter().all(|kept| *kept));
    }

    #[test]
    fn a_file_somewhat_above_the_limit_is_left_alone() {
        let mut store = filled(100);
        let before = store.size().unwrap();
        prune(&mut store, before.used - before.used / 10).unwrap();
        let after = store.size().unwrap();
        assert!(after.used < before.used);
        assert_eq!(after.file, before.file);
    }

    #[test]
    fn a_limit_that_nothing_fits_ends_all_the_same() {
        let mut store = filled(10);
        prune(&mut store, 0).unwrap();
        assert_eq!(store.load("9").unwrap(), None);
    }
}
