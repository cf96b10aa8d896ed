//! Whether a bare name is a domain, or a file, a word of code, or the end of one
//! sentence and the beginning of the next.
//!
//! Nothing in the form of `setup.py` or `report.zip` says which it is: `py` and
//! `zip` are top-level domains. A name that is defanged or stands in a URL was meant
//! as one, and is not asked here.

/// Top-level domains of the tests and examples of RFC 2606 and of Tor, which the
/// public suffix list does not have.
const RESERVED: [&str; 3] = ["example", "test", "onion"];

/// Generic top-level domains that are better known as file extensions.
const FILES: [&str; 9] = [
    "zip", "mov", "cab", "map", "pub", "dot", "inc", "bar", "box",
];

/// Top-level domains of countries that are better known as file extensions: a short
/// name under one is taken for a file.
const COUNTRY_FILES: [&str; 12] = [
    "py", "sh", "rs", "md", "so", "ps", "pl", "tf", "am", "vi", "pm", "st",
];

/// Top-level domains that are names of members in code: `user.name`, `event.id`.
const MEMBERS: [&str; 22] = [
    "name", "id", "info", "date", "page", "link", "open", "select", "call", "host", "data", "app",
    "now", "new", "run", "in", "is", "to", "do", "at", "type", "zone",
];

/// First labels of the packages of Java and the like, whose names are domains
/// turned around.
const PACKAGES: [&str; 8] = ["com", "org", "net", "io", "java", "javax", "android", "edu"];

/// What a method calls the object that it belongs to.
const OBJECTS: [&str; 2] = ["this", "self"];

/// Names of products that are written like domains.
const PRODUCTS: [&str; 6] = [
    "asp.net",
    "ado.net",
    "vb.net",
    "node.js",
    "system.net",
    "system.io",
];

/// What stands around a bare name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    /// Nothing of interest.
    Nothing,
    /// What makes it a call or an assignment: `name(`, `name=`.
    Code,
}

/// Whether a bare name may be a domain. `name` is its one spelling.
pub(super) fn is_domain(written: &str, name: &str, beside: Beside) -> bool {
    let labels: Vec<&str> = name.split('.').collect();
    let [first, .., last] = labels[..] else {
        return false;
    };
    if !has_known_suffix(name) || PRODUCTS.contains(&name) || joins_sentences(written) {
        return false;
    }
    if labels[labels.len() - 2..]
        .iter()
        .any(|label| label.contains('_'))
    {
        return false;
    }
    let has_www = first == "www";
    if FILES.contains(&last) && !has_www {
        return false;
    }
    if COUNTRY_FILES.contains(&last) && !has_www && (labels.len() < 3 || first.starts_with("lib")) {
        return false;
    }
    if beside == Beside::Code && MEMBERS.contains(&last) {
        return false;
    }
    !(labels.len() > 2 && PACKAGES.contains(&first) || OBJECTS.contains(&first))
}

/// Whether the name ends in a suffix that exists, and is more than the suffix.
pub(super) fn has_known_suffix(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    if RESERVED.contains(&last) {
        return name.len() > last.len() + 1;
    }
    psl::suffix(name.as_bytes())
        .is_some_and(|suffix| suffix.is_known() && suffix.as_bytes().len() < name.len())
}

/// Whether the case of the letters says that the dot ends a sentence or joins the
/// words of code: `done.It`, `System.Net`.
fn joins_sentences(written: &str) -> bool {
    let mut labels = written.rsplit('.').filter(|label| !label.is_empty());
    let (Some(last), Some(before)) = (labels.next(), labels.next()) else {
        return false;
    };
    let mut letters = last.chars();
    let capitalised = letters.next().is_some_and(char::is_uppercase)
        && letters.clone().next().is_some()
        && letters.all(char::is_lowercase);
    let shouted = |label: &str| {
        label.chars().any(char::is_alphabetic) && !label.chars().any(char::is_lowercase)
    };
    capitalised && !shouted(before) || shouted(last) && before.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_code_and_sentences_are_no_domains() {
        for (name, beside, expected) in [
            ("evil.example", Beside::Nothing, true),
            ("EVIL.EXAMPLE", Beside::Nothing, true),
            ("Evil.example", Beside::Nothing, true),
            ("evil.co.uk", Beside::Nothing, true),
            ("xn--bcher-kva.example", Beside::Nothing, true),
            ("a.github.io", Beside::Nothing, true),
            ("co.uk", Beside::Nothing, false),
            ("example", Beside::Nothing, false),
            ("index.html", Beside::Nothing, false),
            ("node.js", Beside::Nothing, false),
            ("report.zip", Beside::Nothing, false),
            ("www.report.zip", Beside::Nothing, true),
            ("setup.py", Beside::Nothing, false),
            ("README.md", Beside::Nothing, false),
            ("libfoo.1.so", Beside::Nothing, false),
            ("mail.example.pl", Beside::Nothing, true),
            ("done.It", Beside::Nothing, false),
            ("ASP.NET", Beside::Nothing, false),
            ("System.IO", Beside::Nothing, false),
            ("user.name", Beside::Nothing, true),
            ("user.name", Beside::Code, false),
            ("com.evil.app", Beside::Nothing, false),
            ("a_b.example", Beside::Nothing, false),
            ("a_b.evil.example", Beside::Nothing, true),
        ] {
            let canonical = name.to_lowercase();
            assert_eq!(is_domain(name, &canonical, beside), expected, "{name}");
        }
    }
}
