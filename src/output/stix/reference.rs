//! Links and ids in other catalogues, as the standard takes them.

use std::borrow::Cow;

use serde::Serialize;

use super::fact::Reference;
use super::names::catalogue;
use super::syntax::is_uri;

/// A reference as STIX writes it.
#[derive(Serialize)]
pub(super) struct ExternalReference<'a> {
    source_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
}

impl<'a> ExternalReference<'a> {
    /// An id in somebody's catalogue, and perhaps its page.
    ///
    /// Ids of CVE and CAPEC belong to these catalogues, whoever mentions them, and
    /// no other id does: the standard takes no other combination.
    pub(super) fn new(
        source_name: &'a str,
        external_id: Option<&'a str>,
        url: Option<Cow<'a, str>>,
    ) -> Option<Self> {
        let external_id = external_id.map(str::trim).filter(|id| !id.is_empty());
        let url = url.filter(|url| is_uri(url));
        let source_name = match external_id.and_then(catalogue) {
            Some(catalogue) => catalogue,
            None if matches!(source_name.trim(), "" | "cve" | "capec") => return None,
            None => source_name,
        };
        (external_id.is_some() || url.is_some()).then_some(Self {
            source_name,
            url,
            external_id,
        })
    }

    /// The references that refer to anything.
    pub(super) fn all(references: &'a [Reference]) -> Vec<Self> {
        let read = |reference: &'a Reference| {
            Self::new(
                &reference.source_name,
                reference.external_id.as_deref(),
                reference.url.as_deref().map(Cow::Borrowed),
            )
        };
        references.iter().filter_map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stands_with_the_catalogue_it_belongs_to() {
        let page = Some("https://x.example/");
        for (source, id, url, expected) in [
            (
                "x",
                Some("a"),
                page,
                r#"{"source_name":"x","url":"https://x.example/","external_id":"a"}"#,
            ),
            (
                "x",
                None,
                page,
                r#"{"source_name":"x","url":"https://x.example/"}"#,
            ),
            (
                "x",
                Some("a"),
                Some("not a link"),
                r#"{"source_name":"x","external_id":"a"}"#,
            ),
            (
                "x",
                Some("CVE-2026-0001"),
                None,
                r#"{"source_name":"cve","external_id":"CVE-2026-0001"}"#,
            ),
            (
                "x",
                Some("CVE-2026-0001\n"),
                None,
                r#"{"source_name":"cve","external_id":"CVE-2026-0001"}"#,
            ),
            (
                "cve",
                Some("CVE-2026-0001"),
                None,
                r#"{"source_name":"cve","external_id":"CVE-2026-0001"}"#,
            ),
            (
                "x",
                Some("CAPEC-7"),
                None,
                r#"{"source_name":"capec","external_id":"CAPEC-7"}"#,
            ),
            ("cve", Some("CVE-2026-1; DROP"), page, "null"),
            ("cve", Some("CVE-2026-00001"), None, "null"),
            ("capec", None, page, "null"),
            ("x", Some(" "), None, "null"),
            (" ", Some("a"), None, "null"),
        ] {
            let read = ExternalReference::new(source, id, url.map(Cow::Borrowed));
            let json = serde_json::to_string(&read).expect("JSON");
            assert_eq!(json, expected, "{source} {id:?} {url:?}");
        }
    }
}
