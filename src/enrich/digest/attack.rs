//! ATT&CK for people: tactic by tactic, the most severe techniques first.

use crate::model::behaviour::Activity;
use crate::model::mitre::{SandboxTactics, Tactic, Technique};

/// A sentence for each tactic that any sandbox saw, with its techniques.
pub(in crate::enrich) fn tactics(sandboxes: &[SandboxTactics]) -> Vec<String> {
    let mut merged: Vec<Tactic> = vec![];
    for tactic in sandboxes.iter().flat_map(|sandbox| &sandbox.tactics) {
        let same = |known: &&mut Tactic| (&known.id, &known.name) == (&tactic.id, &tactic.name);
        if let Some(known) = merged.iter_mut().find(same) {
            merge(&mut known.techniques, &tactic.techniques);
        } else {
            let mut first = tactic.clone();
            first.techniques.clear();
            merge(&mut first.techniques, &tactic.techniques);
            merged.push(first);
        }
    }
    if merged.is_empty() {
        return vec!["none".to_owned()];
    }
    merged.into_iter().map(sentence).collect()
}

/// A sentence for each technique that sandboxes recognised in what a file did.
pub(super) fn signs(activity: &Activity) -> Vec<String> {
    let signs = activity.signs.iter().map(|sign| {
        let description = sign.description.as_deref().unwrap_or_default();
        let words = format!("{} {description}", sign.technique);
        with_severity(words.trim(), sign.severity.as_deref())
    });
    let signs: Vec<String> = signs.collect();
    if signs.is_empty() {
        signs
    } else {
        vec![signs.join(", ")]
    }
}

fn merge(techniques: &mut Vec<Technique>, more: &[Technique]) {
    for technique in more {
        let same =
            |known: &&mut Technique| (&known.id, &known.name) == (&technique.id, &technique.name);
        match techniques.iter_mut().find(same) {
            Some(known) if rank(known) > rank(technique) => {
                known.severity.clone_from(&technique.severity);
            }
            Some(_) => {}
            None => techniques.push(technique.clone()),
        }
    }
}

/// `TA0005 Defense Evasion → T1055 Process Injection (high), …`
fn sentence(mut tactic: Tactic) -> String {
    tactic.techniques.sort_by_key(rank);
    let techniques = tactic.techniques.iter().map(|technique| {
        let words = joined(technique.id.as_ref(), technique.name.as_ref());
        with_severity(&words, technique.severity.as_deref())
    });
    let techniques: Vec<String> = techniques.collect();
    let tactic = joined(tactic.id.as_ref(), tactic.name.as_ref());
    format!("{tactic} → {}", techniques.join(", "))
}

fn joined(id: Option<&String>, name: Option<&String>) -> String {
    let parts: Vec<&str> = [id, name]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    parts.join(" ")
}

/// The words, and how severe it is where the service says so.
fn with_severity(words: &str, severity: Option<&str>) -> String {
    let severity = severity.map(|word| word.trim_start_matches("IMPACT_SEVERITY_"));
    match severity.filter(|word| !word.eq_ignore_ascii_case("unknown")) {
        Some(severity) => format!("{words} ({})", severity.to_lowercase()),
        None => words.to_owned(),
    }
}

/// How severe a technique is; lower is worse.
fn rank(technique: &Technique) -> usize {
    const SEVERITIES: [&str; 4] = ["HIGH", "MEDIUM", "LOW", "INFO"];
    let severity = technique.severity.as_deref();
    let known = |name: &&str| Some(*name) == severity;
    let rank = SEVERITIES.iter().position(known);
    rank.unwrap_or(SEVERITIES.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mitre;

    #[test]
    fn tactics_of_all_sandboxes_are_told_once_with_the_worst_severity() {
        let trees = mitre::read(
            r#"{"A":{"tactics":[{"id":"TA0005","name":"Defense Evasion","techniques":[
                  {"id":"T1027","name":"Obfuscated Files","signatures":[{"severity":"LOW"}]},
                  {"id":"T1055","name":"Process Injection","signatures":[{"severity":"INFO"}]}]}]},
                "B":{"tactics":[{"id":"TA0005","name":"Defense Evasion","techniques":[
                  {"id":"T1055","name":"Process Injection","signatures":[{"severity":"HIGH"}]}]},
                  {"id":"TA0002","techniques":[{"id":"T1059","signatures":[{"severity":"UNKNOWN"}]}]}]}}"#,
        );
        let trees = trees.expect("trees").view;
        assert_eq!(
            tactics(&trees),
            [
                "TA0005 Defense Evasion → T1055 Process Injection (high), T1027 Obfuscated Files (low)",
                "TA0002 → T1059",
            ]
        );
        assert_eq!(tactics(&[]), ["none"]);
    }
}
