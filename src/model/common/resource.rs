//! Alerts and findings of GTI Alerts, which go by names of resources.

use super::{Common, Object};
use crate::model::gti_alert::{id_of, level};
use crate::model::gui;

impl Object {
    /// Whether it is an object of GTI Alerts, by its name; documents are none of
    /// either kind.
    pub(super) fn resource(&self, list: &str) -> bool {
        let name = self.name.as_deref().unwrap_or_default();
        let id = name
            .strip_prefix("projects/")
            .and_then(|rest| rest.split_once(list));
        id.is_some_and(|(_, id)| !id.contains('/'))
    }

    pub(super) fn of_gti_alert(self) -> Common {
        let link = self.name.as_deref().and_then(gui::alert);
        let status = self.state.clone();
        Common {
            status,
            link,
            ..self.of_resource("alert")
        }
    }

    /// What alerts and findings of GTI Alerts have in common.
    pub(super) fn of_resource(self, kind: &'static str) -> Common {
        let stated = self.severity_analysis.level.as_deref();
        let stated = stated.or(self.detail.of().severity.as_deref());
        let severity = stated.map(|word| level(word).unwrap_or("unknown").to_lowercase());
        let audit = &self.audit;
        Common {
            object_type: self.detail.kind.clone(),
            id: self.name.as_deref().map(|name| id_of(name).to_owned()),
            title: self.display_name.clone(),
            time: audit.created.clone().or(audit.updated.clone()),
            severity,
            ..self.basis(kind)
        }
    }
}
