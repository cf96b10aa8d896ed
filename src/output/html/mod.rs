//! Pages: whole, in one file, and safe to open.
//!
//! A page loads nothing but the frames that it names and runs nothing but its own
//! script, if it has one: its content policy says so to the browser. Everything that
//! comes from elsewhere is escaped.

mod dashboard;
mod object;
mod widget;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

pub(crate) use self::dashboard::dashboard;
pub(super) use self::object::Objects;
pub(crate) use self::widget::{Look, Section, iframe, page};
use super::remote::sanitize;

/// What a page is made of.
struct Page<'a> {
    /// What it is called, not yet escaped.
    title: &'a str,
    /// Its looks.
    style: &'a str,
    /// The only script that it may run.
    script: Option<&'a str>,
    /// The origins of its frames.
    frames: &'a [String],
    /// What it shows, as HTML.
    body: &'a str,
}

/// The whole document.
fn document(page: &Page<'_>) -> String {
    let frames = if page.frames.is_empty() {
        "'none'".to_owned()
    } else {
        page.frames.join(" ")
    };
    let hash = |text: &str| {
        let hash = STANDARD.encode(Sha256::digest(text.as_bytes()));
        format!("'sha256-{hash}'")
    };
    let style = page.style;
    let (policy_of_script, script) = match page.script {
        Some(script) => (
            format!("script-src {}; ", hash(script)),
            format!("<script>{script}</script>\n"),
        ),
        None => (String::new(), String::new()),
    };
    let policy = format!(
        "default-src 'none'; frame-src {frames}; style-src {}; {policy_of_script}base-uri 'none'; form-action 'none'",
        hash(style),
    );
    let title = escape(page.title);
    let body = page.body;
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n{body}</main>\n{script}</body>\n</html>\n",
        escape(&policy),
    )
}

/// The text without what a reader could not see, safe between tags and within
/// quotes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in sanitize(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
