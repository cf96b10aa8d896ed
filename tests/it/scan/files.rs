//! Files: there and back, private and public.

use serde_json::json;

use super::{BENIGN, MALICIOUS, Site, each, name, sha256};

#[test]
fn a_private_scan_ends_in_a_report_and_touches_nothing_public() {
    let site = Site::new();
    site.file("mal.bin", MALICIOUS);
    let record = site.scan("file --private mal.bin").record(0);
    let members: Vec<_> = record.as_object().expect("an object").keys().collect();
    let mut expected = [
        "target",
        "type",
        "visibility",
        "analysis_id",
        "status",
        "sha256",
        "verdict",
        "threat_score",
        "detections",
        "link",
        "report",
    ];
    expected.sort_unstable();
    assert_eq!(members, expected);
    for (member, value) in [
        ("target", json!("mal.bin")),
        ("type", json!("file")),
        ("visibility", json!("private")),
        ("status", json!("completed")),
        ("sha256", json!(sha256(MALICIOUS))),
        ("verdict", json!("malicious")),
        ("threat_score", json!(87)),
        ("detections", json!(null)),
    ] {
        assert_eq!(record[member], value, "{member}");
    }
    assert_eq!(record["report"]["type"], "private_file");
    assert_eq!(record["report"]["attributes"]["meaningful_name"], "mal.bin");
    let link = record["link"].as_str().unwrap_or("");
    assert!(link.contains("/gui/private-scanning/file/"), "{link}");
    assert_eq!(site.public_endpoints(), Vec::<String>::new());
}

#[test]
fn a_public_scan_has_engines() {
    let site = Site::new();
    site.file("ben.bin", BENIGN);
    let record = site.scan("file --public ben.bin").record(0);
    assert_eq!(record["visibility"], "public");
    assert_eq!(record["verdict"], "benign");
    assert!(record["detections"]["total"].as_u64() > Some(50));
    assert_eq!(record["report"]["type"], "file");
    assert_eq!(site.asked("POST private/files"), 0);
}

#[test]
fn the_configuration_may_say_the_visibility() {
    let site = Site::new();
    site.file("a.bin", "a");
    site.file(
        ".config/gti/config.toml",
        "[default]\nscan.visibility = \"private\"\n",
    );
    let record = site.scan("file a.bin").record(0);
    assert_eq!(record["visibility"], "private");
    assert_eq!(site.public_endpoints(), Vec::<String>::new());
    let refused = site.scan(&format!("rescan {}", "ab".repeat(32)));
    assert_eq!(refused.code, Some(2), "{}", refused.stderr);
    assert_eq!(site.public_endpoints(), Vec::<String>::new());
}

#[test]
fn large_files_go_through_upload_urls() {
    let site = Site::new();
    let most_direct = 30 * 1024 * 1024;
    site.sized("direct.bin", most_direct);
    site.sized("large.bin", most_direct + 1);
    for visibility in ["private", "public"] {
        let line =
            format!("file --{visibility} direct.bin large.bin --fields status,sha256,target");
        let records = site.scan(&line).records(0);
        assert_eq!(each(&records, "status"), ["completed", "completed"]);
        assert_eq!(each(&records, "target"), ["direct.bin", "large.bin"]);
        assert_eq!(site.asked(&format!("POST _ah/upload/{visibility}")), 1);
    }
    assert_eq!(site.asked("POST private/files"), 1);
    assert_eq!(site.asked("POST files"), 1);
}

#[test]
fn only_the_base_name_is_sent() {
    let site = Site::new();
    let path = site.file("secret dir/b\u{fc}cher \"1\"\n.bin", "x");
    let mut command = site.command("scan file --private --poll-interval 1ms");
    let output = command.arg(&path).output().expect("the program runs");
    let run = super::Run::from(output);
    let record = run.record(0);
    assert_eq!(record["target"], name(&path));
    assert_eq!(
        record["report"]["attributes"]["names"],
        json!(["b\u{fc}cher %221%22%0A.bin"])
    );
}

