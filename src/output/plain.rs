//! Prose of the service as plain text: it writes Markdown and HTML.

/// The text without its markup: tags and emphasis go, links keep their words, items
/// and paragraphs begin lines, entities become the characters that they stand for.
pub(crate) fn plain(text: &str) -> String {
    let text = entities(&untagged(text));
    let lines = text.lines().map(|line| {
        let line = line.trim();
        let heading = line.trim_start_matches('#');
        let line = if heading.starts_with(' ') {
            heading.trim()
        } else {
            line
        };
        links(&line.replace("**", "").replace("__", ""))
    });
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// The text without tags; those that begin a block become line breaks. What only
/// looks like a tag stays.
fn untagged(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let Some((name, length)) = tag(rest) else {
            out.push('<');
            rest = &rest[1..];
            continue;
        };
        match name.as_str() {
            "br" | "p" | "div" | "ul" | "ol" | "tr" | "table" | "h1" | "h2" | "h3" | "h4"
            | "h5" | "h6" => out.push('\n'),
            "li" if !rest.starts_with("</") => out.push_str("\n* "),
            "td" | "th" => out.push(' '),
            _ => {}
        }
        let opens = !rest.starts_with("</");
        rest = &rest[length..];
        if opens && matches!(name.as_str(), "script" | "style") {
            // What stands within is no prose.
            let end = rest.to_ascii_lowercase().find(&format!("</{name}"));
            rest = end.map_or("", |end| &rest[end..]);
        }
    }
    out.push_str(rest);
    out
}

/// The name of the tag that the text begins with, in lower case, and its length.
fn tag(text: &str) -> Option<(String, usize)> {
    let inner = &text[1..];
    if inner.starts_with("!--") {
        return Some((String::new(), text.find("-->")? + "-->".len()));
    }
    let name = inner.strip_prefix('/').unwrap_or(inner);
    let name: String = name
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    let known = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let length = text.find('>')? + 1;
    let sound = !text[1..length].contains('<');
    (known && sound).then(|| (name.to_ascii_lowercase(), length))
}

/// The text with the characters that entities stand for.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').filter(|end| *end <= 10);
        if let Some((character, end)) = end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            out.push(character);
            rest = &rest[end + 1..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    })
}

/// The text with the words of its links, and without their addresses.
fn links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let (before, link) = rest.split_at(open);
        out.push_str(before);
        let parts = link.find("](").and_then(|middle| {
            let words = &link[1..middle];
            let end = link[middle..].find(')')? + middle;
            (!words.contains(['[', '\n'])).then_some((words, end + 1))
        });
        if let Some((words, length)) = parts {
            out.push_str(words);
            rest = &link[length..];
        } else {
            out.push('[');
            rest = &link[1..];
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markup_goes_and_words_stay() {
        for (sent, shown) in [
            ("plain words, 1 < 2 & 3 > 2", "plain words, 1 < 2 & 3 > 2"),
            (
                "<p>A <b>flaw</b> in <a href=\"https://x.example\">Widget&nbsp;Server</a>.</p><ul><li>one</li><li>two</li></ul>",
                "A flaw in Widget Server.\n* one\n* two",
            ),
            ("a<br/>b<BR>c", "a\nb\nc"),
            (
                "&lt;script&gt; &amp;amp; &#8217;&#x2014; &nonsense; &",
                "<script> &amp; ’— &nonsense; &",
            ),
            ("x<script>alert(1)</script>y<!-- z -->", "xy"),
            (
                "## Summary\n\n**Bold** and __strong__, [a report](https://x.example/r)",
                "Summary\nBold and strong, a report",
            ),
            (
                "* item with [brackets] and #hash",
                "* item with [brackets] and #hash",
            ),
            ("5 <6 and <https://x.example> <", "5 <6 and  <"),
            ("", ""),
        ] {
            assert_eq!(plain(sent), shown, "{sent}");
        }
    }

    proptest! {
        #[test]
        fn any_text_has_a_plain_form(text in "[<>&;/a-p#!\\-\\[\\]() *\\n]{0,40}|\\PC{0,20}") {
            plain(&text);
        }
    }
}
