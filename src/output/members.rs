//! The members of a command's records: what `--fields` may name, what
//! `gti help fields` lists, and what `gti help schema` describes.

use serde_json::{Map, Value, json};

use super::error::OutputError;
use super::record::Layout;
use super::shape::{self, Shape};
use crate::model::suggestion::nearest;

/// What a command's records are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Members {
    /// The program's own: tables with a line for each member, `path: types  what it
    /// is`. A path that ends in `?` may be missing; types are those of JSON Schema,
    /// joined by `|`; below an `object` or an `array` of which no members are listed
    /// anything may stand.
    Own(&'static [&'static str]),
    /// The API's objects, whose members are not this program's to list.
    Object,
}

/// The common record, which `--shape record` makes of the API's objects.
pub(crate) const COMMON: Members = Members::Own(&["
kind: string  indicator, alert, issue, vulnerability, collection or finding
type: string|null  ip, domain, url or file, or the type that the API states
id: string|null  the API's id
value: string|null  the indicator, the host, the CVE
title: string|null  the name for people
status: string|null  the status of an alert or issue
verdict: string|null  malicious, suspicious, undetected, benign or unknown
severity: string|null  critical, high, medium, low, none or unknown
threat_score: integer|null  0 to 100
time: string|null  when the service made the record
first_seen: string|null  when it was first seen
last_seen: string|null  when it was last seen
sources: array  where it comes from: type, id, name
actors: array  names of threat actors
malware: array  names of malware families
tags: array  tags
link: string|null  the page about it
report: object  the API's object, untouched
"]);

/// What a failed input has in place of its report.
pub(crate) const ERROR: &str = "
reason?: string|null  why it was not looked up or changed
error?: object  why it failed
error.kind: string  usage, auth, forbidden, not_found, quota, rate_limit, invalid, network, timeout, server, decode or state
error.code: string|null  the service's code
error.http_status: integer|null  the HTTP status
error.message: string  what happened
error.retryable: boolean  whether the same again may succeed
error.unconfirmed?: boolean  whether it may have been done all the same
";

/// A line of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Member {
    /// The dotted path.
    pub path: &'static str,
    /// Whether it is there whenever what it is a member of is.
    pub always: bool,
    /// The types, as listed: `integer|null`.
    pub types: &'static str,
    /// What it is.
    pub about: &'static str,
}

impl Members {
    /// The lines of the tables; none of the API's objects.
    pub(crate) fn list(self) -> Vec<Member> {
        let Self::Own(tables) = self else {
            return Vec::new();
        };
        let lines = tables.iter().flat_map(|table| table.lines());
        lines.filter_map(Member::of).collect()
    }

    /// The JSON Schema of a record.
    pub(crate) fn schema(self, title: &str) -> Value {
        let mut schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": title,
        });
        let body = match self {
            Self::Own(_) => object(&self.list(), ""),
            Self::Object => Map::from_iter([("type".to_owned(), json!("object"))]),
        };
        if let Value::Object(schema) = &mut schema {
            schema.extend(body);
        }
        schema
    }

    /// Whether a path may lead to something in a record.
    fn know(self, path: &str) -> bool {
        let members = self.list();
        let path = path.strip_prefix('.').unwrap_or(path);
        if members.iter().any(|member| member.path == path) {
            return true;
        }
        let above = members
            .iter()
            .filter(|member| below(member.path, path).is_some());
        let Some(nearest) = above.max_by_key(|member| member.path.len()) else {
            return false;
        };
        let listed = members
            .iter()
            .any(|member| below(nearest.path, member.path).is_some());
        !listed
            && nearest
                .types
                .split('|')
                .any(|it| matches!(it, "object" | "array"))
    }
}

impl Member {
    fn of(line: &'static str) -> Option<Self> {
        let (path, rest) = line.split_once(": ")?;
        let (types, about) = rest.split_once("  ")?;
        Some(Self {
            path: path.trim_end_matches('?'),
            always: !path.ends_with('?'),
            types,
            about,
        })
    }

    /// Its name within what it is a member of.
    fn name(&self) -> &'static str {
        self.path.rsplit('.').next().unwrap_or(self.path)
    }
}

