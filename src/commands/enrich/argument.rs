//! `--relationships`, whose value is optional and stands before indicators.

use std::ffi::OsString;

use crate::model::indicator::{Indicator, relationships};
use crate::model::suggestion::nearest;

/// Joins a list of relationships that follows `--relationships` after a blank
/// to it, so that both `--relationships LIST IOC` and `--relationships IOC`
/// mean what they say: a list has a name of a relationship, or nearly one, and no
/// indicator is.
pub(crate) fn settle(args: Vec<OsString>) -> Vec<OsString> {
    let mut settled: Vec<OsString> = Vec::with_capacity(args.len());
    let mut literal = false;
    for arg in args {
        let follows = !literal && settled.last().is_some_and(|last| last == "--relationships");
        match (follows, arg.to_str()) {
            (true, Some(text)) if is_list(text) => {
                settled.pop();
                settled.push(format!("--relationships={text}").into());
            }
            _ => {
                literal |= arg == "--";
                settled.push(arg);
            }
        }
    }
    settled
}

fn is_list(text: &str) -> bool {
    let names_only = text.split(',').all(|name| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    });
    // A file may be named like anything; `scan` takes them.
    let known = relationships::all();
    let meant =
        |name: &str| known.contains(&name) || nearest(name, known.iter().copied()).is_some();
    names_only && Indicator::parse(text, None).is_err() && text.split(',').any(meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(line: &str) -> String {
        let args = line.split(' ').map(OsString::from).collect();
        let joined: Vec<_> = settle(args)
            .into_iter()
            .filter_map(|arg| arg.into_string().ok())
            .collect();
        joined.join(" ")
    }

    #[test]
    fn a_list_is_told_from_an_indicator() {
        for (typed, meant) in [
            (
                "gti enrich --relationships evil.example",
                "gti enrich --relationships evil.example",
            ),
            (
                "gti enrich --relationships reports,campaigns evil.example",
                "gti enrich --relationships=reports,campaigns evil.example",
            ),
            (
                "gti enrich --relationships dcba4f8ab1b2a1c0dcba4f8ab1b2a1c0",
                "gti enrich --relationships dcba4f8ab1b2a1c0dcba4f8ab1b2a1c0",
            ),
            (
                "gti scan file --relationships payload",
                "gti scan file --relationships payload",
            ),
            (
                "gti enrich --relationships campains evil.example",
                "gti enrich --relationships=campains evil.example",
            ),
            (
                "gti enrich --relationships --expand x",
                "gti enrich --relationships --expand x",
            ),
            (
                "gti enrich --relationships -",
                "gti enrich --relationships -",
            ),
            (
                "gti enrich -- --relationships reports",
                "gti enrich -- --relationships reports",
            ),
            (
                "gti enrich x --relationships",
                "gti enrich x --relationships",
            ),
        ] {
            assert_eq!(settled(typed), meant);
        }
    }
}
