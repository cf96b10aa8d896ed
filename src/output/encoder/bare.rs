//! What a jq program yields, with its strings bare, as `jq -r` prints it.

use super::{Encoder, Item};
use crate::model::json::one_line;
use crate::output::fields::Fields;

/// One value a line; a string is its text.
pub(in crate::output) struct Bare {
    pub(in crate::output) fields: Option<Fields>,
}

impl Encoder for Bare {
    fn item(&mut self, item: Item<'_>, out: &mut Vec<u8>) {
        let text = item.text();
        match &self.fields {
            Some(fields) if text.starts_with('{') => fields.object(&text, out),
            _ => match serde_json::from_str::<String>(&text) {
                Ok(string) => out.extend_from_slice(string.as_bytes()),
                Err(_) => out.extend_from_slice(one_line(&text).as_bytes()),
            },
        }
        out.push(b'\n');
    }
}
