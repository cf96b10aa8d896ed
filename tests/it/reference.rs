//! The pages that are made from the command tree: `docs/cli.md` and `docs/man/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// The pages as the program makes them now, by their path below `docs/`.
fn made() -> BTreeMap<String, Vec<u8>> {
    let manual = gti::reference::manual().expect("pages");
    let mut pages: BTreeMap<_, _> = manual
        .into_iter()
        .map(|(name, text)| (format!("man/{name}"), text))
        .collect();
    pages.insert("cli.md".to_owned(), gti::reference::cli().into_bytes());
    pages
}

/// The pages as they stand in the project.
fn kept() -> BTreeMap<String, Vec<u8>> {
    let mut pages = BTreeMap::new();
    let mut keep = |name: String| {
        if let Ok(text) = fs::read(docs().join(&name)) {
            pages.insert(name, text);
        }
    };
    keep("cli.md".to_owned());
    for entry in fs::read_dir(docs().join("man")).into_iter().flatten() {
        let name = entry.expect("an entry").file_name();
        keep(format!("man/{}", name.to_string_lossy()));
    }
    pages
}

#[test]
fn reference_pages_are_those_of_the_program() {
    let made = made();
    if std::env::var_os("GTI_BLESS").is_some() {
        for name in kept().into_keys().filter(|name| !made.contains_key(name)) {
            fs::remove_file(docs().join(name)).expect("removed");
        }
        fs::create_dir_all(docs().join("man")).expect("a directory");
        for (name, text) in &made {
            fs::write(docs().join(name), text).expect("written");
        }
    }
    let kept = kept();
    let names = |pages: &BTreeMap<String, _>| pages.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        names(&kept),
        names(&made),
        "GTI_BLESS=1 cargo test reference"
    );
    for (name, text) in made {
        assert!(
            kept[&name] == text,
            "docs/{name} is out of date: GTI_BLESS=1 cargo test reference"
        );
    }
}
