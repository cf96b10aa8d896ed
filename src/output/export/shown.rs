//! What people call an object, an indicator so that nobody clicks it.

use super::{Export, Matter};
use crate::model::indicator::{Indicator, Kind, defang};

impl Export {
    /// The name of the object for people.
    pub(in crate::output) fn shown(&self) -> String {
        let common = &self.common;
        let value = self.matter.value();
        match &self.matter {
            Matter::Address(_) => defang(Kind::Ip, &value.unwrap_or_default()),
            Matter::Domain(name) => defang(Kind::Domain, name),
            Matter::Url(url) => defang(Kind::Url, url),
            Matter::File(_) | Matter::Vulnerability(_) => value.unwrap_or_default(),
            Matter::Other => {
                let named = [&common.title, &common.value, &common.id];
                let mut named = named.into_iter().flatten();
                named
                    .find(|name| !name.trim().is_empty())
                    .cloned()
                    .unwrap_or_default()
            }
        }
    }
}

/// A text in which the words that are indicators are defanged.
pub(in crate::output) fn unclickable(text: &str) -> String {
    let word = |word: &str| match Indicator::parse(word, None) {
        Ok(indicator) => indicator.defanged(),
        Err(_) => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
