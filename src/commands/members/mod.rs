//! The members of each command's records, and the commands that they belong to.

pub(super) mod account;
pub(super) mod lookups;
pub(super) mod mirroring;
pub(super) mod page;
pub(super) mod runs;
pub(super) mod sinks;
pub(super) mod vulnerability;

use super::{
    alerts, api, asm, auth, cache, collection, config, doctor, dtm, enrich, extract, ingest,
    matching, mirror, quota, report, rules, scan, search, sink, state, vuln, widget, workflow,
};
use crate::output::Layout;

/// The commands that print records, and how.
const COMMANDS: &[(&str, &Layout)] = &[
    ("enrich", &enrich::LAYOUT),
    ("vuln get", &vuln::get::LAYOUT),
    ("vuln list", &vuln::list::LAYOUT),
    ("vuln rank", &vuln::rank::LAYOUT),
    ("search", &search::LAYOUT),
    ("collection get", &collection::get::LAYOUT),
    ("collection list", &collection::list::LAYOUT),
    ("widget", &widget::LAYOUT),
    ("api", &api::LAYOUT),
    ("scan file", &scan::LAYOUT),
    ("scan url", &scan::LAYOUT),
    ("scan status", &scan::LAYOUT),
    ("scan rescan", &scan::LAYOUT),
    ("scan delete", &scan::delete::LAYOUT),
    ("extract", &extract::LAYOUT),
    ("match", &matching::HITS),
    ("report", &report::LAYOUT),
    ("mirror sync", &mirror::status::LAYOUT),
    ("mirror status", &mirror::status::LAYOUT),
    ("mirror get", &mirror::get::LAYOUT),
    ("mirror prune", &mirror::prune::LAYOUT),
    ("mirror export", &mirror::export::LAYOUT),
    ("mirror import", &mirror::import::LAYOUT),
    ("mirror publish", &mirror::publish::LAYOUT),
    ("ingest ioc-stream", &ingest::ioc_stream::LAYOUT),
    ("ingest threat-list", &ingest::threat_list::LAYOUT),
    ("ingest collections", &ingest::collections::LAYOUT),
    ("ingest deltas", &ingest::deltas::LAYOUT),
    ("ingest dtm", &ingest::dtm::LAYOUT),
    ("ingest asm", &ingest::asm::LAYOUT),
    ("ingest vuln", &ingest::vuln::LAYOUT),
    ("rules check", &rules::check::LAYOUT),
    ("rules test", &rules::test::LAYOUT),
    ("sink init", &sink::init::LAYOUT),
    ("sink test", &sink::test::LAYOUT),
    ("state list", &state::list::LAYOUT),
    ("state show", &state::show::LAYOUT),
    ("state rewind", &state::rewind::LAYOUT),
    ("state verify", &state::verify::LAYOUT),
    ("state replay", &state::replay::LAYOUT),
    ("ingest alerts", &ingest::alerts::LAYOUT),
    ("alerts list", &alerts::list::LAYOUT),
    ("alerts show", &alerts::show::LAYOUT),
    ("alerts update", &workflow::CHANGED),
    ("alerts documents", &alerts::documents::LAYOUT),
    ("alerts findings", &alerts::findings::LAYOUT),
    ("dtm list", &dtm::list::LAYOUT),
    ("dtm show", &dtm::show::LAYOUT),
    ("dtm update", &workflow::CHANGED),
    ("dtm monitors", &dtm::monitors::LAYOUT),
    ("asm list", &asm::list::LAYOUT),
    ("asm show", &asm::show::LAYOUT),
    ("asm update", &workflow::CHANGED),
    ("asm projects", &asm::projects::LAYOUT),
    ("auth status", &auth::status::LAYOUT),
    ("config list", &config::LAYOUT),
    ("cache stats", &cache::stats::LAYOUT),
    ("cache clear", &cache::clear::LAYOUT),
    ("quota", &quota::LAYOUT),
    ("doctor", &doctor::LAYOUT),
    ("version", &super::version::LAYOUT),
];

/// The layout of a command's records, by its name as typed.
pub(super) fn layout(command: &str) -> Option<&'static Layout> {
    let found = COMMANDS.iter().find(|(name, _)| *name == command);
    found.map(|(_, layout)| *layout)
}

/// The paths that `--fields` of a command may be told.
pub(super) fn paths(command: &str) -> Vec<String> {
    let Some(layout) = layout(command) else {
        return Vec::new();
    };
    let members = layout.members.list();
    let members = members.iter().map(|member| member.path);
    let mut paths: Vec<String> = Vec::new();
    for path in layout.columns.0.iter().copied().chain(members) {
        if !paths.iter().any(|known| known == path) {
            paths.push(path.to_owned());
        }
    }
    paths
}

/// The commands that print records.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::commands::Cli;
    use crate::output::Members;

    /// The commands that print none.
    const WITHOUT: &[&str] = &[
        "auth login",
        "auth logout",
        "auth import",
        "config path",
        "config get",
        "config set",
        "config unset",
        "state reset",
        "state init",
        "state prune",
        "annotate",
        "open",
        "sandbox",
        "completions",
        "man",
        "help",
    ];

    fn leaves(command: &clap::Command, name: &str, found: &mut Vec<String>) {
        let verbs: Vec<_> = command.get_subcommands().collect();
        if verbs.is_empty() {
            found.push(name.trim().to_owned());
        }
        for verb in verbs {
            leaves(verb, &format!("{name} {}", verb.get_name()), found);
        }
    }

    #[test]
    fn every_command_has_its_members_or_prints_no_records() {
        let mut found = Vec::new();
        leaves(&Cli::command(), "", &mut found);
        for name in found {
            assert!(
                layout(&name).is_some() != WITHOUT.contains(&name.as_str()),
                "{name}"
            );
        }
    }

    #[test]
    fn every_line_of_a_table_can_be_read() {
        for (name, layout) in COMMANDS {
            let Members::Own(tables) = layout.members else {
                continue;
            };
            let lines = tables.iter().flat_map(|table| table.lines());
            let lines = lines.filter(|line| !line.is_empty()).count();
            assert_eq!(layout.members.list().len(), lines, "{name}");
        }
    }
}
