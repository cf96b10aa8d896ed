//! Just enough reading of Rust to see what a file names.

/// The code alone: comments, literals and what is compiled for tests go.
pub(super) fn own_code(text: &str) -> String {
    without_tests(&without_comments(text))
}

/// Every path that begins with `crate::`, groups taken apart, without `crate::`.
pub(super) fn crate_paths(code: &str) -> Vec<String> {
    let mut paths = vec![];
    for (at, _) in code.match_indices("crate::") {
        if !begins_word(code, at) {
            continue;
        }
        take_paths(&code[at + "crate::".len()..], "", &mut paths);
    }
    paths
}

/// Whether a path begins with the name (`clap::`), or an import is of it.
pub(super) fn names(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let behind = &code[at + name.len()..];
        // `::clap` is the crate as well.
        let at = at - if code[..at].ends_with("::") { 2 } else { 0 };
        begins_word(code, at) && (behind.starts_with("::") || behind.starts_with(';'))
    })
}

/// Whether no word or path goes on into the place.
fn begins_word(code: &str, at: usize) -> bool {
    !code[..at].ends_with(|before: char| before.is_alphanumeric() || matches!(before, '_' | ':'))
}

/// Reads one path, or each of a `{…}` group, at the start of `code`; returns
/// what is behind it.
fn take_paths<'a>(code: &'a str, before: &str, paths: &mut Vec<String>) -> &'a str {
    if let Some(mut rest) = code.strip_prefix('{') {
        loop {
            rest = take_paths(rest.trim_start(), before, paths).trim_start();
            match rest.strip_prefix(',') {
                Some(next) => rest = next,
                None => return rest.strip_prefix('}').unwrap_or(rest),
            }
            if let Some(end) = rest.trim_start().strip_prefix('}') {
                return end;
            }
        }
    }
    let end = code
        .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '*'))
        .unwrap_or(code.len());
    let path = match before {
        "" => code[..end].to_owned(),
        _ => format!("{before}::{}", &code[..end]),
    };
    let rest = &code[end..];
    match rest.strip_prefix("::") {
        Some(inner) if inner.starts_with(|c: char| c.is_alphabetic() || "_{*".contains(c)) => {
            take_paths(inner, &path, paths)
        }
        _ => {
            paths.push(path);
            // An import under another name.
            match rest.trim_start().strip_prefix("as ") {
                Some(alias) => {
                    let alias = alias.trim_start();
                    &alias[alias
                        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                        .unwrap_or(alias.len())..]
                }
                None => rest,
            }
        }
    }
}

/// The text with comments and the insides of literals taken out.
fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = literal(rest, code.chars().next_back()) {
            code.push_str("\"\"");
            length
        } else {
            code.push(next);
            next.len_utf8()
        };
        rest = &rest[length..];
    }
    code
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of the string or character that `text` starts with, behind the
/// character `before`.
fn literal(text: &str, before: Option<char>) -> Option<usize> {
    let in_word = before.is_some_and(|before| before.is_alphanumeric() || before == '_');
    if !in_word && (text.starts_with('r') || text.starts_with("br")) {
        let hashes_from = text.find('r')? + 1;
        let hashes = text[hashes_from..]
            .bytes()
            .take_while(|b| *b == b'#')
            .count();
        let open = hashes_from + hashes;
        if text[open..].starts_with('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let end = text[open + 1..].find(&close)?;
            return Some(open + 1 + end + close.len());
        }
    }
    if text.starts_with('"') {
        return quoted(text, '"');
    }
    // A lifetime has no closing quote behind its first character.
    if let Some(inner) = text.strip_prefix('\'') {
        let first = inner.chars().next()?;
        if first == '\\' || inner[first.len_utf8()..].starts_with('\'') {
            return quoted(text, '\'');
        }
    }
    None
}

fn quoted(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, next) in text.char_indices().skip(1) {
        match next {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if next == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The code without the items that `#[cfg(test)]` and its like stand before.
fn without_tests(code: &str) -> String {
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.find("#[cfg(") {
        let end = start
            + rest[start..]
                .find(']')
                .map_or(rest.len() - start, |end| end + 1);
        let condition = &rest[start..end];
        let for_tests = condition.contains("(test") || condition.contains(" test");
        if !for_tests || condition.contains("not(test") {
            kept.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        kept.push_str(&rest[..start]);
        rest = &rest[end + item(&rest[end..])..];
    }
    kept + rest
}

/// The length of the item that `code` starts with: to its semicolon, or to the
/// end of its block.
fn item(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, next) in code.char_indices() {
        match next {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_told_from_what_only_looks_like_it() {
        let text = r##"
            // crate::a
            /* crate::b /* nested */ crate::b */
            use crate::c::{self, d as e, f::{g, h}};
            use crate::i;
            const X: &str = "crate::j \" crate::j";
            const Y: &str = r#"crate::k " crate::k"#;
            const Z: (char, char) = ('"', '\'');
            fn l<'a>(m: &'a crate::n::O) -> pub_crate::p { crate::q::<R>() }
            #[cfg(all(test, unix))]
            mod tests { use crate::s; fn t() { if true { crate::u() } } }
            #[cfg(test)]
            #[expect(dead_code)]
            use crate::v;
            #[cfg(not(test))]
            use crate::w;
        "##;
        let code = own_code(text);
        assert_eq!(
            crate_paths(&code),
            [
                "c::self", "c::d", "c::f::g", "c::f::h", "i", "n::O", "q", "w"
            ]
        );
    }

    #[test]
    fn a_name_is_a_whole_word() {
        for (code, named) in [
            ("use clap::Args;", true),
            ("let x: ::clap::Args;", true),
            ("inner::clap::Args", false),
            ("#[clap::arg]", true),
            ("use clap;", true),
            ("clapper::x", false),
            ("my_clap::x", false),
            ("std::env::vars()", false),
        ] {
            assert_eq!(names(code, "clap"), named, "{code}");
        }
        assert!(names("std::env::vars()", "std::env"));
    }
}
