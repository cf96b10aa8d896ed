//! Rules of the crowd that a bad file matched: YARA, Sigma, IDS, and a summary
//! by a language model.

use super::dates::Dates;
use crate::sandbox::json::{Object, list, object};
use crate::sandbox::seed::Seed;

pub(super) fn attributes(seed: Seed, dates: Dates) -> Object {
    let mut attributes = object! {
        "crowdsourced_yara_results": list![object! {
            "ruleset_id": seed.hex("ruleset", 10),
            "ruleset_version": format!("{}|{}", seed.hex("ruleset", 10), seed.hex("version", 40)),
            "ruleset_name": "simulated_loaders",
            "rule_name": "SIM_Example_Loader",
            "match_date": dates.last_analysis,
            "description": "Detects an invented loader",
            "author": "Example Author",
            "source": "https://rules.example/yara",
        }],
        "crowdsourced_ai_results": list![object! {
            "source": "simulated",
            "category": "code_insight",
            "verdict": "malicious",
            "analysis": "Synthetic text: the program downloads and runs another one.",
        }],
    };
    attributes.extend(ids());
    attributes.extend(sigma(seed));
    attributes
}

fn ids() -> Object {
    object! {
        "crowdsourced_ids_results": list![object! {
            "rule_category": "A Network Trojan was detected",
            "alert_severity": "high",
            "rule_msg": "SIMULATED Example Loader check-in",
            "rule_id": "1:9000001",
            "rule_source": "Example Rules",
            "rule_url": "https://rules.example/ids",
            "rule_raw": "alert http any any -> any any (msg:\"SIMULATED Example Loader check-in\"; content:\"/gate\"; sid:9000001; rev:1;)",
            "alert_context": list![object! {
                "dest_ip": "198.51.100.23",
                "dest_port": 443,
                "protocol": "TLS",
            }],
        }],
        "crowdsourced_ids_stats": object! { "high": 1, "medium": 0, "low": 0, "info": 0 },
    }
}

fn sigma(seed: Seed) -> Object {
    object! {
        "sigma_analysis_results": list![object! {
            "rule_level": "high",
            "rule_id": seed.hex("sigma", 64),
            "rule_source": "Example Rule Set",
            "rule_title": "Suspicious Child Process (simulated)",
            "rule_description": "Detects a program that starts a shell",
            "rule_author": "Example Author",
            "match_context": list![object! {
                "values": object! {
                    "EventID": "1",
                    "Image": "C:\\Windows\\System32\\cmd.exe",
                    "CommandLine": "cmd.exe /c whoami",
                    "ParentImage": "C:\\Users\\example\\simulated.exe",
                },
            }],
        }],
        "sigma_analysis_stats": object! { "critical": 0, "high": 1, "medium": 0, "low": 0 },
        "sigma_analysis_summary": object! {
            "Example Rule Set": object! { "critical": 0, "high": 1, "medium": 0, "low": 0 },
        },
    }
}
