//! Hourly archives of indicators whose hours, forms and faults the test decides.

use std::collections::{BTreeMap, VecDeque};
use std::io::Write;

use bzip2::Compression;
use bzip2::write::BzEncoder;
use wiremock::matchers::{method, path_regex};
use wiremock::{Mock, Request, ResponseTemplate};

use crate::support::Served;

/// The types of indicators, in the order in which they are asked for.
pub(super) const TYPES: [&str; 4] = ["file", "ip", "url", "domain"];

/// What the next request meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Answer,
    Status(u16),
    /// Half of the archive.
    Truncated,
    /// Refused as not published yet.
    Early,
}

/// What there is for an hour and a type.
#[derive(Debug, Clone)]
pub(super) enum Kept {
    /// An archive of these lines.
    Lines(Vec<String>),
    /// Any answer.
    Answer(ResponseTemplate),
}

#[derive(Default)]
pub(super) struct Content {
    /// By hour, counted from the epoch, and type.
    pub(super) hours: BTreeMap<(i64, &'static str), Kept>,
    /// Hours up to here are published, and missing where they are not there.
    pub(super) published: i64,
    pub(super) fates: VecDeque<Fate>,
    /// Hour, type and headers of each request.
    pub(super) asked: Vec<Asked>,
}

/// A request that came.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) target: String,
    pub(super) hour: i64,
    pub(super) accept: String,
    pub(super) key: String,
}

/// The server.
pub(super) type Archives = Served<Content>;

/// The hour that is not over.
pub(super) fn current() -> i64 {
    jiff::Timestamp::now().as_second().div_euclid(3600)
}

/// `YYYYMMDDHH`.
pub(super) fn name(hour: i64) -> String {
    let at = jiff::Timestamp::from_second(hour * 3600).expect("a time");
    at.strftime("%Y%m%d%H").to_string()
}

impl Archives {
    pub(super) fn new() -> Self {
        let content = Content {
            published: current() - 1,
            ..Content::default()
        };
        Served::start(
            Mock::given(method("GET")).and(path_regex("^/collections/sync/ioc-deltas/")),
            content,
            answer,
        )
    }

    /// Publishes an hour with a line of each type, named by hour and type.
    pub(super) fn fill(&self, hour: i64) {
        for kind in TYPES {
            let line = entry(&format!("{kind}-{}.example", name(hour)), Some(50));
            self.put(hour, kind, Kept::Lines(vec![line]));
        }
    }

    pub(super) fn put(&self, hour: i64, kind: &'static str, kept: Kept) {
        self.content().hours.insert((hour, kind), kept);
    }

    /// What the next requests meet, in order.
    pub(super) fn fates(&self, fates: &[Fate]) {
        self.content().fates = fates.iter().copied().collect();
    }

    /// Hours and types of the requests since the last call.
    pub(super) fn asked(&self) -> Vec<String> {
        let asked = std::mem::take(&mut self.content().asked);
        asked.into_iter().map(|asked| asked.target).collect()
    }
}

/// A line of an archive.
pub(super) fn entry(id: &str, score: Option<i64>) -> String {
    let score = score.map_or_else(String::new, |score| {
        format!("\"gti_assessment\": {{\"threat_score\": {{\"value\": {score}}}}}, ")
    });
    format!(
        "{{\"id\": \"{id}\", \"type\": \"domain\", \"attributes\": {{{score}\"exact\": 1.10}}, \"relationships\": {{}}}}"
    )
}

/// A tar of members, whatever their names are.
pub(super) fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    for (name, text) in members {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_entry_type(tar::EntryType::Regular);
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        out.append(&header, *text).expect("a member");
    }
    out.into_inner().expect("a tar")
}

pub(super) fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = BzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("finished")
}

pub(super) fn archive(lines: &[String]) -> Vec<u8> {
    bzip2(&tar(&[("iocs.ndjson", lines.join("\n").as_bytes())]))
}

pub(super) fn said(status: u16, code: &str, message: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_string(format!(
        "{{\"error\":{{\"code\":\"{code}\",\"message\":\"{message}\"}}}}"
    ))
}

fn answer(content: &mut Content, request: &Request) -> ResponseTemplate {
    let text = request.url.path().rsplit('/').next().expect("an hour");
    let time = jiff::civil::DateTime::strptime("%Y%m%d%H%M", format!("{text}00"));
    let time = time.expect("an hour").to_zoned(jiff::tz::TimeZone::UTC);
    let hour = time.expect("UTC").timestamp().as_second() / 3600;
    let query: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
    let [(name, kind)] = query.as_slice() else {
        return said(400, "InvalidArgumentError", "one parameter is known");
    };
    assert_eq!(name, "ioc_type");
    let header = |name: &str| {
        let value = request.headers.get(name);
        value.map_or(String::new(), |it| it.to_str().expect("text").to_owned())
    };
    content.asked.push(Asked {
        target: request.url[url::Position::BeforePath..].to_owned(),
        hour,
        accept: header("accept"),
        key: header("x-apikey"),
    });
    let kind = TYPES.into_iter().find(|known| known == kind);
    let kind = kind.expect("a type of the parameter");
    let early = || {
        said(
            400,
            "NotAvailableYet",
            "Package is not available until later.",
        )
    };
    match content.fates.pop_front().unwrap_or(Fate::Answer) {
        Fate::Status(status) => return said(status, "X", "simulated"),
        Fate::Early => return early(),
        Fate::Truncated => {
            if let Some(Kept::Lines(lines)) = content.hours.get(&(hour, kind)) {
                let whole = archive(lines);
                let half = whole[..whole.len() / 2].to_vec();
                return ResponseTemplate::new(200).set_body_bytes(half);
            }
        }
        Fate::Answer => {}
    }
    match content.hours.get(&(hour, kind)) {
        Some(Kept::Lines(lines)) => ResponseTemplate::new(200).set_body_bytes(archive(lines)),
        Some(Kept::Answer(answer)) => answer.clone(),
        None if hour > content.published => early(),
        None => said(404, "NotFoundError", "no package"),
    }
}
