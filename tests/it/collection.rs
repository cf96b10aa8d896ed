//! `gti collection get` against the simulated service.

use serde_json::Value;

use crate::support::{Gti, get, site};

/// Ids of each type, by a search.
fn ids(gti: &Gti) -> Vec<String> {
    let kinds = [
        "threat-actor",
        "malware-family",
        "campaign",
        "report",
        "collection",
    ];
    let id = |kind: &str| {
        let ran = gti.run(&[
            "search", "--type", kind, "-n", "1", "--jq", ".id", "-f", "text",
        ]);
        ran.exits(0).stdout.trim().to_owned()
    };
    kinds.into_iter().map(id).collect()
}

#[test]
fn objects_of_every_type_are_shown_with_what_the_service_sent() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ids = ids(&gti);
    let mut arguments = vec!["collection", "get"];
    arguments.extend(ids.iter().map(String::as_str));
    let ran = gti.run(&arguments).exits(0).silently();
    assert_eq!(ran.each("id"), ids);
    assert_eq!(
        ran.each("collection_type"),
        [
            "threat-actor",
            "malware-family",
            "campaign",
            "report",
            "collection"
        ]
    );
    for (record, id) in ran.records().iter().zip(&ids) {
        let (_, body) = get(&format!("{}/collections/{id}", sandbox.base_url()));
        let sent: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(record["report"], sent["data"]);
        assert_eq!(record["name"], sent["data"]["attributes"]["name"]);
        let link = record["link"].as_str().expect("a link");
        assert!(link.ends_with(&format!("/gui/collection/{id}")), "{link}");
    }
    // Again: from the cache.
    let before = sandbox.requests();
    let ran = gti.run(&arguments).exits(0);
    assert!(ran.each("cached").iter().all(|cached| cached == "true"));
    assert_eq!(sandbox.requests(), before);
}

#[test]
fn ids_come_in_every_wrapping_and_each_gets_its_record() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let found = gti
        .run(&[
            "search",
            "--type",
            "report",
            "-n",
            "1",
            "--descriptors-only",
        ])
        .exits(0)
        .stdout;
    let input = format!(
        "{found}# a comment\nCVE-2099-0001\nhttps://www.virustotal.com/gui/collection/report--25-20000000/iocs\nmalware--none\ntwo words\n"
    );
    let ran = gti.run_on(&["collection", "get", "report--25-20000000", "-"], input);
    let ran = ran.exits(3);
    assert_eq!(
        ran.each("status"),
        ["ok", "ok", "ok", "ok", "not_found", "invalid"]
    );
    assert_eq!(ran.each("id")[2], "vulnerability--cve-2099-0001");
    assert_eq!(ran.each("id")[0], ran.each("id")[3]);
}

#[test]
fn what_is_unknown_is_not_found() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&["collection", "get", "malware--none"]).exits(5);
    assert_eq!(ran.records()[0]["error"]["code"], "NotFoundError");
    gti.run(&["collection", "get"]).exits(0);
    let ran = gti.run(&["collection", "get", "..", "a/b"]).exits(3);
    assert_eq!(ran.each("status"), ["invalid", "invalid"]);
    assert_eq!(sandbox.requests(), 1);
}

#[test]
fn relationships_are_shown_by_name() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let actor = &ids(&gti)[0];
    let asked = [
        "collection",
        "get",
        actor,
        "--relationships",
        "reports,malware_families",
    ];
    let ran = gti.run(&asked).exits(0);
    let relations = &ran.records()[0]["relationships"];
    for name in ["reports", "malware_families"] {
        assert!(relations[name]["count"].is_u64(), "{relations}");
    }
    let ran = gti.run(&[&asked[..], &["--expand", "--relationship-limit", "2"]].concat());
    let relations = &ran.exits(0).records()[0]["relationships"];
    let items = relations["reports"]["items"].as_array().expect("items");
    assert!(items.len() <= 2);
    assert!(
        items
            .iter()
            .all(|item| item["object"]["attributes"].is_object())
    );
}

#[test]
fn digests_are_short_and_hold_nothing_that_a_terminal_obeys() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for kind in [
        "threat-actor",
        "malware-family",
        "campaign",
        "report",
        "vulnerability",
    ] {
        let found = gti
            .run(&["search", "--type", kind, "--all", "--descriptors-only"])
            .exits(0);
        // The hostile ones are among the first two hundred of each type.
        let some: Vec<&str> = found.stdout.lines().take(220).collect();
        let ran = gti.run_on(&["collection", "get", "-f", "text"], some.join("\n"));
        let bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        let ran = ran.exits(0);
        assert_eq!(ran.stdout.find(bad), None, "{kind}");
        for digest in ran.stdout.split("\n\n") {
            assert!(digest.lines().count() <= 25, "{digest}");
            assert!(digest.contains("/gui/collection/"), "{digest}");
        }
    }
}
