//! The floors of the crate, read off the imports: a room names only rooms below
//! it, and what comes from outside has one door (`docs/architecture.md`).

mod source;

use std::collections::BTreeSet;
use std::path::Path;

use self::source::{crate_paths, own_code};
use crate::support::{read, rust_files};

/// The floor of each room.
const FLOORS: [(&str, u8); 19] = [
    ("model", 0),
    ("process", 0),
    ("ui", 1),
    ("client", 2),
    ("output", 2),
    ("state", 2),
    ("settings", 3),
    ("bulk", 5),
    ("enrich", 6),
    ("scan", 6),
    ("rank", 6),
    ("local", 6),
    ("deliver", 5),
    ("feed", 6),
    ("workflow", 6),
    ("sandbox", 6),
    ("commands", 7),
    ("lib", 8),
    ("reference", 8),
];

/// Rooms that may name less than what is below them. The client is blind, the
/// sandbox is a service of its own.
const NARROW: [(&str, &[&str]); 4] = [
    ("client", &["model"]),
    ("sandbox", &["model"]),
    ("state", &["model", "client::cache"]),
    ("output", &["model", "ui"]),
];

/// Rooms that may name a room of their own floor.
const SIDEWAYS: [(&str, &str); 1] = [("state", "client::cache")];

/// What comes from outside, and the only places that may name it.
const DOORS: [(&str, &[&str]); 10] = [
    (
        "clap",
        &["commands/", "settings/flags.rs", "lib.rs", "reference.rs"],
    ),
    ("clap_complete", &["commands/completions.rs"]),
    ("clap_mangen", &["commands/man.rs"]),
    ("reqwest", &["client/"]),
    ("rusqlite", &["state/"]),
    ("backoff", &["client/retry.rs"]),
    ("axum", &["sandbox/"]),
    ("jaq_core", &["output/jq/"]),
    ("std::env", &["main.rs", "lib.rs"]),
    ("ctor", &["process/stdout.rs"]),
];

/// A file of the library or of the binary, without comments, literals and tests.
struct File {
    path: String,
    room: String,
    code: String,
}

fn files() -> Vec<File> {
    let read_file = |path: &Path| {
        let first = path.iter().next().expect("a name").to_string_lossy();
        File {
            path: path.to_string_lossy().replace('\\', "/"),
            room: first.trim_end_matches(".rs").to_owned(),
            code: own_code(&read(Path::new("src").join(path))),
        }
    };
    let is_test = |path: &Path| {
        path.iter()
            .any(|part| part == "tests" || part == "tests.rs")
    };
    rust_files("src")
        .iter()
        .filter(|path| !is_test(path))
        .map(|path| read_file(path))
        .collect()
}

fn floor(room: &str) -> Option<u8> {
    let found = FLOORS.iter().find(|(name, _)| *name == room);
    found.map(|(_, floor)| *floor)
}

/// Whether `path` (`client::cache::Stored`) lies at or below `place`.
fn within(path: &str, place: &str) -> bool {
    path.strip_prefix(place)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[test]
fn a_room_names_only_rooms_on_floors_below_it() {
    let mut wrong = vec![];
    for File { path, room, code } in files() {
        if room == "main" {
            continue;
        }
        let Some(own) = floor(&room) else {
            wrong.push(format!("{path}: `{room}` has no floor"));
            continue;
        };
        for named in crate_paths(&code) {
            let other = named.split("::").next().unwrap_or_default();
            let sideways = SIDEWAYS
                .iter()
                .any(|(from, to)| *from == room && within(&named, to));
            let allowed = match floor(other) {
                None => false,
                Some(_) if other == room => true,
                Some(floor) => floor < own || sideways,
            };
            let narrow = NARROW.iter().find(|(name, _)| *name == room);
            let in_sight = other == room
                || narrow.is_none_or(|(_, sight)| sight.iter().any(|place| within(&named, place)));
            if !(allowed && in_sight) {
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
    let mut wrong = vec![];
    for File { path, code, .. } in files() {
        for (name, doors) in DOORS {
            let here = doors.iter().any(|door| path.starts_with(door));
            if !here && source::names(&code, name) {
                wrong.push(format!("{path} names {name}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
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

#[test]
fn every_room_has_a_floor_and_every_door_is_used() {
    let files = files();
    let rooms: BTreeSet<&str> = files.iter().map(|file| file.room.as_str()).collect();
    for room in rooms {
        assert!(room == "main" || floor(room).is_some(), "{room}");
    }
    for (name, doors) in DOORS {
        let used = files.iter().any(|file| {
            doors.iter().any(|door| file.path.starts_with(door)) && source::names(&file.code, name)
        });
        assert!(used, "nobody names {name}: its door can go");
    }
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
