//! What formats for other programs are made of: the common record of an object, and
//! what only an export wants to know of it.

mod choice;
mod detail;
mod exported;
pub(super) mod json;
mod matter;
mod shown;
mod unique;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

pub(crate) use choice::{Choice, ListTarget, index_name};
pub(super) use detail::Detail;
pub(crate) use exported::Exported;
pub(super) use matter::{Hashes, Matter};
pub(super) use shown::unclickable;
pub(super) use unique::Unique;

use crate::model::common::Common;
use crate::model::view::decode;
use crate::model::vulnerability::Vulnerability;

/// An object on its way into a format of another program.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Export {
    /// What objects of all kinds have.
    pub(super) common: Common,
    /// What exports want besides.
    pub(super) detail: Detail,
    /// What it is about, checked; nothing of it is taken on trust.
    pub(super) matter: Matter,
    /// What is read of a vulnerability besides.
    pub(super) vulnerability: Option<Box<Vulnerability>>,
    /// When it came to be known: the notification, the fetch; of an alert when it was
    /// made.
    pub(super) at: Timestamp,
    /// What tells states of the object apart that has no date of its own.
    state: Option<String>,
    /// Whether somebody has chosen it for a list.
    chosen: bool,
}

impl Export {
    /// Reads what a record is about; `None` where it holds no object.
    pub(super) fn read(exported: Exported<'_>, now: fn() -> Timestamp) -> Option<Self> {
        let mut common = Common::read(exported.object).ok()?;
        let detail: Detail = decode(exported.object).ok()?.view;
        if let Some(value) = exported.value {
            common.value = Some(value.to_owned());
        }
        let told = detail.context_attributes.notification_date;
        let told = told.and_then(|seconds| Timestamp::from_second(seconds).ok());
        let made = || common.time.as_deref()?.parse::<Timestamp>().ok();
        let at = match common.kind {
            "indicator" => told.or(exported.seen),
            _ => made().or(exported.seen),
        };
        let matter = Matter::of(&common, &detail);
        let vulnerability = (common.kind == "vulnerability")
            .then(|| Vulnerability::read(exported.object).ok())
            .flatten()
            .map(|(read, _)| Box::new(read));
        let attributes = &detail.attributes;
        let changed = attributes
            .last_modification_date
            .or(attributes.last_analysis_date);
        let state = changed.is_none().then(|| digest(exported.object));
        Some(Self {
            at: at.unwrap_or_else(now),
            state,
            chosen: exported.chosen,
            common,
            detail,
            matter,
            vulnerability,
        })
    }

    /// Where it comes from: the feed, or what kind of object it is.
    pub(super) fn dataset(&self) -> &'static str {
        let context = &self.detail.context_attributes;
        match self.common.kind {
            "indicator" if context.notification_id.is_some() => "ioc_stream",
            "indicator" if context.threat_list_id.is_some() => "threat_list",
            kind => kind,
        }
    }

    /// A text that is the same for the same state of the same object, whenever it is
    /// exported, and another for any other.
    pub(super) fn key(&self) -> String {
        let context = &self.detail.context_attributes;
        let attributes = &self.detail.attributes;
        let version = match (&context.notification_id, self.common.kind) {
            (Some(id), _) => id.clone(),
            (None, "alert" | "issue") => {
                let changed = self
                    .detail
                    .updated_at
                    .as_ref()
                    .or(self.common.last_seen.as_ref());
                let status = self.common.status.as_deref().unwrap_or_default();
                format!("{}/{status}", changed.cloned().unwrap_or_default())
            }
            _ => {
                let changed = attributes
                    .last_modification_date
                    .or(attributes.last_analysis_date);
                let changed = changed.map(|seconds| seconds.to_string());
                let changed = changed.or_else(|| self.state.clone()).unwrap_or_default();
                // A new assessment is a new state, whether or not a date says so.
                let common = &self.common;
                let verdict = common.verdict.unwrap_or_default();
                let severity = common.severity.as_deref().unwrap_or_default();
                let score = common.threat_score.unwrap_or(-1);
                format!("{changed}/{verdict}/{severity}/{score}")
            }
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        [
            self.dataset().to_owned(),
            text(&context.threat_list_id),
            text(&self.common.object_type),
            self.common
                .id
                .clone()
                .or_else(|| self.common.value.clone())
                .unwrap_or_default(),
            version,
        ]
        .join("\u{1f}")
    }

    /// Whether a list of what to block or to look for has it: what is harmless has
    /// no place there unless somebody asks for it, and a score that is not known is
    /// below every floor.
    pub(super) fn is_listed(&self, choice: &Choice, include_benign: bool) -> bool {
        let score = self.common.threat_score.unwrap_or(-1);
        let is_high = choice
            .min_score
            .is_none_or(|floor| score >= i64::from(floor));
        let is_threat = match self.common.verdict {
            _ if self.chosen => true,
            Some("malicious" | "suspicious") => true,
            // A threat list names it, and nobody contradicts.
            None | Some("unknown") => self.detail.context_attributes.threat_list_id.is_some(),
            Some(_) => false,
        };
        is_high && (is_threat || include_benign)
    }
}

impl Export {
    /// The [`key`](Self::key) as a short text of letters and digits.
    pub(super) fn id(&self) -> String {
        digest(&self.key())
    }
}

/// Half a SHA-256 in hexadecimal.
fn digest(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    base16ct::lower::encode_string(&hash[..16])
}

/// Cuts a text to a number of bytes, between characters.
pub(super) fn cut(text: &mut String, most: usize) {
    if text.len() > most {
        let end = (0..=most).rev().find(|at| text.is_char_boundary(*at));
        text.truncate(end.unwrap_or_default());
    }
}
