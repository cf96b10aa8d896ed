//! ATT&CK tactics and techniques of a file, sandbox by sandbox.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::json::well_formed;
use super::lenient;

/// What one sandbox saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SandboxTactics {
    /// The sandbox's name.
    pub sandbox: String,
    /// The tactics, in the service's order.
    pub tactics: Vec<Tactic>,
}

/// One tactic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tactic {
    /// `TA0005`.
    pub id: Option<String>,
    /// `Defense Evasion`.
    pub name: Option<String>,
    /// The techniques seen.
    pub techniques: Vec<Technique>,
}

/// One technique.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Technique {
    /// `T1055`.
    pub id: Option<String>,
    /// `Process Injection`.
    pub name: Option<String>,
    /// The highest severity among its signatures.
    pub severity: Option<String>,
}

#[derive(Deserialize)]
struct Tree {
    // Null for none, but there: an object of another kind has no such member.
    #[serde(deserialize_with = "Option::deserialize")]
    tactics: Option<Vec<TacticView>>,
}

#[derive(Deserialize)]
struct TacticView {
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default)]
    techniques: Option<Vec<TechniqueView>>,
}

#[derive(Deserialize)]
struct TechniqueView {
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default)]
    signatures: Option<Vec<Signature>>,
}

#[derive(Deserialize)]
struct Signature {
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
}

/// Reads `behaviour_mitre_trees`: a dictionary by sandbox, possibly empty (API
/// notes, section 2.6).
///
/// # Errors
/// A reason, when the object is something else.
pub fn read(json: &str) -> Result<Vec<SandboxTactics>, String> {
    let trees: BTreeMap<String, Option<Tree>> = serde_json::from_str(&well_formed(json))
        .map_err(|error| format!("ATT&CK tree: {error}"))?;
    let sandboxes = trees.into_iter().map(|(sandbox, tree)| SandboxTactics {
        sandbox,
        tactics: tree
            .and_then(|tree| tree.tactics)
            .unwrap_or_default()
            .into_iter()
            .map(tactic)
            .collect(),
    });
    Ok(sandboxes.collect())
}

fn tactic(view: TacticView) -> Tactic {
    let techniques = view
        .techniques
        .unwrap_or_default()
        .into_iter()
        .map(|technique| Technique {
            id: technique.id,
            name: technique.name,
            severity: technique
                .signatures
                .unwrap_or_default()
                .into_iter()
                .filter_map(|signature| signature.severity)
                .max_by_key(|severity| rank(severity)),
        });
    Tactic {
        id: view.id,
        name: view.name,
        techniques: techniques.collect(),
    }
}

fn rank(severity: &str) -> u8 {
    match severity {
        "CRITICAL" => 5,
        "HIGH" => 4,
        "MEDIUM" => 3,
        "LOW" => 2,
        "INFO" => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_signature_counts() {
        let read = read(
            r#"{"Zenbox":{"tactics":[{"id":"TA0005","name":"Defense Evasion","techniques":[
                 {"id":"T1055","name":"Process Injection","signatures":[{"severity":"INFO"},{"severity":"HIGH"},{"severity":"LOW"}]},
                 {"id":"T1027","signatures":null}]}]},"Another":null}"#,
        )
        .expect("a tree");
        assert_eq!(
            read.iter()
                .map(|tree| tree.sandbox.as_str())
                .collect::<Vec<_>>(),
            ["Another", "Zenbox"]
        );
        let techniques = &read[1].tactics[0].techniques;
        assert_eq!(techniques[0].severity.as_deref(), Some("HIGH"));
        assert_eq!(techniques[1].severity, None);
        assert_eq!(super::read("{}"), Ok(vec![]));
        let odd = super::read(r#"{"Zenbox":{"tactics":[{"id":"TA0005","name":"\ud83d"}]}}"#);
        assert_eq!(
            odd.expect("a tree")[0].tactics[0].id.as_deref(),
            Some("TA0005")
        );
        for other in [
            "[]",
            "null",
            r#"{"id":"evil.example","type":"domain"}"#,
            r#"{"attributes":{"type_tag":"peexe"}}"#,
        ] {
            assert!(super::read(other).is_err(), "{other}");
        }
    }
}
