//! Pages and tags that show widgets in frames.

use std::fmt::Write;

use url::Url;

use super::{Page, document, escape};

/// What a frame may do: what the service's own embedding script grants (API
/// notes, section 9.3).
const SANDBOX: &str = "allow-forms allow-scripts allow-same-origin allow-popups allow-storage-access-by-user-activation";

/// The looks of a page; all have a contrast of at least 7 to 1.
const LIGHT: &str = ":root{color-scheme:light;--back:#fff;--text:#1f1f1f;--dim:#4d4d4d;--line:#767676;--bad:#8f1010}";
const DARK: &str = ":root{color-scheme:dark;--back:#14171c;--text:#e8eaed;--dim:#b9bfc7;--line:#8a929c;--bad:#ffb3ab}";

/// How a page looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Light,
    Dark,
    /// As the browser of whoever reads it.
    Either,
}

impl Look {
    fn style(self) -> String {
        match self {
            Self::Light => LIGHT.to_owned(),
            Self::Dark => DARK.to_owned(),
            Self::Either => format!("{LIGHT}@media (prefers-color-scheme:dark){{{DARK}}}"),
        }
    }
}
const STYLE: &str = "*{box-sizing:border-box}\
body{margin:0;background:var(--back);color:var(--text);font:1rem/1.5 system-ui,sans-serif}\
main{max-width:64rem;margin:0 auto;padding:1rem}\
h1,h2{line-height:1.25;overflow-wrap:anywhere}\
h1{font-size:1.5rem}h2{font-size:1.2rem;margin:2rem 0 .25rem}\
p{margin:.25rem 0 .75rem;color:var(--dim);overflow-wrap:anywhere}\
nav ol{margin:.5rem 0 1rem;padding:0;list-style:none;border-top:1px solid var(--line)}\
nav li{display:flex;flex-wrap:wrap;gap:0 1rem;justify-content:space-between;border-bottom:1px solid var(--line);padding:.25rem 0}\
nav a{color:var(--text);overflow-wrap:anywhere;min-height:1.5rem}\
nav span{color:var(--dim)}\
.bad{color:var(--bad);font-weight:700}\
iframe{display:block;width:100%;height:80vh;min-height:24rem;border:1px solid var(--line);background:var(--back)}";

/// One indicator on a page.
#[derive(Debug, Clone)]
pub(crate) struct Section<'a> {
    /// The indicator as it was given.
    pub title: &'a str,
    /// What it is, and how it fared.
    pub note: String,
    /// The verdict on it, where there is one.
    pub verdict: Option<String>,
    /// Whether the verdict is one to act upon.
    pub is_bad: bool,
    /// What to show, if there is anything.
    pub frame: Option<&'a Url>,
}

/// The tag that shows an address in a frame.
pub(crate) fn iframe(title: &str, url: &Url) -> String {
    format!(
        "<iframe title=\"Google Threat Intelligence on {}\" src=\"{}\" sandbox=\"{SANDBOX}\" referrerpolicy=\"no-referrer\"></iframe>",
        escape(title),
        escape(url.as_str()),
    )
}

/// A whole page with a section for each indicator.
pub(crate) fn page(sections: &[Section<'_>], look: Look) -> String {
    let style = format!("{}{STYLE}", look.style());
    let mut origins: Vec<String> = sections
        .iter()
        .filter_map(|section| Some(section.frame?.origin().ascii_serialization()))
        .collect();
    origins.sort();
    origins.dedup();
    let title = match sections {
        [one] => format!("{} in Google Threat Intelligence", one.title),
        _ => format!(
            "{} indicators in Google Threat Intelligence",
            sections.len()
        ),
    };
    let mut body = format!("<h1>{}</h1>\n", escape(&title));
    if sections.len() > 1 {
        body.push_str(&contents(sections));
    }
    for (index, section) in sections.iter().enumerate() {
        let verdict = match shown_verdict(section) {
            Some(verdict) => format!("{verdict}, "),
            None => String::new(),
        };
        // Writing to a string can't fail.
        let _ = write!(
            body,
            "<section aria-labelledby=\"indicator-{index}\">\n<h2 id=\"indicator-{index}\">{}</h2>\n<p>{verdict}{}</p>\n",
            escape(section.title),
            escape(&section.note),
        );
        if let Some(url) = section.frame {
            body.push_str(&iframe(section.title, url));
            body.push('\n');
        }
        body.push_str("</section>\n");
    }
    document(&Page {
        title: &title,
        style: &style,
        script: None,
        frames: &origins,
        body: &body,
    })
}

/// An index of the sections, each with its verdict.
fn contents(sections: &[Section<'_>]) -> String {
    let mut index = "<nav aria-label=\"Indicators\">\n<ol>\n".to_owned();
    for (at, section) in sections.iter().enumerate() {
        // Writing to a string can't fail.
        let _ = writeln!(
            index,
            "<li><a href=\"#indicator-{at}\">{}</a> {}</li>",
            escape(section.title),
            shown_verdict(section)
                .unwrap_or_else(|| format!("<span>{}</span>", escape(&section.note))),
        );
    }
    index.push_str("</ol>\n</nav>\n");
    index
}

/// The verdict as HTML.
fn shown_verdict(section: &Section<'_>) -> Option<String> {
    let verdict = escape(section.verdict.as_deref()?);
    Some(if section.is_bad {
        format!("<strong class=\"bad\">{verdict}</strong>")
    } else {
        format!("<span>{verdict}</span>")
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn a_page_allows_its_frames_and_nothing_else() {
        let (one, two) = (url("https://w.example/a"), url("https://w.example/b"));
        let section = |frame| Section {
            title: "evil.example",
            note: "domain".to_owned(),
            verdict: Some("malicious".to_owned()),
            is_bad: true,
            frame,
        };
        let text = page(
            &[section(Some(&one)), section(Some(&two)), section(None)],
            Look::Dark,
        );
        assert!(text.contains(
            "default-src &#39;none&#39;; frame-src https://w.example; style-src &#39;sha256-"
        ));
        assert_eq!(text.matches("<iframe ").count(), 2);
        assert_eq!(text.matches("<h1>").count(), 1);
        assert!(!text.contains("<script") && !text.contains("style=\""));
        assert!(page(&[section(None)], Look::Either).contains("frame-src &#39;none&#39;;"));
    }

    proptest! {
        #[test]
        fn no_text_gets_out_of_its_place(title in any::<String>(), note in "\\PC*", verdict in "\\PC*", rest in "[ -~]*") {
            let address = url(&format!("https://w.example/{rest}"));
            let section = Section { title: "t", note: "n".to_owned(), verdict: Some("v".to_owned()), is_bad: false, frame: Some(&address) };
            let hostile = Section { title: &title, note, verdict: Some(verdict), ..section.clone() };
            let plain = page(&[section.clone(), section], Look::Light);
            let text = page(&[hostile.clone(), hostile], Look::Light);
            for mark in ['<', '>', '"'] {
                prop_assert_eq!(text.matches(mark).count(), plain.matches(mark).count());
            }
        }
    }
}
