//! Objects of the API, in the forms that answers have them in.

use super::call::Call;
use super::json::{Object, object};
use super::template::Thing;

/// An object of the API.
pub(super) trait Entity {
    fn type_name(&self) -> &'static str;

    fn id(&self) -> String;

    /// Its path below the root of the API.
    fn path(&self) -> String;

    /// What is known of it when the call is made.
    fn thing(&self, call: &Call) -> Thing;

    /// All its attributes that the caller may see.
    fn attributes(&self, call: &Call) -> Object;

    /// What it is to the caller.
    fn context(&self) -> Option<Object> {
        None
    }

    /// `{"type", "id"}`.
    fn descriptor(&self) -> Object {
        object! { "type": self.type_name(), "id": self.id() }
    }

    /// The descriptor with the attributes that were asked for.
    fn described(&self, wanted: &[&str], call: &Call) -> Object {
        let mut descriptor = self.descriptor();
        if !wanted.is_empty() {
            let mut attributes = self.attributes(call);
            attributes.retain(|key| wanted.contains(&key));
            descriptor.push("attributes", attributes);
        }
        descriptor
    }

    /// The object whole, with the attributes that were asked for.
    fn whole(&self, call: &Call) -> Object {
        let mut attributes = self.attributes(call);
        call.select(&mut attributes);
        let mut object = object! {
            "id": self.id(),
            "type": self.type_name(),
            "links": object! { "self": format!("{}/{}", call.base, self.path()) },
            "attributes": attributes,
        };
        if let Some(context) = self.context() {
            object.push("context_attributes", context);
        }
        object
    }

    /// As a list has it.
    fn listed(&self, call: &Call) -> Object {
        if call.value("descriptors_only") == Some("true") {
            self.descriptor()
        } else {
            self.whole(call)
        }
    }
}
