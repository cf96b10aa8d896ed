//! ATT&CK as a matrix: a column a tactic, the techniques below it.

use std::fmt::Write;

use super::super::escape;
use crate::model::mitre::{SandboxTactics, Technique};

/// The matrix as a table; nothing where no technique is known.
pub(super) fn matrix(of: &str, seen: &[SandboxTactics]) -> String {
    let mut columns: Vec<(String, Vec<&Technique>)> = vec![];
    for tactic in seen.iter().flat_map(|sandbox| &sandbox.tactics) {
        let heading = words([tactic.id.as_deref(), tactic.name.as_deref()]);
        let at = columns.iter().position(|(known, _)| *known == heading);
        let at = at.unwrap_or_else(|| {
            columns.push((heading, vec![]));
            columns.len() - 1
        });
        for technique in &tactic.techniques {
            let same = |known: &&mut &Technique| {
                (&known.id, &known.name) == (&technique.id, &technique.name)
            };
            match columns[at].1.iter_mut().find(same) {
                Some(known) if rank(technique) < rank(known) => *known = technique,
                Some(_) => {}
                None => columns[at].1.push(technique),
            }
        }
    }
    if columns.is_empty() {
        return String::new();
    }
    let mut head = String::new();
    let mut cells = String::new();
    for (heading, techniques) in columns {
        // Writing to a string can't fail.
        let _ = write!(head, "<th scope=\"col\">{}</th>", escape(&heading));
        let items: String = techniques.into_iter().fold(String::new(), |mut all, one| {
            let name = words([one.id.as_deref(), one.name.as_deref()]);
            let _ = write!(all, "<li>{}", escape(&name));
            if let Some(severity) = one.severity.as_deref().map(str::to_lowercase) {
                let class = SEVERITIES.iter().find(|known| **known == severity);
                let _ = write!(
                    all,
                    " <span class=\"{}\">{}</span>",
                    class.unwrap_or(&"dim"),
                    escape(&severity)
                );
            }
            all.push_str("</li>");
            all
        });
        let _ = write!(cells, "<td><ul>{items}</ul></td>");
    }
    format!(
        "<div class=\"scroll\" role=\"region\" aria-label=\"ATT&amp;CK matrix of {}\" tabindex=\"0\">\n<table class=\"matrix\">\n<thead><tr>{head}</tr></thead>\n<tbody><tr>{cells}</tr></tbody>\n</table>\n</div>\n",
        escape(of),
    )
}

const SEVERITIES: [&str; 4] = ["critical", "high", "medium", "low"];

/// How severe a technique is; lower is worse.
fn rank(technique: &Technique) -> usize {
    let severity = technique.severity.as_deref().map(str::to_lowercase);
    let known = SEVERITIES
        .iter()
        .position(|known| Some(*known) == severity.as_deref());
    known.unwrap_or(SEVERITIES.len())
}

fn words(parts: [Option<&str>; 2]) -> String {
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    parts.join(" ")
}
