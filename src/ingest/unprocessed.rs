//! Records that a step of a run could not process, and how many of a page.

use serde::de::IgnoredAny;

use super::error::IngestError;

/// A step that every record of a run passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is read as a JSON object.
    Read,
    /// The condition of `--where` is asked.
    Where,
    /// The rules are asked.
    Rules,
    /// It is shaped for the output: `--jq`, `--fields`, a row of CSV.
    Shape,
    /// The webhook's program makes a body of it.
    Body,
}

impl Step {
    /// Its name in a dead letter.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Where => "where",
            Self::Rules => "rules",
            Self::Shape => "shape",
            Self::Body => "webhook-body",
        }
    }
}

/// A record that a step could not process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unprocessed {
    /// The step.
    pub step: Step,
    /// Why, in words.
    pub reason: String,
    /// Whether a program was stopped, because it came to no end: it would come to
    /// none on the next record either.
    pub stopped: bool,
}

impl Unprocessed {
    /// A record that this step could not process.
    pub(crate) fn new(step: Step, reason: impl Into<String>) -> Self {
        Self {
            step,
            reason: reason.into(),
            stopped: false,
        }
    }

    /// The same, where the program may have been stopped.
    #[must_use]
    pub(crate) fn stopped(self, stopped: bool) -> Self {
        Self { stopped, ..self }
    }
}

/// Why an outlet did not take a record.
#[derive(Debug)]
pub(crate) enum NotTaken {
    /// It is about this record: the next one may follow.
    Record(Unprocessed),
    /// It ends the run.
    Run(IngestError),
}

impl<E: Into<IngestError>> From<E> for NotTaken {
    fn from(error: E) -> Self {
        Self::Run(error.into())
    }
}

/// The record, if that is what it is: a JSON object.
pub(super) fn readable(item: &[u8], checked: bool) -> Result<&str, String> {
    let json = simdutf8::basic::from_utf8(item).map_err(|_| "an entry is not UTF-8")?;
    if !json.trim_ascii_start().starts_with('{') {
        return Err("an entry is not a JSON object".to_owned());
    }
    if !checked {
        serde_json::from_str::<IgnoredAny>(json)
            .map_err(|error| format!("an entry is not valid JSON: {error}"))?;
    }
    Ok(json)
}

/// How the records of a page fared. One on which every record fails is no page
/// with bad records: the program is wrong, or the page is.
#[derive(Debug, Default)]
pub(super) struct PageCount {
    records: u64,
    failed: u64,
    /// The first that failed for another reason than being unreadable, else the
    /// first that failed.
    first: Option<Unprocessed>,
}

impl PageCount {
    /// A record came, whatever becomes of it.
    pub(super) fn came(&mut self) {
        self.records += 1;
    }

    /// A step could not process a record; `taken` is whether it went out on another
    /// way.
    pub(super) fn failed(&mut self, why: &Unprocessed, taken: bool) {
        self.failed += u64::from(!taken);
        match &self.first {
            Some(first) if first.step != Step::Read || why.step == Step::Read => {}
            _ => self.first = Some(why.clone()),
        }
    }

    /// The failure that is worth telling, if there is one.
    pub(super) fn first(&self) -> Option<&Unprocessed> {
        self.first.as_ref()
    }

    /// Whether the run may go on after what came of the page so far.
    ///
    /// # Errors
    /// Every record failed.
    pub(super) fn check(&self) -> Result<(), IngestError> {
        match &self.first {
            Some(first) if self.failed == self.records => Err(IngestError::EveryRecordFailed {
                records: self.records,
                first: first.clone(),
            }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_fails_when_every_record_does_and_the_program_is_blamed_first() {
        let outcome = |steps: &[Option<Step>]| {
            let mut page = PageCount::default();
            for step in steps {
                page.came();
                if let Some(step) = step {
                    page.failed(&Unprocessed::new(*step, step.name()), false);
                }
            }
            match page.check() {
                Ok(()) => "goes on",
                Err(IngestError::EveryRecordFailed { first, .. }) => first.step.name(),
                Err(error) => panic!("{error}"),
            }
        };
        for (steps, expected) in [
            (&[][..], "goes on"),
            (&[None, None], "goes on"),
            (&[Some(Step::Shape), None], "goes on"),
            (&[Some(Step::Shape)], "shape"),
            (&[Some(Step::Read), Some(Step::Read)], "read"),
            (&[Some(Step::Read), Some(Step::Where)], "where"),
            (&[Some(Step::Body), Some(Step::Read)], "webhook-body"),
        ] {
            assert_eq!(outcome(steps), expected, "{steps:?}");
        }
    }
}
