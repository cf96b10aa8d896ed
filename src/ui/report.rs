//! How a run went, as standard error says it: what failed, and how it ended.

use super::Ui;
use super::style::Tone;
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;

impl Ui {
    /// Reports a failure: what failed, what to do next, and for `-v` what stands
    /// behind it. With `--log-format json` all of it is one JSON object. Nobody is
    /// there to read of a closed pipe.
    pub(crate) fn error(&self, error: &Error) {
        if error.kind == ErrorKind::ClosedPipe {
            return;
        }
        self.told.set(true);
        if self.json {
            return self.stderr.say_json(&json(error));
        }
        let paint = |label, tone| format!("{} ", self.talk.paint(label, tone));
        let labels = [
            paint("error:", Tone::Bad),
            paint("caused by:", Tone::Dim),
            paint("hint:", Tone::Dim),
        ];
        let [failed, cause, advice] = labels.each_ref().map(String::as_str);
        let message = error.to_string();
        let causes = if self.causes { error.causes() } else { vec![] };
        let more = error.more.iter().map(|line| ("", line.as_str()));
        let causes = causes.iter().map(|text| (cause, text.as_str()));
        let hint = error.hint.as_deref().map(|hint| (advice, hint));
        let lines = [(failed, message.as_str())].into_iter();
        self.stderr.say(lines.chain(more).chain(causes).chain(hint));
    }

    /// How the run ended, where nothing else said it. `--quiet` does not silence
    /// it: no run ends otherwise than well without a word.
    pub(crate) fn sum_up(&self, exit: Exit) {
        if exit == Exit::Done || self.told.get() {
            return;
        }
        self.told.set(true);
        let (code, meaning) = (exit.code(), exit.summary());
        if self.json {
            let line = serde_json::json!({"level": "WARN", "exit": code, "message": meaning});
            self.stderr.say_json(&line.to_string());
        } else {
            let line = format!("exit {code}: {meaning}");
            self.stderr.say([("", line.as_str())]);
        }
    }
}

/// The failure as one JSON object.
fn json(error: &Error) -> String {
    let message = std::iter::once(error.to_string()).chain(error.more.iter().cloned());
    let message = message.collect::<Vec<_>>().join("\n");
    let mut line = serde_json::json!({
        "level": "ERROR",
        "error": {
            "kind": error.kind.name(),
            "code": error.code(),
            "http_status": error.http_status(),
            "message": message,
            "retryable": error.kind.retryable(),
        },
        "hint": error.hint,
    });
    let causes = error.causes();
    if !causes.is_empty() {
        line["causes"] = causes.into();
    }
    line.to_string()
}
