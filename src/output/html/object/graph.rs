//! What an object is related to, drawn: the object in the middle, the others on both sides.

use std::fmt::Write;

use super::super::escape;

/// More nodes than this can't be told apart.
const MOST: usize = 24;

/// The width of the drawing.
const WIDTH: usize = 760;

/// From the object to the others.
const REACH: usize = 130;

/// The height that a label takes.
const ROW: usize = 28;

/// A label is cut to so many characters; the whole one shows on pointing at it, and
/// stands in the tables.
const LABEL: usize = 34;

/// A related object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// The relationship.
    pub relationship: String,
    /// What it is called.
    pub label: String,
}

/// The drawing; nothing where nothing is related.
pub(super) fn graph(centre: &str, nodes: &[Node], id: usize) -> String {
    if nodes.is_empty() {
        return String::new();
    }
    let shown = &nodes[..nodes.len().min(MOST)];
    // Two columns, so that labels don't lie on each other.
    let rows = shown.len().div_ceil(2);
    let (width, height) = (WIDTH, (rows * ROW).max(2 * ROW));
    let (x, y) = (width / 2, height / 2);
    let mut edges = String::new();
    let mut circles = String::new();
    for (index, node) in shown.iter().enumerate() {
        let (row, at, label, anchor) = if index < rows {
            (index, x + REACH, x + REACH + 9, "start")
        } else {
            (index - rows, x - REACH, x - REACH - 9, "end")
        };
        let in_column = if index < rows {
            rows
        } else {
            shown.len() - rows
        };
        let down = height * (2 * row + 1) / (2 * in_column);
        // Writing to a string can't fail.
        let _ = writeln!(
            edges,
            "<line class=\"edge\" x1=\"{x}\" y1=\"{y}\" x2=\"{at}\" y2=\"{down}\"/>",
        );
        let _ = writeln!(
            circles,
            "<g><title>{}: {}</title><circle class=\"node\" cx=\"{at}\" cy=\"{down}\" r=\"5\"/><text x=\"{label}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text></g>",
            escape(&node.relationship),
            escape(&node.label),
            down + 4,
            escape(&cut(&node.label)),
        );
    }
    let more = nodes.len() - shown.len();
    let more = match more {
        0 => String::new(),
        more => format!("<p class=\"dim\">Drawn are {MOST}; {more} more are in the tables.</p>\n"),
    };
    format!(
        "<svg role=\"img\" aria-labelledby=\"graph-{id}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n<title id=\"graph-{id}\">{} and what it is related to</title>\n{edges}<circle class=\"centre\" cx=\"{x}\" cy=\"{y}\" r=\"9\"/>\n{circles}</svg>\n{more}",
        escape(centre),
    )
}

fn cut(label: &str) -> String {
    let mut shown: String = label.chars().take(LABEL).collect();
    if shown.len() < label.len() {
        shown.push('…');
    }
    shown
}
