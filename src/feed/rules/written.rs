//! Values as a rules file writes them.

use std::borrow::Cow;
use std::ops::Range;

use toml_edit::{Item, Value};

/// A text and where it stands.
pub(super) struct Text<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) place: Option<Range<usize>>,
}

/// A text; a severity may be a number.
pub(super) fn text<'t>(key: &str, value: &'t Value) -> Option<Text<'t>> {
    let text = match value {
        Value::String(text) => Cow::Borrowed(text.value().as_str()),
        Value::Integer(number) if key == "severity" => Cow::Owned(number.value().to_string()),
        _ => return None,
    };
    Some(Text {
        text,
        place: value.span(),
    })
}

/// An item as a message names it.
pub(super) fn shown(item: &Item) -> String {
    match item.as_value() {
        Some(Value::Array(values)) if values.is_empty() => "empty".to_owned(),
        Some(value) => format!("`{}`", value.to_string().trim()),
        None => format!("of the kind {}", item.type_name()),
    }
}
