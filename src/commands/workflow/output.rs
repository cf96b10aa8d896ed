//! How records of alerts and issues leave the program.

use crate::bulk::Outcome;
use crate::output;
use crate::output::export::Exported;
use crate::ui::style::Style;
use crate::workflow::record::{Asked, Done};
use crate::workflow::{Record, digest};

/// An item is printed as it came; what was made of one, as a record.
impl output::Record for Record {
    fn api_object(&self) -> Option<&str> {
        self.object()
    }

    fn json(&self, out: &mut Vec<u8>) {
        match self.object() {
            Some(object) => out.extend_from_slice(object.as_bytes()),
            // Records are texts and lists of texts, which always serialise.
            None => serde_json::to_writer(out, self).expect("a record is JSON"),
        }
    }

    fn exported(&self) -> Option<Exported<'_>> {
        match &self.outcome {
            Outcome::Done(Done::Alert(item) | Done::Issue(item) | Done::GtiAlert(item)) => {
                Some(Exported::of(item.json()))
            }
            _ => None,
        }
    }

    fn text(&self, style: &Style) -> Option<String> {
        (self.asked == Asked::Show).then(|| digest::render(self, style))
    }

    fn row(&self) -> Option<Vec<(&'static str, String)>> {
        let Asked::Change(from) = &self.asked else {
            return None;
        };
        let (to, detail) = match &self.outcome {
            Outcome::Done(Done::Settled(settled)) => {
                let tags = settled.tags.then(|| settled.to.tags.join(", "));
                let reason = settled.reason.clone();
                let tags = tags.map(|tags| format!("tags: {tags}"));
                (&settled.to.status, reason.or(tags))
            }
            outcome => {
                let problem = outcome.problem();
                (&None, problem.map(|problem| problem.message.clone()))
            }
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Some(vec![
            ("ID", text(&self.id)),
            ("FROM", text(from)),
            ("TO", text(to)),
            ("STATUS", self.status().to_owned()),
            ("DETAIL", detail.unwrap_or_default()),
        ])
    }
}