#[test]
fn options_reach_the_service_and_stay_private() {
    let site = Site::new();
    site.file("a.bin", "a");
    let submitted = site
        .scan("file --private a.bin --no-wait --command-line=--run --enable-internet --intercept-tls --retention-days 7 --interaction-timeout 90s --storage-region eu --disable-sandbox --interaction-sandbox cape_win --locale de_de")
        .record(0);
    assert_eq!(submitted["status"], "submitted");
    assert_eq!(submitted["sha256"], sha256("a"));
    let id = submitted["analysis_id"].as_str().expect("an id");
    let record = site
        .scan(&format!("status --private {id} --wait"))
        .record(0);
    assert_eq!(record["status"], "completed");
    for option in [
        "--command-line x",
        "--retention-days 3",
        "--enable-internet",
        "--locale EN_US",
    ] {
        let before = site.sandbox.requests();
        let run = site.scan(&format!("file --public a.bin {option}"));
        assert_eq!(run.code, Some(2), "{option}");
        assert!(run.stderr.contains("nothing was sent"), "{}", run.stderr);
        assert_eq!(site.sandbox.requests(), before);
    }
}

#[test]
fn behaviour_and_attack_come_with_private_and_public_files() {
    let site = Site::new();
    site.file("mal.bin", MALICIOUS);
    for visibility in ["private", "public"] {
        let line = format!("file --{visibility} mal.bin --mitre --behaviours");
        let record = site.scan(&line).record(0);
        assert_eq!(record["behaviours"].as_array().map(Vec::len), Some(12));
        let technique = &record["mitre"][0]["tactics"][0]["techniques"][0]["id"];
        assert!(technique.as_str().is_some_and(|id| id.starts_with('T')));
        assert_eq!(record.get("errors"), None);
        if visibility == "private" {
            assert_eq!(site.public_endpoints(), Vec::<String>::new());
        }
    }
}

/// What was contacted and dropped, of private files too, and never by a public path.
#[test]
fn extracted_indicators_come_with_private_and_public_reports() {
    let site = Site::new();
    site.file("mal.bin", MALICIOUS);
    for visibility in ["private", "public"] {
        let line = format!("file --{visibility} mal.bin --relationships");
        let record = site.scan(&line).record(0);
        for (name, kind) in [
            ("contacted_domains", "domain"),
            ("contacted_ips", "ip_address"),
            ("contacted_urls", "url"),
            ("dropped_files", "file"),
        ] {
            let relation = &record["relationships"][name];
            assert_eq!(relation["items"][0]["type"], kind, "{record}");
        }
        assert_eq!(record.get("errors"), None);
        let line = format!("url --{visibility} http://evil.example/a --relationships");
        let record = site.scan(&line).record(0);
        let relation = &record["relationships"]["downloaded_files"];
        assert!(relation["items"].is_array(), "{record}");
        assert_eq!(record.get("errors"), None);
        let line = format!(
            "file --{visibility} mal.bin --relationships=dropped_files --expand --relationship-limit 2"
        );
        let record = site.scan(&line).record(0);
        let relation = &record["relationships"]["dropped_files"];
        assert_eq!(relation["items"].as_array().map(Vec::len), Some(2));
        assert!(relation["items"][0]["object"]["attributes"].is_object());
        let line = format!("file --{visibility} mal.bin --relationships -f text");
        let digest = site.scan(&line).stdout;
        for label in ["contacted ", "dropped "] {
            assert!(digest.contains(label), "{digest}");
        }
        if visibility == "private" {
            assert_eq!(site.public_endpoints(), Vec::<String>::new());
        }
    }
    for line in [
        "file --private mal.bin --no-wait --relationships",
        "file --private mal.bin --relationships=dropd_files",
    ] {
        let ran = site.scan(line);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    }
}

#[test]
fn a_gate_closes_on_the_verdict() {
    let site = Site::new();
    site.file("mal.bin", MALICIOUS);
    site.file("ben.bin", BENIGN);
    for (line, code) in [
        ("file --private mal.bin --fail-on malicious", 10),
        ("file --private ben.bin --fail-on malicious", 0),
        ("file --private ben.bin mal.bin --fail-on score>=80", 10),
        ("file --private ben.bin --fail-on malicious --no-wait", 2),
        (
            "file --public --if-unknown mal.bin --fail-on suspicious",
            10,
        ),
    ] {
        assert_eq!(site.scan(line).code, Some(code), "{line}");
    }
}

