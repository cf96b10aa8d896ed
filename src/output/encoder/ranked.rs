//! Rows that wait for others that are more severe.

/// How many rows wait at most, so that memory stays bounded.
const MOST: usize = 10_000;

/// Rows with their ranks.
#[derive(Default)]
pub(super) struct Ranked {
    rows: Vec<(u32, Vec<String>)>,
}

impl Ranked {
    /// Holds a row back. Once there are too many all are given back, the most
    /// severe first, and nothing waits any more.
    pub(super) fn hold(&mut self, rank: u32, cells: Vec<String>) -> Option<Vec<Vec<String>>> {
        self.rows.push((rank, cells));
        if self.rows.len() <= MOST {
            return None;
        }
        tracing::warn!(
            "the first {MOST} records are shown the most severe first, and those after them as they come"
        );
        Some(std::mem::take(self).sorted())
    }

    /// All rows, the most severe first; of one rank as they came.
    pub(super) fn sorted(mut self) -> Vec<Vec<String>> {
        self.rows.sort_by_key(|(rank, _)| *rank);
        self.rows.into_iter().map(|(_, cells)| cells).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_held_until_there_are_too_many() {
        let mut ranked = Ranked::default();
        let mut let_go = None;
        for row in 0..=MOST {
            assert!(let_go.is_none(), "row {row}");
            let rank = u32::from(row != MOST);
            let_go = ranked.hold(rank, vec![row.to_string()]);
        }
        let rows = let_go.expect("all rows");
        assert_eq!(rows.len(), MOST + 1);
        assert_eq!((rows[0][0].as_str(), rows[1][0].as_str()), ("10000", "0"));
        assert!(ranked.sorted().is_empty());
    }
}