/// What of `path` is below `above`.
fn below<'a>(above: &str, path: &'a str) -> Option<&'a str> {
    path.strip_prefix(above)?.strip_prefix('.')
}

/// The schema of an object with the members directly below `above`.
fn object(members: &[Member], above: &str) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for member in members {
        let within = if above.is_empty() {
            Some(member.path)
        } else {
            below(above, member.path)
        };
        if within.is_none_or(|within| within.contains('.')) {
            continue;
        }
        let types: Vec<&str> = member.types.split('|').collect();
        let mut schema = if members
            .iter()
            .any(|other| below(member.path, other.path).is_some())
        {
            object(members, member.path)
        } else {
            Map::new()
        };
        let types = match types[..] {
            [only] => json!(only),
            _ => json!(types),
        };
        schema.insert("type".to_owned(), types);
        schema.insert("description".to_owned(), json!(member.about));
        properties.insert(member.name().to_owned(), Value::Object(schema));
        if member.always {
            required.push(member.name());
        }
    }
    Map::from_iter([
        ("type".to_owned(), json!("object")),
        ("properties".to_owned(), Value::Object(properties)),
        ("required".to_owned(), json!(required)),
        ("additionalProperties".to_owned(), json!(false)),
    ])
}

impl Layout {
    /// What the records are in this shape; of several kinds where the shape leaves
    /// some of them as they are.
    pub(crate) fn members_in(self, shape: Shape) -> Vec<Members> {
        match (self.members, shape) {
            (members, Shape::Raw) => vec![members],
            (Members::Own(_), Shape::Record) => vec![self.members, COMMON],
            (Members::Object, Shape::Record) => vec![COMMON, Members::Own(&[ERROR])],
        }
    }

    /// Refuses `--fields` that no record can have.
    ///
    /// # Errors
    /// [`OutputError::UnknownField`], with what could have been meant.
    pub(super) fn check_fields(self, fields: &[String], shape: Shape) -> Result<(), OutputError> {
        let kinds = self.members_in(shape);
        if kinds.contains(&Members::Object) {
            return Ok(());
        }
        let columns = match shape {
            Shape::Raw => self.columns.0,
            Shape::Record => shape::COLUMNS,
        };
        for field in fields {
            let path = field.trim();
            if columns.contains(&path) || kinds.iter().any(|kind| kind.know(path)) {
                continue;
            }
            let mut names: Vec<&str> = Vec::new();
            let members = kinds.iter().flat_map(|kind| kind.list());
            for name in members
                .map(|member| member.path)
                .chain(columns.iter().copied())
            {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            return Err(OutputError::UnknownField {
                command: self.command,
                nearest: nearest(path, names.iter().copied()).map(str::to_owned),
                known: names.join(", "),
                field: path.to_owned(),
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Members = Members::Own(&["
a: string|null  text
b?: object  closed
b.c: integer  a number
report: object  open
tags: array  a list
"]);

    #[test]
    fn paths_lead_into_what_is_open_only() {
        for (path, known) in [
            ("a", true),
            (".a", true),
            ("a.b", false),
            ("b", true),
            ("b.c", true),
            ("b.d", false),
            ("report.x.y", true),
            ("tags.0", true),
            ("reports", false),
            ("", false),
        ] {
            assert_eq!(TABLE.know(path), known, "{path}");
        }
    }

    #[test]
    fn the_schema_says_what_the_table_says() {
        let schema = TABLE.schema("x");
        assert_eq!(schema["required"], json!(["a", "report", "tags"]));
        assert_eq!(schema["properties"]["a"]["type"], json!(["string", "null"]));
        assert_eq!(schema["properties"]["b"]["required"], json!(["c"]));
        assert_eq!(
            schema["properties"]["b"]["additionalProperties"],
            json!(false)
        );
        assert_eq!(schema["properties"]["report"].get("properties"), None);
    }

    #[test]
    fn columns_of_the_common_record_are_members_of_it() {
        for column in shape::COLUMNS {
            assert!(COMMON.know(column), "{column}");
        }
    }
}
