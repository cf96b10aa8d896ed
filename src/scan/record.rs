//! The record of one target (contract, section 5).

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::found::Found;
use super::target::Target;
use crate::bulk::{Answer, Fate, write_with_report};
use crate::model::error::Error;
use crate::model::gui;
use crate::model::indicator::Kind;
use crate::model::verdict::Judgement;
use crate::model::visibility::Visibility;

/// What came of one target.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// The target as given.
    pub target: String,
    /// What it is; `None` while only the id of its analysis is known.
    pub kind: Option<Kind>,
    /// Who gets to see it.
    pub visibility: Visibility,
    /// The id of the analysis, once there is one.
    pub analysis_id: Option<String>,
    /// SHA-256 of a file, id of a URL, once it is known.
    pub id: Option<String>,
    /// How far it has come.
    pub stage: Stage,
}

/// How far a target has come.
#[derive(Debug, Clone)]
pub(crate) enum Stage {
    /// Analysed: the report.
    Completed(Box<Found>),
    /// Known before: the report; nothing was sent.
    Known(Box<Found>),
    /// Submitted, and not waited for to the end.
    Submitted,
    /// Submitted; the wait was over before the analysis was.
    TimedOut,
    /// No report. With an `analysis_id`, the submission itself succeeded.
    Failed(Error),
}

impl Stage {
    /// A target that was not sent, for nothing is sent any more.
    pub(super) fn not_sent(reason: Error) -> Self {
        Self::failed(Error {
            message: format!("not sent: {}", reason.message),
            ..reason
        })
    }

    /// A submission that failed. Without an answer it may have been taken all the
    /// same, and a second one would be analysed as well.
    pub(super) fn unsubmitted(error: Error) -> Self {
        if !error.unconfirmed {
            return Self::failed(error);
        }
        Self::failed(Error {
            message: format!(
                "{}; the service may have taken the submission: look it up before you submit it again",
                error.message
            ),
            ..error
        })
    }

    /// A submission that is on its way: what is known of it if the run ends now.
    pub(super) fn under_way() -> Self {
        Self::unsubmitted(Error::cut_off())
    }

    /// A target that could not be taken any further.
    pub(super) fn failed(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Answer for Record {
    fn fate(&self) -> Fate<'_> {
        match &self.stage {
            Stage::Completed(_) | Stage::Known(_) | Stage::Submitted => Fate::Ok,
            Stage::TimedOut => Fate::TimedOut,
            Stage::Failed(problem) => Fate::Failed(problem),
        }
    }

    fn lasting(&self) -> Option<String> {
        let id = self.analysis_id.as_ref()?;
        let Self {
            target, visibility, ..
        } = self;
        Some(format!(
            "submitted `{target}` ({visibility}): analysis {id}"
        ))
    }

    fn unconfirmed(&self) -> Option<String> {
        let Self {
            target, visibility, ..
        } = self;
        Some(format!("the submission of `{target}` ({visibility})"))
    }

    fn judgement(&self) -> Option<&Judgement> {
        Some(&self.found()?.judgement)
    }
}

impl Record {
    /// The record of a target with which nothing was done yet.
    pub(super) fn new(target: &Target, visibility: Visibility) -> Self {
        Self {
            target: target.given.clone(),
            kind: target.kind(),
            visibility,
            analysis_id: None,
            id: None,
            stage: Stage::Submitted,
        }
    }

    /// The record of a target that has come so far.
    #[must_use]
    pub(super) fn with(self, stage: Stage) -> Self {
        Self { stage, ..self }
    }

    /// The word in records.
    pub(crate) fn status(&self) -> &'static str {
        match &self.stage {
            Stage::Completed(_) => "completed",
            Stage::Known(_) => "known",
            Stage::Submitted => "submitted",
            Stage::TimedOut => "timeout",
            Stage::Failed(_) => "failed",
        }
    }

    /// The report and what is beside it, if there is one.
    pub(crate) fn found(&self) -> Option<&Found> {
        match &self.stage {
            Stage::Completed(found) | Stage::Known(found) => Some(found),
            _ => None,
        }
    }

    /// The failure, if it is one.
    pub(crate) fn problem(&self) -> Option<&Error> {
        match &self.stage {
            Stage::Failed(problem) => Some(problem),
            _ => None,
        }
    }

