//! Attributes of a file.

use super::dates::Dates;
use super::{analysis, executable, rules};
use crate::sandbox::assessment::Assessment;
use crate::sandbox::behaviours::SANDBOXES;
use crate::sandbox::hashes::Hashes;
use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::seed::Seed;
use crate::sandbox::subject::Subject;

pub(super) fn attributes(subject: &Subject, hashes: &Hashes) -> Object {
    let seed = subject.seed;
    let dates = Dates::of(seed);
    let assessment = Assessment::of(subject);
    let size = seed.between("size", 4_096, 9_000_000);

    let mut attributes = object! {
        "md5": hashes.md5.clone(),
        "sha1": hashes.sha1.clone(),
        "sha256": hashes.sha256.clone(),
        "ssdeep": format!("{}:{}:{}", 96, seed.hex("ssdeep", 48), seed.hex("ssdeep half", 24)),
        "tlsh": format!("T1{}", seed.hex("tlsh", 70).to_uppercase()),
        "vhash": format!("{}z!z", seed.hex("vhash", 20)),
        "authentihash": seed.hex("authentihash", 64),
        "size": size,
        "creation_date": dates.creation,
    };
    attributes.extend(names(seed));
    attributes.extend(format_of(size));
    attributes.extend(executable::attributes(seed, dates));
    attributes.extend(analysis::detections(subject, assessment));
    if assessment.is_bad() {
        attributes.push("popular_threat_classification", classification(seed));
        attributes.push("sandbox_verdicts", sandbox_verdicts(seed));
        attributes.push("malware_config", malware_config());
        attributes.extend(rules::attributes(seed, dates));
    }
    attributes.extend(object! {
        "first_submission_date": dates.first_submission,
        "last_submission_date": dates.last_submission,
        "unique_sources": seed.between("sources", 1, 60),
        "times_submitted": seed.between("times", 1, 90),
        "downloadable": true,
        "available_tools": list![],
        "tags": if assessment.is_bad() { list!["peexe", "detect-debug-environment", "long-sleeps"] } else { list!["peexe"] },
    });
    attributes.extend(analysis::shared(subject, assessment, dates));
    attributes
}

fn names(seed: Seed) -> Object {
    let name = |index: usize| {
        let stem = seed.pick("stem", &["invoice", "setup", "update", "report", "viewer"]);
        format!("{stem}_{}.exe", seed.child("name", index).hex("digits", 6))
    };
    object! {
        "names": (0..=seed.below("names", 5)).map(name).collect::<Json>(),
        "meaningful_name": name(0),
    }
}

fn format_of(size: i64) -> Object {
    object! {
        "type_tag": "peexe",
        "type_tags": list!["executable", "windows", "win32", "pe", "peexe"],
        "type_description": "Win32 EXE",
        "type_extension": "exe",
        "magic": "PE32 executable (GUI) Intel 80386, for MS Windows, 5 sections",
        "magika": "PEBIN",
        "trid": list![
            object! { "file_type": "Win32 Executable (generic)", "probability": Json::Number("52.9".into()) },
            object! { "file_type": "Generic Win/DOS Executable", "probability": Json::Number("23.50".into()) },
        ],
        "detectiteasy": object! {
            "filetype": "PE32",
            "values": list![
                object! { "type": "Compiler", "name": "Simulated C++", "version": "19.36" },
                object! { "type": "Linker", "name": "Simulated Linker", "version": "14.36" },
            ],
        },
        "exiftool": object! {
            "FileType": "Win32 EXE",
            "FileTypeExtension": "exe",
            "MIMEType": "application/octet-stream",
            "FileSize": format!("{} KiB", size / 1_024),
            "ProductName": "Simulated Product",
            "CompanyName": "Example Company (simulated)",
            "OriginalFileName": "simulated.exe",
        },
    }
}

fn classification(seed: Seed) -> Object {
    let category = seed.pick("category", &["trojan", "ransomware", "downloader"]);
    object! {
        "suggested_threat_label": format!("{category}.exampleloader/synthetic"),
        "popular_threat_category": list![
            object! { "value": category, "count": seed.between("category count", 5, 30) },
            object! { "value": "pua", "count": 2 },
        ],
        "popular_threat_name": list![
            object! { "value": "exampleloader", "count": seed.between("name count", 4, 20) },
            object! { "value": "synthetic", "count": 3 },
        ],
    }
}

fn sandbox_verdicts(seed: Seed) -> Object {
    let mut verdicts = Object::default();
    for (index, sandbox) in SANDBOXES.into_iter().enumerate().take(2) {
        verdicts.push(
            sandbox,
            object! {
                "category": "malicious",
                "sandbox_name": sandbox,
                "malware_classification": list!["MALWARE", "TROJAN"],
                "malware_names": list!["ExampleLoader"],
                "confidence": seed.child("confidence", index).between("percent", 60, 99),
            },
        );
    }
    verdicts
}

fn malware_config() -> Object {
    object! {
        "families": list![object! {
            "family": "exampleloader",
            "configs": list![object! {
                "tool": "SIMULATED",
                "net_info": object! { "hosts": list![object! { "host": "c2.evil.example", "port": 443 }] },
            }],
        }],
    }
}
