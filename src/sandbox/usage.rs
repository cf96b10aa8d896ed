//! What a key has used up.

use std::collections::BTreeMap;

/// Requests that cost quota, counted; and the daily allowance.
#[derive(Debug, Default)]
pub(super) struct Usage {
    allowed: Option<u64>,
    used: u64,
    by_endpoint: BTreeMap<String, u64>,
}

impl Usage {
    pub(super) fn new(allowed: Option<u64>) -> Self {
        Self {
            allowed,
            ..Self::default()
        }
    }

    /// Counts a request; false where the allowance is used up, and then it is
    /// not counted.
    pub(super) fn spend(&mut self, endpoint: &str) -> bool {
        if self.allowed.is_some_and(|allowed| self.used >= allowed) {
            return false;
        }
        self.used += 1;
        // Only the first request of an endpoint may allocate.
        if let Some(count) = self.by_endpoint.get_mut(endpoint) {
            *count += 1;
        } else {
            self.by_endpoint.insert(endpoint.to_owned(), 1);
        }
        true
    }

    pub(super) fn allowed(&self) -> Option<u64> {
        self.allowed
    }

    pub(super) fn used(&self) -> u64 {
        self.used
    }

    pub(super) fn by_endpoint(&self) -> &BTreeMap<String, u64> {
        &self.by_endpoint
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_not_counted() {
        let mut usage = Usage::new(Some(2));
        let answers: Vec<bool> = (0..4).map(|_| usage.spend("files")).collect();
        assert_eq!(answers, [true, true, false, false]);
        assert_eq!((usage.used(), usage.by_endpoint()["files"]), (2, 2));
    }
}
