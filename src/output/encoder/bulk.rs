//! Lines for `_bulk` of Elasticsearch and `OpenSearch`.

use serde_json::json;

use super::ecs::Ecs;
use super::lines::Line;
use crate::output::export::json::line;
use crate::output::export::{Choice, Export};
use crate::output::stix::Policy;

/// An action and a document an object. The action creates: it is the only one that data
/// streams take, and in an index it leaves alone what is there.
pub(in crate::output) struct Bulk {
    ecs: Ecs,
    index: Option<String>,
}

impl Bulk {
    pub(in crate::output) fn new(policy: &Policy, choice: &Choice) -> Self {
        Self {
            ecs: Ecs::new(policy),
            index: choice.index.clone(),
        }
    }
}

impl Line for Bulk {
    fn write(&mut self, export: &Export, out: &mut Vec<u8>) {
        // Where rules of Elastic look for indicators.
        let index = self
            .index
            .clone()
            .unwrap_or_else(|| format!("logs-ti_gti.{}-default", export.dataset()));
        let action = json!({"create": {"_index": index, "_id": export.id()}});
        line(&action, out);
        out.push(b'\n');
        self.ecs.write(export, out);
    }
}