#[test]
fn what_is_known_is_not_sent() {
    let site = Site::new();
    site.file("known.bin", MALICIOUS);
    let known = site.scan("file --public --if-unknown known.bin").record(0);
    assert_eq!(known["status"], "known");
    assert_eq!(known["verdict"], "malicious");
    assert_eq!(known["analysis_id"], json!(null));
    assert_eq!(site.asked("POST files"), 0);

    // The sandbox does not know a file whose hash begins like this.
    let unseen = (0..u32::MAX)
        .map(|number| format!("unseen {number}"))
        .find(|text| sha256(text).starts_with("000"))
        .expect("one in four thousand");
    site.file("unseen.bin", &unseen);
    let line = "file --public --if-unknown unseen.bin";
    assert_eq!(site.scan(line).record(0)["status"], "completed");
    assert_eq!(site.asked("POST files"), 1);
    assert_eq!(site.scan(line).record(0)["status"], "known");
    assert_eq!(site.asked("POST files"), 1);
    let private = site.scan("file --private --if-unknown unseen.bin");
    assert_eq!(private.code, Some(2), "{}", private.stderr);
}

#[test]
fn directories_and_lists_have_a_record_for_each_file() {
    let site = Site::new();
    for file in ["d/b", "d/a", "d/sub/c", "e"] {
        site.file(file, file);
    }
    let records = site
        .scan("file --private --recursive e d -j 3 --fields target,status")
        .records(0);
    assert_eq!(each(&records, "target"), ["e", "d/a", "d/b", "d/sub/c"]);
    let run = site.run_with_input(
        "scan file --private - e --poll-interval 1ms",
        "# a list\nd/a\r\n\nnone\n",
    );
    let records = run.records(3);
    assert_eq!(each(&records, "target"), ["e", "d/a", "none"]);
    assert_eq!(
        each(&records, "status"),
        ["completed", "completed", "failed"]
    );
}

#[test]
fn private_files_are_deleted_in_two_ways() {
    let site = Site::new();
    site.file("a.bin", "a");
    let hash = sha256("a");
    site.scan("file --private a.bin").record(0);
    let delete = |option: &str| site.run(&format!("scan delete {hash} {option}"));
    for _ in 0..2 {
        let record = delete("--only-binary").record(0);
        assert_eq!(
            (&record["status"], &record["sha256"]),
            (&json!("deleted"), &json!(hash))
        );
    }
    assert_eq!(delete("").record(0)["status"], "deleted");
    let gone = delete("").record(5);
    assert_eq!(gone["error"]["kind"], "not_found");
    let md5 = site
        .run(&format!("scan delete {}", "ab".repeat(16)))
        .record(3);
    assert_eq!(md5["error"]["kind"], "invalid");
    assert_eq!(site.public_endpoints(), Vec::<String>::new());
}

#[test]
fn what_was_submitted_is_told_whatever_the_program_does() {
    let site = Site::new();
    site.file("a.bin", "a");
    site.file("b.bin", "b");
    for (program, code) in [
        ("error(\"no\")", 2),
        ("empty", 0),
        (".status", 0),
        ("if.target==\"a.bin\"then(.x.y.z|error)else(.)end", 3),
        ("[range(1e12)]", 2),
        ("1+(.target|tonumber)", 2),
    ] {
        let run = site.scan(&format!(
            "file --private a.bin b.bin --no-wait --jq {program}"
        ));
        assert_eq!(run.code, Some(code), "{program}: {}", run.stderr);
        for name in ["a.bin", "b.bin"] {
            let told = format!("submitted `{name}` (private): analysis ");
            assert!(run.stderr.contains(&told), "{program}: {}", run.stderr);
        }
    }
    let run = site.scan("file --private a.bin --no-wait");
    assert!(!run.stderr.contains("submitted `"), "{}", run.stderr);
}
