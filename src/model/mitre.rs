//! ATT&CK tactics and techniques: of a file, sandbox by sandbox; of a collection, by
//! where they are known from.

use serde::Serialize;

use super::json::{Scan, member};
use super::view::{Decoded, Map, Unread, View, decode, view};

/// What one sandbox saw of a file, or is known of a collection from one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SandboxTactics {
    /// The sandbox's name; of a collection the source, empty where nobody says.
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

view! {
    struct Tree {
        tactics: Vec<TacticView>,
    }

    struct TacticView {
        id: Option<String>,
        name: Option<String>,
        techniques: Vec<TechniqueView>,
    }

    struct TechniqueView {
        id: Option<String>,
        name: Option<String>,
        signatures: Vec<Signature>,
    }

    struct Signature {
        severity: Option<String>,
    }

    struct SourcedTree {
        tactics: Vec<SourcedTactic>,
    }

    struct SourcedTactic {
        id: Option<String>,
        name: Option<String>,
        techniques: Vec<SourcedTechnique>,
    }

    struct SourcedTechnique {
        id: Option<String>,
        name: Option<String>,
        source: Option<Texts>,
    }
}

/// A text, or a list of them.
#[derive(Debug, Clone, PartialEq)]
struct Texts(Vec<String>);

impl View for Texts {
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Option<Self>, String> {
        if value.peek() == Some(b'[') {
            return Ok(<Vec<String> as View>::read(value, unread)?.map(Self));
        }
        let text = <String as View>::read(value, unread)?;
        Ok(text.map(|text| Self(vec![text])))
    }
}

/// Reads the `mitre_tree` of a collection, whose techniques name one source or several
/// (API notes, page 2, section 2.5). What cannot be read costs itself alone.
///
/// # Errors
/// A reason, when the object is something else.
pub fn read_sourced(json: &str) -> Result<Decoded<Vec<SandboxTactics>>, String> {
    let wrong = |reason| format!("ATT&CK tree: {reason}");
    let Decoded { view, unread } = decode::<SourcedTree>(json).map_err(wrong)?;
    let is_tree = json.trim() == "{}" || member(json, "tactics").is_some();
    if !is_tree {
        return Err(wrong("it holds no tactics".to_owned()));
    }
    let mut sources: Vec<SandboxTactics> = vec![];
    for tactic in view.tactics {
        for technique in tactic.techniques {
            let named = technique.source.map(|Texts(names)| names);
            let mut named = named.unwrap_or_default();
            if named.is_empty() {
                named.push(String::new());
            }
            for source in named {
                let technique = Technique {
                    id: technique.id.clone(),
                    name: technique.name.clone(),
                    severity: None,
                };
                let tactics = of_source(&mut sources, source);
                match tactics.last_mut() {
                    Some(known) if (&known.id, &known.name) == (&tactic.id, &tactic.name) => {
                        known.techniques.push(technique);
                    }
                    _ => tactics.push(Tactic {
                        id: tactic.id.clone(),
                        name: tactic.name.clone(),
                        techniques: vec![technique],
                    }),
                }
            }
        }
    }
    Ok(Decoded {
        view: sources,
        unread,
    })
}

fn of_source(all: &mut Vec<SandboxTactics>, source: String) -> &mut Vec<Tactic> {
    let at = all.iter().position(|known| known.sandbox == source);
    let at = at.unwrap_or_else(|| {
        all.push(SandboxTactics {
            sandbox: source,
            tactics: vec![],
        });
        all.len() - 1
    });
    &mut all[at].tactics
}

/// Reads `behaviour_mitre_trees`: a dictionary by sandbox, possibly empty (API
/// notes, section 2.6). What cannot be read costs itself alone.
///
/// # Errors
/// A reason, when the object is something else.
pub fn read(json: &str) -> Result<Decoded<Vec<SandboxTactics>>, String> {
    let wrong = |reason| format!("ATT&CK tree: {reason}");
    let Decoded { view, unread } = decode::<Map<Tree>>(json).map_err(wrong)?;
    let Map(mut trees) = view;
    if !holds_trees(json).map_err(wrong)? {
        return Err(wrong("it holds no tactics".to_owned()));
    }
    trees.sort_by(|(a, _), (b, _)| a.cmp(b));
    let sandboxes = trees.into_iter().map(|(sandbox, tree)| SandboxTactics {
        sandbox,
        tactics: tree.tactics.into_iter().map(tactic).collect(),
    });
    Ok(Decoded {
        view: sandboxes.collect(),
        unread,
    })
}

