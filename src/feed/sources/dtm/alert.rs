//! What tells alerts apart, and their times.

use jiff::Timestamp;

use crate::feed::sources::by_time::Identified;
use crate::model::alert::AlertKey;
use crate::model::json::Scan;

/// The members of an alert that the feed goes by.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Alert {
    id: Option<String>,
    /// The last change, as the service wrote it.
    change: Option<String>,
    pub(super) created: Option<i64>,
    pub(super) updated: Option<i64>,
}

impl Alert {
    /// Reads an alert, and gives its text as well.
    pub(super) fn read<'a>(item: &mut Scan<'a>) -> Result<(&'a str, Self), String> {
        let (item, key) = item.view::<AlertKey>()?;
        let Some(key) = key else {
            return Ok((item, Self::default()));
        };
        let second = |text: &Option<String>| {
            let time: Timestamp = text.as_deref()?.parse().ok()?;
            Some(time.as_second())
        };
        let alert = Self {
            created: second(&key.created_at),
            updated: second(&key.updated_at),
            change: key.updated_at,
            id: key.id,
        };
        Ok((item, alert))
    }

    /// The alert, whatever becomes of it.
    pub(super) fn whole(self, item: &str, time: Option<i64>) -> Identified {
        match self.id {
            Some(id) => Identified::new(id, time),
            None => Identified::by_content(item, time),
        }
    }

    /// The alert as it was last changed.
    pub(super) fn version(self, item: &str, time: Option<i64>) -> Identified {
        match (self.id, self.change) {
            (Some(id), Some(change)) => Identified::new(format!("{id} {change}"), time),
            (Some(id), None) => Identified::new(id, time),
            (None, _) => Identified::by_content(item, time),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Alert {
        let (item, alert) = Alert::read(&mut Scan::of(json)).expect("an item");
        assert_eq!(item, json);
        alert
    }

    #[test]
    fn alerts_and_their_versions_are_told_apart() {
        let item = |id: &str, change: &str| {
            format!(
                r#"{{"id":"{id}","created_at":"2026-01-02T03:04:05.999Z","updated_at":"{change}"}}"#
            )
        };
        let whole = |json: &str| read(json).whole(json, None);
        let version = |json: &str| read(json).version(json, None);
        let one = item("a", "2026-01-02T03:04:06.001Z");
        let two = item("a", "2026-01-02T03:04:06.002Z");
        assert_eq!(whole(&one).identity, "a");
        assert_eq!(whole(&one), whole(&two));
        assert_ne!(version(&one), version(&two));
        let alert = read(&one);
        assert_eq!(
            (alert.created, alert.updated),
            (Some(1_767_323_045), Some(1_767_323_046))
        );
    }

    #[test]
    fn odd_alerts_are_borne() {
        for json in ["{}", "5", r#"{"id":null,"created_at":""}"#] {
            let alert = read(json);
            assert_eq!(alert, Alert::default(), "{json}");
            let whole = alert.whole(json, None);
            assert!(whole.identity.starts_with("sha256:"), "{json}");
        }
        let json = r#"{"id":7,"updated_at":"yesterday"}"#;
        let alert = read(json);
        assert_eq!(alert.version(json, None).identity, "7 yesterday");
    }
}
