//! The notifications of the simulated stream: which there are, and when.

use crate::sandbox::asked::Asked;
use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::objects;
use crate::sandbox::seed::Seed;
use crate::sandbox::subject::Subject;

/// Notifications of one second every so many seconds.
const STEP: i64 = 60;
/// So much later than its date a late one appears.
const LATE: i64 = 240;
/// Of so many steps one has more notifications of one second than a page holds.
const BURST_EVERY: i64 = 30;
const BURST: usize = 47;

/// One notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Notification {
    pub(super) date: i64,
    pub(super) id: String,
    seed: Seed,
}

/// What is visible at `now` with a date from `low` to `high`, in the order of time
/// or against it. Nothing is made before it is asked for.
///
/// Every sixth one appears late; and there is always one that is dated at the
/// beginning of next year, as clocks that go wrong have it.
pub(super) fn visible(
    low: i64,
    high: i64,
    now: i64,
    oldest_first: bool,
) -> impl Iterator<Item = Notification> {
    let (first, last) = (low.div_euclid(STEP), high.min(now).div_euclid(STEP));
    let dated = (0..=last - first)
        .map(move |nth| {
            if oldest_first {
                first + nth
            } else {
                last - nth
            }
        })
        .flat_map(move |step| of_step(step, now, oldest_first));
    let ahead = next_year(now).map(|date| at(date, 0));
    let (before, after) = if oldest_first {
        (None, ahead)
    } else {
        (ahead, None)
    };
    let all = before.into_iter().chain(dated).chain(after);
    all.filter(move |one| (low..=high).contains(&one.date))
}

/// What is visible of the notifications of one second, in the order of their ids
/// or against it.
fn of_step(step: i64, now: i64, ascending: bool) -> Vec<Notification> {
    let date = step * STEP;
    let appeared = |one: &Notification| {
        let is_late = one.seed.below("late", 6) == 0;
        date + if is_late { LATE } else { 0 } <= now
    };
    let all = (0..count(step)).map(|index| at(date, index));
    let mut found: Vec<_> = all.filter(appeared).collect();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    if !ascending {
        found.reverse();
    }
    found
}

/// The beginning of the year after `now`, in UTC.
fn next_year(now: i64) -> Option<i64> {
    let year = jiff::Timestamp::from_second(now)
        .map_or(2026, |now| now.to_zoned(jiff::tz::TimeZone::UTC).year());
    let next_year = jiff::civil::date(year + 1, 1, 1).to_zoned(jiff::tz::TimeZone::UTC);
    Some(next_year.ok()?.timestamp().as_second())
}

fn count(step: i64) -> usize {
    if step % BURST_EVERY == 0 {
        return BURST;
    }
    Seed::of("step", &step.to_string()).below("count", 4)
}

fn at(date: i64, index: usize) -> Notification {
    let seed = Seed::of("notification", &date.to_string()).child("at", index);
    Notification {
        date,
        id: format!("{}", 10_000_000_000 + seed.number("id") % 89_000_000_000),
        seed,
    }
}

impl Notification {
    /// `hunting` or `subscriptions`.
    pub(super) fn origin(&self) -> &'static str {
        self.seed.pick("origin", &["hunting", "subscriptions"])
    }

    /// Type and id of the source.
    pub(super) fn source(&self) -> (&'static str, String) {
        let kind = match self.origin() {
            "hunting" => self
                .seed
                .pick("source", &["hunting_ruleset", "retrohunt_job"]),
            _ => self.seed.pick("source", &["collection", "threat_actor"]),
        };
        (
            kind,
            format!("simulated-{kind}-{}", self.seed.below("source id", 3)),
        )
    }

    /// The tag, which hunting alone gives.
    pub(super) fn tag(&self) -> Option<&'static str> {
        (self.origin() == "hunting").then(|| self.seed.pick("tag", &["my_rule", "other_rule"]))
    }

    /// What it is about.
    pub(super) fn subject(&self) -> Subject {
        let label = self.seed.hex("subject", 12);
        match self.seed.below("kind", 4) {
            0 => Subject::domain(&format!("stream-{label}.example")),
            1 => {
                let last = self.seed.below("last", 254) + 1;
                let text = format!("203.0.113.{last}");
                text.parse()
                    .map_or_else(|_| Subject::domain("stream.example"), Subject::ip)
            }
            2 => match url::Url::parse(&format!("http://stream-{label}.example/a")) {
                Ok(url) => Subject::url(url),
                Err(_) => Subject::domain("stream.example"),
            },
            _ => Subject::file(&self.seed.hex("file", 64))
                .unwrap_or_else(|| Subject::domain("stream.example")),
        }
    }

    /// The object as the stream has it.
    pub(super) fn object(&self, descriptors: bool, asked: &Asked) -> Object {
        let subject = self.subject();
        let mut object = if descriptors {
            object! { "id": subject.id.clone(), "type": subject.kind.type_name() }
        } else {
            objects::whole(&subject, asked)
        };
        let (kind, id) = self.source();
        let hunting: Json = match self.tag() {
            None => Json::Null,
            Some(rule) => object! {
                "rule_name": rule,
                "rule_tags": list![],
                "snippet": "begin_highlight 73 69 6d end_highlight  sim",
                "source_country": Json::Null,
                "source_key": "00000000",
                "match_in_subfile": false,
            }
            .into(),
        };
        object.push(
            "context_attributes",
            object! {
                "notification_id": self.id.clone(),
                "notification_date": self.date,
                "origin": self.origin(),
                "sources": list![object! { "id": id, "type": kind, "label": "Simulated source" }],
                "tags": self.tag().into_iter().collect::<Json>(),
                "hunting_info": hunting,
            },
        );
        object
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_767_322_800;

    #[test]
    fn the_stream_only_grows() {
        let from = |now| visible(NOW - 7_200, i64::MAX, now, true).collect::<Vec<_>>();
        let (early, later) = (from(NOW), from(NOW + 600));
        assert!(early.iter().all(|one| later.contains(one)));
        let fresh: Vec<_> = later.iter().filter(|one| !early.contains(one)).collect();
        assert!(fresh.iter().any(|one| one.date <= NOW), "a late one");
        assert!(fresh.iter().any(|one| one.date > NOW), "a new one");
        assert!(
            early.last().is_some_and(|one| one.date > NOW),
            "one of next year"
        );
    }

    #[test]
    fn more_share_a_second_than_a_page_holds() {
        let all: Vec<_> = visible(NOW - 7_200, NOW - 600, NOW, true).collect();
        let most = all
            .iter()
            .map(|one| all.iter().filter(|other| other.date == one.date).count());
        assert_eq!(most.max(), Some(BURST));
        let mut ids: Vec<_> = all.iter().map(|one| &one.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all.len());
    }
    #[test]
    fn one_order_is_the_other_reversed() {
        let all = |oldest_first| visible(NOW - 7_200, i64::MAX, NOW, oldest_first);
        let up: Vec<_> = all(true).collect();
        let key = |one: &Notification| (one.date, one.id.clone());
        assert!(up.is_sorted_by_key(key) && up.len() > 100);
        let mut down: Vec<_> = all(false).collect();
        down.reverse();
        assert_eq!(up, down);
    }
}
