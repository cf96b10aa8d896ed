//! Keeps a database within its limit, a small step at a time, so that no
//! look-up waits long behind it.

use rusqlite::TransactionBehavior;

use super::error::StoreError;
use super::store::Size;
use super::store::Store;

/// Answers dropped in one step at most.
const MOST_ANSWERS: u32 = 1024;
/// Free pages given back in one step at most.
const MOST_PAGES: u64 = 256;

/// What the size of a database calls for.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// It is within its limit.
    Rest,
    /// Drop the oldest answers, about this many bytes of them.
    Drop(u64),
    /// Give free pages at the end of the file back to the disk.
    GiveBack,
}

/// Free pages are used again by the next answers, so a file somewhat above the
/// limit is left alone: giving them back each time would only write twice.
fn next_step(size: Size, limit: u64) -> Step {
    if size.used > limit {
        Step::Drop(size.used - limit)
    } else if size.file > limit + limit / 8 {
        Step::GiveBack
    } else {
        Step::Rest
    }
}

/// Whether the database is above its limit.
pub(super) fn is_needed(store: &Store, limit: u64) -> Result<bool, StoreError> {
    Ok(next_step(store.size()?, limit) != Step::Rest)
}

/// Does one step; returns whether another would do some good.
pub(super) fn step(store: &mut Store, limit: u64) -> Result<bool, StoreError> {
    let before = store.size()?;
    match next_step(before, limit) {
        Step::Rest => return Ok(false),
        Step::Drop(excess) => drop_oldest(store, excess, before.page)?,
        Step::GiveBack => give_back(store)?,
    }
    let after = store.size()?;
    // An empty database may still be above a tiny limit.
    Ok(after != before && next_step(after, limit) != Step::Rest)
}

/// Each answer is taken to free whole pages, which is too much rather than too
/// little: what is still too much goes with the next step, and no step drops
/// more than it must.
fn drop_oldest(store: &mut Store, excess: u64, page: u64) -> Result<(), StoreError> {
    let transaction = store
        .connection
        .transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut oldest = transaction.prepare_cached(
            "SELECT id, packed_bytes FROM response INDEXED BY response_by_age
             ORDER BY fetched_at LIMIT ?1",
        )?;
        let mut chosen: Vec<i64> = Vec::new();
        let mut freed = 0;
        let mut rows = oldest.query([MOST_ANSWERS])?;
        while let Some(row) = rows.next()?
            && freed < excess
        {
            chosen.push(row.get(0)?);
            freed += row.get::<_, i64>(1)?.unsigned_abs().next_multiple_of(page);
        }
        let mut delete = transaction.prepare_cached("DELETE FROM response WHERE id = ?1")?;
        for id in chosen {
            delete.execute([id])?;
        }
    }
    transaction.commit()?;
    Ok(())
}

fn give_back(store: &Store) -> Result<(), StoreError> {
    // Each row that is asked for frees one page; none is ever returned.
    let mut vacuum = store
        .connection
        .prepare(&format!("PRAGMA incremental_vacuum({MOST_PAGES})"))?;
    let mut rows = vacuum.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::client::cache::Stored;
    use crate::state::body::Packed;
    use jiff::Timestamp;

    #[test]
    fn steps() {
        let size = |used, file| Size {
            used,
            file,
            page: 4096,
        };
        for (size, step) in [
            (size(0, 0), Step::Rest),
            (size(800, 800), Step::Rest),
            (size(800, 900), Step::Rest),
            (size(800, 901), Step::GiveBack),
            (size(801, 801), Step::Drop(1)),
            (size(2000, 9000), Step::Drop(1200)),
        ] {
            assert_eq!(next_step(size, 800), step, "{size:?}");
        }
    }

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

    fn filled(answers: i64) -> Store {
        let mut store = Store::temporary().unwrap();
        let rows: Vec<(String, Packed<'static>)> = (0..answers)
            // Stored newest first: age counts, not the order of arrival.
            .rev()
            .map(|n| (n.to_string(), answer(n, 2000)))
            .collect();
        store
            .keep(rows.iter().map(|(key, packed)| (key.as_str(), packed)))
            .unwrap();
        store
    }

    #[test]
    fn the_oldest_go_until_the_limit_is_kept_and_the_disk_gets_its_pages_back() {
        let mut store = filled(3000);
        let limit = 1 << 20;
        assert!(is_needed(&store, limit).unwrap());
        let mut steps = 0;
        while step(&mut store, limit).unwrap() {
            steps += 1;
        }
        assert!(steps > 3, "one step is a small one: {steps}");
        let size = store.size().unwrap();
        assert!(
            size.used <= limit && size.file <= limit + limit / 8,
            "{size:?}"
        );
        assert!(
            size.used > limit * 9 / 10,
            "no more went than had to: {size:?}"
        );
        assert!(!is_needed(&store, limit).unwrap());

        let kept: Vec<bool> = (0..3000)
            .map(|n: i64| store.load(&n.to_string()).unwrap().is_some())
            .collect();
        let oldest = kept.iter().position(|kept| *kept).unwrap();
        assert!(kept[oldest..].iter().all(|kept| *kept));
    }

    #[test]
    fn a_limit_that_nothing_fits_ends_all_the_same() {
        let mut store = filled(10);
        while step(&mut store, 0).unwrap() {}
        assert_eq!(store.load("9").unwrap(), None);
    }
}
