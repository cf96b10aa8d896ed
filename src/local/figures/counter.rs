//! Names, counted.

use std::collections::HashMap;

/// Different names that are counted each by itself; what comes beyond is counted
/// together, so that memory does not grow with the input.
const MOST_NAMES: usize = 50_000;

/// Bars of a panel at most.
const MOST_BARS: usize = 50;

/// Ages, from the youngest; the last is that of what tells no time.
pub(super) const AGES: [&str; 5] = [
    "up to a day",
    "up to 7 days",
    "up to 30 days",
    "older",
    "unknown",
];

/// In what order the bars of a panel stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// The most first.
    Count,
    /// Days, one after the other.
    Day,
    /// [`AGES`].
    Age,
}

/// How often each name came.
#[derive(Debug, Default)]
pub(super) struct Counter {
    counts: HashMap<String, u64>,
    others: u64,
}

impl Counter {
    pub(super) fn add(&mut self, name: &str) {
        if let Some(count) = self.counts.get_mut(name) {
            *count += 1;
        } else if self.counts.len() < MOST_NAMES {
            self.counts.insert(name.to_owned(), 1);
        } else {
            self.others += 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The bars in this order, and how many came under other names. Of many days the last
    /// ones stay.
    pub(super) fn bars(self, order: Order) -> (Vec<(String, u64)>, u64) {
        let mut bars: Vec<(String, u64)> = self.counts.into_iter().collect();
        match order {
            Order::Count => bars.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0))),
            Order::Day => bars.sort_by(|a, b| b.0.cmp(&a.0)),
            Order::Age => bars.sort_by_key(|bar| AGES.iter().position(|age| *age == bar.0)),
        }
        let cut = bars.split_off(bars.len().min(MOST_BARS));
        if order == Order::Day {
            bars.reverse();
        }
        let others = cut.into_iter().map(|(_, count)| count).sum::<u64>();
        (bars, others + self.others)
    }
}
