//! The floors of the crate, read off the imports: a room names only rooms below
//! it, and what comes from outside has one door (`docs/architecture.md`).

use std::path::Path;

use crate::support::{read, rust_files};

/// The floor of each room, and what it may name where that is less than all below.
const ROOMS: [(&str, u8, Option<&[&str]>); 21] = [
    ("model", 0, None),
    ("process", 0, None),
    ("ui", 1, None),
    // The client is blind.
    ("client", 2, Some(&["model"])),
    ("output", 2, Some(&["model", "ui"])),
    // It keeps what the client wants of a cache.
    ("state", 2, Some(&["model", "client::cache"])),
    ("settings", 3, None),
    // Asked for by whoever shows an object.
    ("object", 3, Some(&["model", "client"])),
    (
        "postgres",
        3,
        Some(&[
            "model",
            "client::cache",
            "client::retry",
            "client::tls",
            "state",
        ]),
    ),
    ("bulk", 4, None),
    ("deliver", 4, None),
    ("enrich", 5, None),
    ("scan", 5, None),
    ("rank", 5, None),
    ("local", 5, None),
    ("feed", 5, None),
    ("workflow", 5, None),
    // A service of its own.
    ("sandbox", 5, Some(&["model"])),
    ("commands", 6, None),
    ("lib", 7, None),
    ("reference", 7, None),
];

/// What comes from outside, and the only places that may name it.
const DOORS: [(&str, &[&str]); 12] = [
    (
        "clap",
        &["commands/", "settings/flags.rs", "lib.rs", "reference.rs"],
    ),
    (
        "clap_complete",
        &["commands/complete.rs", "commands/completions.rs"],
    ),
    ("clap_mangen", &["commands/man.rs"]),
    ("reqwest", &["client/"]),
    ("rusqlite", &["state/"]),
    ("tokio_postgres", &["postgres/"]),
    ("rustls", &["client/"]),
    ("backoff", &["client/retry.rs"]),
    ("axum", &["sandbox/"]),
    ("jaq_core", &["output/jq/"]),
    ("std::env", &["main.rs", "lib.rs"]),
    ("ctor", &["process/stdout.rs"]),
];

/// A file of the library or of the binary, without comments and the tests at its end.
struct File {
    path: String,
    room: String,
    code: String,
}

fn files() -> Vec<File> {
    let paths = rust_files("src").into_iter();
    let paths = paths.map(|path| path.to_string_lossy().replace('\\', "/"));
    paths
        .filter(|path| !path.contains("/tests/") && !path.ends_with("/tests.rs"))
        .map(|path| File {
            room: path.split(['/', '.']).next().expect("a name").to_owned(),
            code: own_code(&read(Path::new("src").join(&path))),
            path,
        })
        .collect()
}

fn own_code(text: &str) -> String {
    let lines = text.lines().take_while(|line| *line != "mod tests {");
    let code = lines.filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| [line, "\n"]).collect()
}

/// What stands behind each `name` that begins a path.
fn behind<'a>(code: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    code.match_indices(name).filter_map(move |(at, _)| {
        let before = code[..at].trim_end_matches("::");
        let is_part = before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
        (!is_part).then(|| &code[at + name.len()..])
    })
}

/// Whether code names a crate: in a path, or in an import of the whole.
fn names(code: &str, name: &str) -> bool {
    behind(code, name).any(|rest| rest.starts_with("::") || rest.starts_with(';'))
}

#[test]
fn a_room_names_only_rooms_on_floors_below_it() {
    let mut wrong = vec![];
    for File { path, room, code } in files().iter().filter(|file| file.room != "main") {
        let Some((_, floor, sight)) = ROOMS.iter().find(|(name, ..)| name == room) else {
            wrong.push(format!("{path}: `{room}` has no floor"));
            continue;
        };
        for named in behind(code, "crate::") {
            let other = named.split(|c: char| !c.is_alphanumeric() && c != '_');
            let other = other.into_iter().next().unwrap_or_default();
            let below = ROOMS
                .iter()
                .any(|(name, it, _)| *name == other && it < floor);
            let allowed = match sight {
                Some(sight) => sight.iter().any(|place| named.starts_with(place)),
                None => below,
            };
            if other != room && !allowed {
                let named: String = named.chars().take_while(|c| *c != ';').collect();
                wrong.push(format!("{path} names crate::{named}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_room_is_left_by_way_of_its_parents() {
    for File { path, code, .. } in files() {
        let path_parts = path.split('/').count();
        // `client/mod.rs` and `client.rs` are one module deep, `client/key.rs` two.
        let deep = path_parts - usize::from(path.ends_with("/mod.rs"));
        let climb = "super::".repeat(deep);
        assert!(!code.contains(&climb), "{path} climbs out of its room");
    }
}

#[test]
fn the_binary_only_parses_runs_and_exits() {
    let lines = read("src/main.rs").lines().count();
    assert!(lines < 50, "src/main.rs has {lines} lines");
}

#[test]
fn what_comes_from_outside_has_one_door() {
    let files = files();
    for (name, doors) in DOORS {
        let naming = files.iter().filter(|file| names(&file.code, name));
        let (inside, outside): (Vec<&str>, Vec<&str>) = naming
            .map(|file| file.path.as_str())
            .partition(|path| doors.iter().any(|door| path.starts_with(door)));
        assert_eq!(outside, [""; 0], "{name} has another door");
        assert!(!inside.is_empty(), "nobody names {name}: its door can go");
    }
}

/// Whoever starts a program takes care of what it is told.
#[test]
fn programs_are_started_in_one_place() {
    let starting = files()
        .into_iter()
        .filter(|file| file.code.contains("Command::new(") && !file.code.contains("clap::"));
    let places: Vec<String> = starting.map(|file| file.path).collect();
    assert_eq!(places, ["process/child.rs"]);
}

/// A file that no `mod` names is compiled by nobody and tests nothing.
#[test]
fn no_test_is_forgotten() {
    for path in rust_files("tests/it") {
        let stem = path.file_stem().expect("a name").to_string_lossy();
        let parent = path.parent().expect("a parent");
        if stem == "main" {
            continue;
        }
        // The module that must name it: beside it, or above it for a `mod.rs`.
        let (name, directory) = match stem.as_ref() {
            "mod" => (
                parent.file_name().expect("a name").to_string_lossy(),
                parent.parent().expect("a parent"),
            ),
            _ => (stem, parent),
        };
        let root = Path::new("tests/it").join(directory);
        let candidates = if directory.as_os_str().is_empty() {
            vec![root.join("main.rs")]
        } else {
            vec![root.join("mod.rs"), root.with_extension("rs")]
        };
        let declared = candidates
            .iter()
            .filter(|file| Path::new(env!("CARGO_MANIFEST_DIR")).join(file).exists())
            .any(|file| own_code(&read(file)).contains(&format!("mod {name};")));
        assert!(declared, "{} is named by no `mod`", path.display());
    }
}
