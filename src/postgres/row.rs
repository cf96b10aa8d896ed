//! A record as a row: the object as it came, the same as `jsonb`, and the common record
//! in columns of their own.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::literal;
use super::scrub::scrub;
use crate::model::common::Common;

/// The rows of one statement, column by column.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) identity: Vec<String>,
    pub(super) kind: Vec<Option<String>>,
    pub(super) object_type: Vec<Option<String>>,
    pub(super) id: Vec<Option<String>>,
    pub(super) value: Vec<Option<String>>,
    pub(super) title: Vec<Option<String>>,
    pub(super) status: Vec<Option<String>>,
    pub(super) verdict: Vec<Option<String>>,
    pub(super) severity: Vec<Option<String>>,
    pub(super) threat_score: Vec<Option<i64>>,
    pub(super) time: Vec<Option<String>>,
    pub(super) first_seen: Vec<Option<String>>,
    pub(super) last_seen: Vec<Option<String>>,
    pub(super) sources: Vec<String>,
    pub(super) actors: Vec<String>,
    pub(super) malware: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) link: Vec<Option<String>>,
    pub(super) raw: Vec<String>,
    pub(super) doc: Vec<Option<String>>,
    pub(super) exact: Vec<bool>,
}

/// A record, with what was read of it.
#[derive(Clone)]
pub(super) struct Read {
    /// What tells its row from all others of its feed.
    pub(super) identity: String,
    common: Option<Common>,
    /// The object as it came.
    pub(super) raw: String,
}

impl Read {
    /// Reads a record. `told` is what the feed tells it from all others by.
    pub(super) fn new(told: &str, raw: String) -> Self {
        let common = Common::read(&raw).ok();
        Self {
            identity: identity(common.as_ref(), told),
            common,
            raw,
        }
    }
}

impl FromIterator<Read> for Columns {
    fn from_iter<I: IntoIterator<Item = Read>>(records: I) -> Self {
        let mut columns = Self::default();
        for record in records {
            columns.add(record);
        }
        columns
    }
}

impl Columns {
    /// Adds a record.
    fn add(&mut self, record: Read) {
        let Read {
            identity,
            common,
            raw,
        } = record;
        self.identity.push(identity);
        let text = |value: Option<&str>| value.map(literal::text);
        let of = |part: fn(&Common) -> Option<&str>| text(common.as_ref().and_then(part));
        self.kind.push(of(|it| Some(it.kind)));
        self.object_type.push(of(|it| it.object_type.as_deref()));
        self.id.push(of(|it| it.id.as_deref()));
        self.value.push(of(|it| it.value.as_deref()));
        self.title.push(of(|it| it.title.as_deref()));
        self.status.push(of(|it| it.status.as_deref()));
        self.verdict.push(of(|it| it.verdict));
        self.severity.push(of(|it| it.severity.as_deref()));
        self.link.push(of(|it| it.link.as_deref()));
        let at = |part: fn(&Common) -> Option<&str>| common.as_ref().and_then(part).and_then(time);
        self.time.push(at(|it| it.time.as_deref()));
        self.first_seen.push(at(|it| it.first_seen.as_deref()));
        self.last_seen.push(at(|it| it.last_seen.as_deref()));
        self.threat_score
            .push(common.as_ref().and_then(|it| it.threat_score));
        let list = |part: fn(&Common) -> &[String]| {
            literal::array(common.as_ref().map(part).unwrap_or_default())
        };
        self.actors.push(list(|it| &it.actors));
        self.malware.push(list(|it| &it.malware));
        self.tags.push(list(|it| &it.tags));
        let sources = common.as_ref().map(|it| serde_json::to_string(&it.sources));
        let sources = sources.and_then(Result::ok);
        let sources = sources.and_then(|json| scrub(&json).map(std::borrow::Cow::into_owned));
        self.sources
            .push(sources.unwrap_or_else(|| "[]".to_owned()));
        let doc = scrub(&raw);
        self.exact
            .push(matches!(doc, Some(std::borrow::Cow::Borrowed(_))));
        self.doc.push(doc.map(std::borrow::Cow::into_owned));
        self.raw.push(raw);
    }
}

/// What tells the row of a record: work that moves on (alerts, issues, vulnerabilities,
/// collections) is one row, whatever its version; all else is what the feed says it is.
fn identity(common: Option<&Common>, told: &str) -> String {
    let lasting = common.and_then(|common| {
        let moves = matches!(
            common.kind,
            "alert" | "issue" | "vulnerability" | "collection"
        );
        common.id.as_deref().filter(|_| moves)
    });
    key(lasting.unwrap_or(told))
}

/// A text that can stand in an index: neither NUL nor too long.
pub(super) fn key(text: &str) -> String {
    const LONGEST: usize = 500;
    if text.len() <= LONGEST && !text.contains('\0') {
        return text.to_owned();
    }
    let digest = base16ct::lower::encode_string(&Sha256::digest(text));
    format!("sha256:{digest}")
}

/// A time that the server reads; none where it is not one.
fn time(text: &str) -> Option<String> {
    let time: Timestamp = text.parse().ok()?;
    let text = time.to_string();
    // Years before the first and after 9999 are written otherwise.
    text.starts_with(|first: char| first.is_ascii_digit())
        .then_some(text)
        .filter(|text| !text.starts_with("0000"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_records_make_rows_that_a_server_takes() {
        let mut columns = Columns::default();
        let raw = r#"{"type":"collection","id":"report--1","attributes":{"collection_type":"report","name":"a\u0000b","tags":["x\u0000"],"creation_date":1e99,"last_modification_date":"soon"}}"#;
        columns.add(Read::new("report--1@5", raw.to_owned()));
        assert_eq!(columns.identity, ["report--1"]);
        assert_eq!(columns.title, [Some("a\u{fffd}b".to_owned())]);
        assert_eq!(columns.tags, ["{\"x\u{fffd}\"}"]);
        assert_eq!(columns.time, [None]);
        assert_eq!((columns.exact[0], columns.raw[0].as_str()), (false, raw));
        columns.add(Read::new(&"x".repeat(9_999), "[]".to_owned()));
        assert!(columns.identity[1].starts_with("sha256:"));
        assert_eq!(columns.kind[1], None);
        assert_eq!(columns.raw.len(), 2);
    }

    #[test]
    fn times_are_what_a_server_reads() {
        assert_eq!(
            time("2026-01-02T03:04:05Z").as_deref(),
            Some("2026-01-02T03:04:05Z")
        );
        for text in [
            "yesterday",
            "",
            "-009999-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
