//! Who is behind an indicator, as far as its report tells without being asked for
//! relationships.

use super::related::{TELLING, relations};
use crate::model::report::ReportAttributes;
use crate::object::relation::{self, Relations};
use crate::output::{Digest, Entry};

/// Factors of an assessment that stand for something with a name.
const ASSOCIATIONS: [(&str, &[&str]); 3] = [
    (
        "an actor",
        &["mandiant_association_actor", "associated_actor"],
    ),
    (
        "malware",
        &[
            "mandiant_association_malware",
            "associated_malware_configuration",
        ],
    ),
    (
        "a report",
        &["mandiant_association_report", "associated_reference"],
    ),
];

/// Adds what the report embeds, the families that were recognised in the file, and
/// what else the assessment links it to.
pub(super) fn add(page: &mut Digest<'_>, report: &ReportAttributes, json: &str, defanged: bool) {
    let mut embedded = relation::embedded(json);
    let found: Relations = TELLING
        .into_iter()
        .filter_map(|(name, _)| Some((name.to_owned(), embedded.remove(name)?)))
        .collect();
    relations(page, &found, defanged);
    let families = families(report);
    page.items("families", Some(families.len() as u64), &families);
    let is_told = |names: &[&str]| {
        let told = |(name, relation): &(String, relation::Relation)| {
            names.contains(&name.as_str()) && !relation.is_empty()
        };
        found.iter().any(told)
    };
    if is_told(&["related_threat_actors", "malware_families", "campaigns"]) {
        return;
    }
    let linked = associations(report);
    if !linked.is_empty() {
        let linked = linked.join(", ");
        page.line(
            "linked to",
            &format!("{linked}; `gti enrich --relationships` names them"),
        );
    }
}

/// The families of malware whose configuration was found, or that a sandbox knows.
fn families(report: &ReportAttributes) -> Vec<Entry> {
    let configured = report.malware_config.families.iter();
    let configured = configured.filter_map(|found| found.family.as_deref());
    let sandboxes = report.sandbox_verdicts.0.iter();
    let known = sandboxes.flat_map(|(_, verdict)| &verdict.malware_names);
    let mut families: Vec<&str> = vec![];
    for family in configured.chain(known.map(String::as_str)) {
        if !families
            .iter()
            .any(|seen| seen.eq_ignore_ascii_case(family))
        {
            families.push(family);
        }
    }
    families.into_iter().map(Entry::value).collect()
}

fn associations(report: &ReportAttributes) -> Vec<&'static str> {
    let factors = &report.gti_assessment.contributing_factors.0;
    let counts = |names: &[&str]| {
        let mut counting = factors.iter().filter(|(_, factor)| factor.counts());
        counting.any(|(name, _)| names.contains(&name.as_str()))
    };
    let associations = ASSOCIATIONS.into_iter();
    associations
        .filter(|(_, names)| counts(names))
        .map(|(what, _)| what)
        .collect()
}
