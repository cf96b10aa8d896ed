//! What an object is related to, drawn: the object in the middle, the others around it.

use std::f64::consts::TAU;
use std::fmt::Write;

use super::super::escape;

/// More nodes than this can't be told apart.
const MOST: usize = 24;

/// The size of the drawing.
const SIZE: (f64, f64) = (760.0, 460.0);

/// A label is cut to so many characters; the whole one shows on pointing at it, and
/// stands in the tables.
const LABEL: usize = 22;

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
    let (width, height) = SIZE;
    let (x, y) = (width / 2.0, height / 2.0);
    let mut edges = String::new();
    let mut circles = String::new();
    for (index, node) in shown.iter().enumerate() {
        let index = u32::try_from(index).unwrap_or(0);
        let count = u32::try_from(shown.len()).unwrap_or(1);
        let angle = TAU * f64::from(index) / f64::from(count) - TAU / 4.0;
        // Every second one nearer, so that labels don't lie on each other.
        let reach = if index % 2 == 0 { 1.0 } else { 0.72 };
        let at = (
            x + angle.cos() * (x - 130.0) * reach,
            y + angle.sin() * (y - 40.0) * reach,
        );
        let anchor = if at.0 < x - 1.0 { "end" } else { "start" };
        let aside = if at.0 < x - 1.0 { -9.0 } else { 9.0 };
        // Writing to a string can't fail.
        let _ = writeln!(
            edges,
            "<line class=\"edge\" x1=\"{x:.0}\" y1=\"{y:.0}\" x2=\"{:.0}\" y2=\"{:.0}\"/>",
            at.0, at.1
        );
        let _ = writeln!(
            circles,
            "<g><title>{}: {}</title><circle class=\"node\" cx=\"{:.0}\" cy=\"{:.0}\" r=\"5\"/><text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"{anchor}\">{}</text></g>",
            escape(&node.relationship),
            escape(&node.label),
            at.0,
            at.1,
            at.0 + aside,
            at.1 + 4.0,
            escape(&cut(&node.label)),
        );
    }
    let more = nodes.len() - shown.len();
    let more = match more {
        0 => String::new(),
        more => format!("<p class=\"dim\">Drawn are {MOST}; {more} more are in the tables.</p>\n"),
    };
    format!(
        "<svg role=\"img\" aria-labelledby=\"graph-{id}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n<title id=\"graph-{id}\">{} and what it is related to</title>\n{edges}<circle class=\"centre\" cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"9\"/>\n{circles}</svg>\n{more}",
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
