//! Members picked from a record by dotted path.

use super::error::OutputError;
use crate::model::json::{member, member_of, members};

/// The paths of a command's columns or of `--fields`, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fields(Vec<String>);

impl Fields {
    /// A command's own columns.
    pub(super) fn fixed(paths: &[&str]) -> Self {
        Self(paths.iter().map(|path| (*path).to_owned()).collect())
    }

    /// The keys of an object, which may hold dots.
    pub(super) fn keys(keys: Vec<String>) -> Self {
        Self(keys)
    }

    /// What `--fields` was told.
    ///
    /// # Errors
    /// [`OutputError::EmptyField`] for a list with nothing between two commas.
    pub(super) fn chosen(paths: &[String]) -> Result<Self, OutputError> {
        let names: Vec<_> = paths.iter().map(|path| path.trim().to_owned()).collect();
        if names.is_empty() || names.iter().any(|name| name.trim_matches('.').is_empty()) {
            return Err(OutputError::EmptyField(paths.join(",")));
        }
        Ok(Self(names))
    }

    /// The paths as typed.
    pub(super) fn names(&self) -> &[String] {
        &self.0
    }

    /// The raw text of each path's member, `None` where there is none.
    ///
    /// The outer object is taken apart once, however many paths there are: a
    /// record is its few own members and a large report.
    pub(super) fn values<'a>(&self, json: &'a str) -> Vec<Option<&'a str>> {
        let outer = members(json);
        let value = |name: &String| {
            // Whoever writes jq writes `.a.b`; it means `a.b` here as well.
            let path = name.strip_prefix('.').unwrap_or(name);
            match &outer {
                Ok(outer) => member_of(outer, path),
                // A value of another kind, as a jq program may yield it.
                Err(_) => member(json, path),
            }
        };
        self.0.iter().map(value).collect()
    }

    /// Appends an object of these members: the keys are the paths as typed, the
    /// values the text as it stands, `null` where there is none.
    pub(super) fn object(&self, json: &str, out: &mut Vec<u8>) {
        out.push(b'{');
        for (index, (name, value)) in self.0.iter().zip(self.values(json)).enumerate() {
            if index > 0 {
                out.push(b',');
            }
            let key = serde_json::to_string(name).expect("a string is JSON");
            out.extend_from_slice(key.as_bytes());
            out.push(b':');
            out.extend_from_slice(value.unwrap_or("null").as_bytes());
        }
        out.push(b'}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = r#"{"ioc":"evil.example","n":{"a":1.10,"b":null},"x.y":[10,{"z":"w"}]}"#;

    fn chosen(list: &str) -> Result<Fields, OutputError> {
        Fields::chosen(&list.split(',').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn an_object_of_the_chosen_members() {
        let mut out = Vec::new();
        chosen("ioc, n.a,n.b,x.y.1.z,.ioc,none.at.all,a\"b")
            .expect("fields")
            .object(RECORD, &mut out);
        assert_eq!(
            String::from_utf8(out).expect("UTF-8"),
            r#"{"ioc":"evil.example","n.a":1.10,"n.b":null,"x.y.1.z":"w",".ioc":"evil.example","none.at.all":null,"a\"b":null}"#
        );
    }

    #[test]
    fn the_paths_mean_what_they_mean_elsewhere() {
        for path in [
            "ioc", "n", "n.a", "n.b", "x.y", "x.y.0", "x.y.1.z", "x", "n.a.b", "q",
        ] {
            assert_eq!(
                Fields::fixed(&[path]).values(RECORD),
                [member(RECORD, path)],
                "{path}"
            );
        }
        assert_eq!(Fields::fixed(&["1"]).values("[1,2]"), [Some("2")]);
        assert_eq!(Fields::fixed(&["a"]).values("7"), [None]);
    }

    #[test]
    fn an_empty_name_is_refused() {
        for list in ["", "ioc,", ",ioc", " ", "."] {
            let message = chosen(list).expect_err(list).to_string();
            assert!(message.contains("--fields"), "{message}");
        }
    }
}
