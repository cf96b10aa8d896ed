//! `gti help fields` and `gti help schema`.

use std::fmt::Write;

use super::{layout, names};
use crate::commands::help::rows;
use crate::model::error::Error;
use crate::model::suggestion::nearest;
use crate::output::{COMMON, Members};

/// What stands for the common record among the commands.
const RECORD: &str = "record";

/// What is asked about: the words of a command.
fn members(words: &[&str], topic: &str) -> Result<(String, Members), Error> {
    let name = words.join(" ");
    if name == RECORD {
        return Ok((name, COMMON));
    }
    if let Some(layout) = layout(&name) {
        return Ok((name, layout.members));
    }
    let known = || names().chain([RECORD]);
    let within: Vec<&str> = known()
        .filter(|known| {
            known
                .strip_prefix(&name)
                .is_some_and(|it| it.starts_with(' '))
        })
        .collect();
    let error = Error::usage(if name.is_empty() {
        format!("`gti help {topic}` takes a command")
    } else {
        format!("no records are known of a command `{name}`")
    });
    Err(
        error.hint(match (within.as_slice(), nearest(&name, known())) {
            ([], Some(near)) if !name.is_empty() => {
                format!("did you mean `gti help {topic} {near}`?")
            }
            ([], _) => format!("one of: {}", known().collect::<Vec<_>>().join(", ")),
            (within, _) => format!("one of: {}", within.join(", ")),
        }),
    )
}

/// The members of a command's records, a line each.
pub(in crate::commands) fn fields(words: &[&str]) -> Result<String, Error> {
    let (name, members) = members(words, "fields")?;
    let mut text = String::new();
    // Writing to a string can't fail, here and below.
    if members == Members::Object {
        let _ = writeln!(
            text,
            "The records of `gti {name}` are the API's objects, untouched. --fields takes any\ndotted path into them, such as attributes.name, and the columns of its CSV:\n"
        );
        let columns = layout(&name).map_or(&[][..], |layout| layout.columns.0);
        for row in rows(&columns.join(", "), 76) {
            let _ = writeln!(text, "  {row}");
        }
        text.push_str("\nWith --shape record they are common records: `gti help fields record`.\n");
        return Ok(text);
    }
    let what = if name == RECORD {
        "the common record (--shape record)".to_owned()
    } else {
        format!("a record of `gti {name}`")
    };
    let _ = writeln!(text, "Members of {what}; those with ? may be missing:\n");
    let list = members.list();
    let width = |text: &str| text.chars().count();
    let shown = |member: &crate::output::Member| {
        format!("{}{}", member.path, if member.always { "" } else { "?" })
    };
    let paths = list.iter().map(|it| width(&shown(it))).max().unwrap_or(0);
    let types = list.iter().map(|it| width(it.types)).max().unwrap_or(0);
    for member in &list {
        let mut lead = format!("  {:<paths$}  {:<types$}", shown(member), member.types);
        for row in rows(member.about, 40.max(98 - paths - types)) {
            let _ = writeln!(text, "{lead}  {row}");
            lead = " ".repeat(4 + paths + types);
        }
    }
    Ok(text)
}

/// The JSON Schema of a command's records.
pub(in crate::commands) fn schema(words: &[&str]) -> Result<String, Error> {
    let (name, members) = members(words, "schema")?;
    let title = if name == RECORD {
        "the common record".to_owned()
    } else {
        format!("a record of gti {name}")
    };
    Ok(format!("{:#}\n", members.schema(&title)))
}