    /// The page about it, as far as there is one yet.
    pub(crate) fn link(&self) -> Option<String> {
        let kind = self.kind?;
        match (self.visibility, &self.id, &self.analysis_id) {
            (Visibility::Private, Some(id), _) => Some(gui::private(kind, id)),
            (Visibility::Public, Some(id), _) => Some(gui::indicator(kind, id)),
            (Visibility::Public, None, Some(id)) => Some(gui::analysis(kind, id)),
            _ => None,
        }
    }

    /// SHA-256 of a file.
    pub(crate) fn sha256(&self) -> Option<&str> {
        self.id.as_deref().filter(|_| self.kind == Some(Kind::File))
    }

    /// Appends the record as JSON, the report's bytes as they came.
    pub(crate) fn write_json(&self, out: &mut Vec<u8>) {
        let report = self.found().map_or("null", |found| found.report.json());
        write_with_report(out, &Head(self), Some(report));
    }
}

/// All of a record but the report.
struct Head<'a>(&'a Record);

impl Serialize for Head<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let record = self.0;
        let found = record.found();
        let judged = found.map(|found| &found.judgement);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("target", &record.target)?;
        map.serialize_entry("type", &record.kind.map(Kind::name))?;
        map.serialize_entry("visibility", &record.visibility.to_string())?;
        map.serialize_entry("analysis_id", &record.analysis_id)?;
        map.serialize_entry("status", record.status())?;
        map.serialize_entry("sha256", &record.sha256())?;
        map.serialize_entry("verdict", &judged.map(|judged| judged.verdict))?;
        map.serialize_entry(
            "threat_score",
            &judged.and_then(|judged| judged.threat_score),
        )?;
        map.serialize_entry("detections", &judged.and_then(|judged| judged.detections))?;
        map.serialize_entry("link", &record.link())?;
        if let Some(found) = found {
            found.extras(&mut map)?;
        }
        if let Some(problem) = record.problem() {
            map.serialize_entry("error", problem)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::error::ErrorKind;

    fn record(visibility: Visibility, stage: Stage) -> Record {
        Record {
            target: "a.bin".to_owned(),
            kind: Some(Kind::File),
            visibility,
            analysis_id: Some("MTIz=".to_owned()),
            id: None,
            stage,
        }
    }

    fn json(record: &Record) -> String {
        let mut out = vec![];
        record.write_json(&mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn every_record_has_the_same_members() {
        let timed_out = record(Visibility::Private, Stage::TimedOut);
        assert_eq!(
            json(&timed_out),
            r#"{"target":"a.bin","type":"file","visibility":"private","analysis_id":"MTIz=","status":"timeout","sha256":null,"verdict":null,"threat_score":null,"detections":null,"link":null,"report":null}"#
        );
        let problem = Error::new(ErrorKind::Invalid, "`a.bin` is empty");
        let failed = Record {
            analysis_id: None,
            ..record(Visibility::Public, Stage::Failed(problem))
        };
        assert_eq!(
            json(&failed),
            r#"{"target":"a.bin","type":"file","visibility":"public","analysis_id":null,"status":"failed","sha256":null,"verdict":null,"threat_score":null,"detections":null,"link":null,"error":{"kind":"invalid","code":null,"http_status":null,"message":"`a.bin` is empty","retryable":false},"report":null}"#
        );
    }

    #[test]
    fn what_may_be_doubled_is_said() {
        let said = |unconfirmed| {
            let error = Error {
                unconfirmed,
                ..Error::new(ErrorKind::Timeout, "x")
            };
            let record = record(Visibility::Private, Stage::unsubmitted(error));
            record.problem().map(|problem| problem.message.clone())
        };
        let doubtful =
            "x; the service may have taken the submission: look it up before you submit it again";
        assert_eq!(said(true).as_deref(), Some(doubtful));
        assert_eq!(said(false).as_deref(), Some("x"));
    }

    #[test]
    fn links_follow_the_visibility() {
        let with_id = |visibility, id: Option<&str>| {
            let id = id.map(str::to_owned);
            Record {
                id,
                ..record(visibility, Stage::Submitted)
            }
            .link()
        };
        assert_eq!(
            with_id(Visibility::Private, Some("aa")).as_deref(),
            Some("https://www.virustotal.com/gui/private-scanning/file/aa")
        );
        assert_eq!(
            with_id(Visibility::Public, Some("aa")).as_deref(),
            Some("https://www.virustotal.com/gui/file/aa")
        );
        assert_eq!(
            with_id(Visibility::Public, None).as_deref(),
            Some("https://www.virustotal.com/gui/file-analysis/MTIz=")
        );
        assert_eq!(with_id(Visibility::Private, None), None);
    }
}
