//! Ids of other catalogues, as the standard takes them: CVE, CAPEC, CPE, ATT&CK.

/// Whether the text is an id of CVE: `CVE-2099-0001`, with no more zeros than four
/// digits need.
pub(super) fn is_cve(text: &str) -> bool {
    let Some((year, number)) = text
        .strip_prefix("CVE-")
        .and_then(|rest| rest.split_once('-'))
    else {
        return false;
    };
    is_digits(year)
        && year.len() == 4
        && is_digits(number)
        && (number.len() == 4 || (number.len() > 4 && !number.starts_with('0')))
}

/// The catalogue that an id belongs to by its form.
pub(super) fn catalogue(id: &str) -> Option<&'static str> {
    if is_cve(id) {
        return Some("cve");
    }
    id.strip_prefix("CAPEC-")
        .filter(|number| is_digits(number))?;
    Some("capec")
}

/// Whether the text is an id of a technique or sub-technique: `T1055.001`.
pub(super) fn is_technique(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('T') else {
        return false;
    };
    let (technique, sub) = rest.split_once('.').unwrap_or((rest, "000"));
    is_digits(technique) && technique.len() == 4 && is_digits(sub) && sub.len() == 3
}

/// The page of a technique in ATT&CK.
pub(super) fn technique_page(id: &str) -> String {
    format!(
        "https://attack.mitre.org/techniques/{}/",
        id.replace('.', "/")
    )
}

/// A name as phases of kill chains and words of vocabularies are written:
/// `defense-evasion`. `None` for one without a letter.
pub(super) fn word(name: &str) -> Option<String> {
    let parts: Vec<_> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let word = parts.join("-");
    word.contains(|c: char| c.is_ascii_alphabetic())
        .then_some(word)
}

/// Whether the text is a name of the product dictionary, version 2.3, with all of
/// its thirteen parts.
pub(super) fn is_cpe(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("cpe:2.3:") else {
        return false;
    };
    let Some(parts) = cpe_parts(rest) else {
        return false;
    };
    let [part, parts @ ..] = parts.as_slice() else {
        return false;
    };
    matches!(part.as_str(), "a" | "h" | "o" | "*" | "-")
        && parts.len() == 10
        && parts.iter().enumerate().all(|(at, part)| match at {
            LANGUAGE => matches!(part.as_str(), "*" | "-") || is_language(part),
            _ => is_cpe_part(part),
        })
}

/// Where the language stands, behind the kind of product.
const LANGUAGE: usize = 5;

/// The parts between colons that are not escaped; `None` for an escape of nothing.
fn cpe_parts(text: &str) -> Option<Vec<String>> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let part = parts.last_mut()?;
        match c {
            ':' => parts.push(String::new()),
            '\\' => part.extend([c, chars.next()?]),
            _ => part.push(c),
        }
    }
    Some(parts)
}

/// Whether a part is any, none, or a value, which may begin and end with wildcards.
fn is_cpe_part(part: &str) -> bool {
    if matches!(part, "*" | "-") {
        return true;
    }
    let value = part
        .strip_prefix('*')
        .unwrap_or(part.trim_start_matches('?'));
    let ends_escaped = |text: &str| text.ends_with("\\*") || text.ends_with("\\?");
    let value = match value.strip_suffix('*') {
        Some(rest) if !ends_escaped(value) => rest,
        _ => value,
    };
    let mut chars = value.chars();
    let mut any = false;
    while let Some(c) = chars.next() {
        let is_fine = match c {
            '\\' => chars
                .next()
                .is_some_and(|c| c.is_ascii_punctuation() && !"-._".contains(c)),
            c => c.is_ascii_alphanumeric() || "-._".contains(c),
        };
        if !is_fine {
            return false;
        }
        any = true;
    }
    any
}

fn is_language(text: &str) -> bool {
    let (language, region) = text.split_once('-').unwrap_or((text, "xx"));
    let letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
    (2..=3).contains(&language.len())
        && letters(language)
        && ((region.len() == 2 && letters(region)) || (region.len() == 3 && is_digits(region)))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_by_their_form() {
        for (id, catalogue) in [
            ("CVE-2099-0001", Some("cve")),
            ("CVE-2099-12345", Some("cve")),
            ("CAPEC-7", Some("capec")),
            ("CVE-2099-001", None),
            ("CVE-2099-00001", None),
            ("CVE-2099-0001 ", None),
            ("cve-2099-0001", None),
            ("CVE-2099-\u{660}\u{660}\u{660}\u{661}", None),
            ("CVE-2099", None),
            ("CAPEC-", None),
            ("CAPEC-x", None),
        ] {
            assert_eq!(super::catalogue(id), catalogue, "{id}");
        }
        for (id, is) in [
            ("T1055", true),
            ("T1055.001", true),
            ("T105", false),
            ("T1055.1", false),
            ("TA0005", false),
            ("t1055", false),
        ] {
            assert_eq!(is_technique(id), is, "{id}");
        }
        assert_eq!(
            technique_page("T1055.001"),
            "https://attack.mitre.org/techniques/T1055/001/"
        );
    }

    #[test]
    fn names_become_words() {
        for (name, expected) in [
            ("Defense Evasion", Some("defense-evasion")),
            (
                "Remote Access Trojan (RAT)",
                Some("remote-access-trojan-rat"),
            ),
            ("C2", Some("c2")),
            ("_x_ ", Some("x")),
            ("7", None),
            ("\u{1f600}", None),
            ("", None),
        ] {
            assert_eq!(word(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn products_by_their_form() {
        for text in [
            "cpe:2.3:a:example:widget_server:1.0:*:*:*:*:*:*:*",
            "cpe:2.3:o:example:x\\:y:-:update\\+1:*:en-US:sw:*:*:*",
            "cpe:2.3:*:*:*:*:*:*:*:*:*:*:*",
            "cpe:2.3:a:example:widget*:??1.0:*:*:*:*:*:*:*",
        ] {
            assert!(is_cpe(text), "{text}");
        }
        for text in [
            "",
            "cpe:/a:example:widget",
            "cpe:2.3:a:example:widget",
            "cpe:2.3:a:ex ample:widget:1.0:*:*:*:*:*:*:*",
            "cpe:2.3:x:example:widget:1.0:*:*:*:*:*:*:*",
            "cpe:2.3:a:example:widget:1.0:*:*:english:*:*:*:*",
            "cpe:2.3:a:example:wid*get:1.0:*:*:*:*:*:*:*",
            "cpe:2.3:a:example::1.0:*:*:*:*:*:*:*",
            "cpe:2.3:a:example:widget:1.0:*:*:*:*:*:*:*:*",
            "cpe:2.3:a:m\u{fc}ller:widget:1.0:*:*:*:*:*:*:*",
            "cpe:2.3:a:example:widget:1.0:*:*:*:*:*:*:*\\",
        ] {
            assert!(!is_cpe(text), "{text}");
        }
    }
}