/// Whether an object has a tree under one of its names, or nothing at all. One of
/// another kind has other things there.
fn holds_trees(json: &str) -> Result<bool, String> {
    let (mut trees, mut others) = (false, false);
    Scan::of(json).object(|_, tree| {
        let mut found = false;
        match tree.peek() {
            Some(b'n') => return tree.skip(),
            Some(b'{') => tree.object(|key, value| {
                found |= key == "tactics";
                value.skip()
            })?,
            _ => tree.skip()?,
        }
        trees |= found;
        others |= !found;
        Ok(())
    })?;
    Ok(trees || !others)
}

fn tactic(view: TacticView) -> Tactic {
    let techniques = view.techniques.into_iter().map(|technique| Technique {
        id: technique.id,
        name: technique.name,
        severity: technique
            .signatures
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
        assert!(read.unread.is_empty());
        let trees = read.view;
        assert_eq!((trees.len(), trees[0].sandbox.as_str()), (1, "Zenbox"));
        let techniques = &trees[0].tactics[0].techniques;
        assert_eq!(techniques[0].severity.as_deref(), Some("HIGH"));
        assert_eq!(techniques[1].severity, None);
        for none in ["{}", r#"{"Zenbox":null}"#] {
            assert_eq!(super::read(none).expect("trees").view, [], "{none}");
        }
        let empty = super::read(r#"{"Zenbox":{"tactics":null}}"#).expect("trees");
        assert_eq!(empty.view[0].tactics, []);
        for other in [
            "[]",
            "null",
            r#"{"id":"evil.example","type":"domain"}"#,
            r#"{"attributes":{"type_tag":"peexe"}}"#,
        ] {
            assert!(super::read(other).is_err(), "{other}");
        }
    }

    #[test]
    fn what_cannot_be_read_costs_itself_alone() {
        for (odd, unread) in [
            (r#""name":"\ud83d""#, None),
            (r#""name":["x"]"#, Some("Zenbox.tactics.0.name")),
            (r#""techniques":7"#, Some("Zenbox.tactics.0.techniques")),
            (
                r#""techniques":[{"signatures":"x"}]"#,
                Some("Zenbox.tactics.0.techniques.0.signatures"),
            ),
        ] {
            let json = format!(
                r#"{{"Another":{{"tactics":[{{"id":"TA0001"}}]}},"Zenbox":{{"tactics":[{{"id":"TA0005",{odd}}}]}}}}"#
            );
            let read = read(&json).expect("trees");
            let ids = read.view.iter().map(|tree| tree.tactics[0].id.as_deref());
            assert_eq!(ids.collect::<Vec<_>>(), [Some("TA0001"), Some("TA0005")]);
            let found = read.unread.iter().next().map(|member| member.path.clone());
            assert_eq!(found.as_deref(), unread, "{odd}");
        }
    }
    #[test]
    fn techniques_of_a_collection_stand_under_each_of_their_sources() {
        let read = read_sourced(
            r#"{"tactics":[{"id":"TA0002","name":"Execution","techniques":[
                 {"id":"T1059","source":"operational"},{"id":"T1106","source":["operational","seen_in_iocs"]},
                 {"id":"T1203","source":{}}]},
               {"id":"TA0003","techniques":[{"id":"T1547","source":"operational"}]}]}"#,
        )
        .expect("a tree");
        let shown = read.view.iter().map(|source| {
            let tactics = source.tactics.iter().map(|tactic| {
                let ids = tactic.techniques.iter().filter_map(|it| it.id.as_deref());
                format!(
                    "{}:{}",
                    tactic.id.as_deref().unwrap_or(""),
                    ids.collect::<Vec<_>>().join("+")
                )
            });
            format!(
                "{} {}",
                source.sandbox,
                tactics.collect::<Vec<_>>().join(" ")
            )
        });
        assert_eq!(
            shown.collect::<Vec<_>>(),
            [
                "operational TA0002:T1059+T1106 TA0003:T1547",
                "seen_in_iocs TA0002:T1106",
                " TA0002:T1203",
            ]
        );
        let unread: Vec<String> = read.unread.iter().map(|it| it.path.clone()).collect();
        assert_eq!(unread, ["tactics.0.techniques.2.source"]);
        for none in ["{}", r#"{"tactics":[]}"#, r#"{"tactics":null}"#] {
            assert_eq!(read_sourced(none).expect("a tree").view, [], "{none}");
        }
        for other in ["[]", "null", r#"{"id":"report--1","type":"collection"}"#] {
            assert!(read_sourced(other).is_err(), "{other}");
        }
    }
}
