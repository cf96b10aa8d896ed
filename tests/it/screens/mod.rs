//! What people and pipes get: whole outputs and exit codes of every command, and
//! what a terminal shows of the main ones.

mod about;
mod alerts;
mod annotate;
mod api;
mod asm;
mod auth;
mod cache;
mod collection;
mod config;
mod doctor;
mod dtm;
mod enrich;
mod extract;
mod hints;
mod ingest;
mod matching;
mod mirror;
mod mistakes;
mod open;
mod quota;
mod report;
mod rules;
mod scan;
mod search;
mod sink;
mod stage;
mod state;
mod vuln;
mod widget;
mod widths;

use std::path::Path;

use crate::support::{read, rust_files};

/// Where the snapshots are.
const SCENES: &str = "tests/it/screens";

#[test]
fn every_command_has_a_snapshot() {
    let scenes: String = rust_files(SCENES)
        .iter()
        .map(|path| read(Path::new(SCENES).join(path)))
        .collect();
    let mut commands = vec![];
    leaves(&gti::reference::tree(), "", &mut commands);
    for path in commands {
        let is_played = ["\"", " "].map(|end| scenes.contains(&format!("(\"{path}{end}")));
        let is_piped = ["\"", " "].map(|end| scenes.contains(&format!(", \"{path}{end}")));
        assert!(
            is_played.contains(&true) || is_piped.contains(&true),
            "`gti {path}` has a snapshot in tests/it/screens"
        );
    }
}

/// The commands that have none below them.
fn leaves(command: &clap::Command, path: &str, all: &mut Vec<String>) {
    let mut below = command.get_subcommands().peekable();
    if below.peek().is_none() {
        all.push(path.to_owned());
    }
    for one in below {
        leaves(one, format!("{path} {}", one.get_name()).trim(), all);
    }
}
