//! Inventories of every form, well and ill.

use std::fmt::Write;
use std::io;

use proptest::prelude::*;

use super::*;

/// What an inventory comes to, in an order that does not change.
fn shown(text: impl AsRef<[u8]>) -> (Vec<String>, Vec<String>, Remarks) {
    let inventory = read(text.as_ref(), &Columns::default()).expect("an inventory");
    let mut exposures: Vec<String> = inventory
        .exposures()
        .map(|it| {
            let level = it.criticality.map_or("-", Criticality::name);
            format!("{} {} {level}", it.asset.as_deref().unwrap_or("-"), it.cve)
        })
        .collect();
    exposures.sort();
    let rejected = inventory.rejected.iter().map(|it| {
        let line = it.line.map_or("-".to_owned(), |line| line.to_string());
        let asset = it.asset.as_deref().unwrap_or("-");
        format!("{line} {asset} {}", it.cve.as_deref().unwrap_or("-"))
    });
    (exposures, rejected.collect(), inventory.remarks)
}

fn failure(text: impl AsRef<[u8]>) -> String {
    read(text.as_ref(), &Columns::default())
        .expect_err("no inventory")
        .to_string()
}

#[test]
fn tables_of_every_dialect_say_the_same() {
    let expected = vec![
        "web-01.example CVE-2099-10001 critical".to_owned(),
        "web-02.example CVE-2099-10002 -".to_owned(),
    ];
    for text in [
        "asset,cve,criticality\nweb-01.example,CVE-2099-10001,critical\nweb-02.example,cve-2099-10002,\n",
        "\u{feff}asset,cve,criticality\r\nweb-01.example,CVE-2099-10001,5\r\nweb-02.example,CVE-2099-10002,\r\n",
        "Criticality;Owner;CVE;Asset\nCritical;x;CVE-2099-10001;web-01.example\n;y;CVE-2099-10002;web-02.example",
        "# from the scanner\n\n  ASSET\tCVE\tCriticality\nweb-01.example\t CVE-2099-10001 \tCRITICAL\nweb-02.example\tCVE-2099-10002\n",
        "\"Asset\",\"CVE\",\"criticality\"\n\"web-01.example\",\"CVE-2099-10001\",\"critical\"\n# a comment\n\"web-02.example\",\"CVE-2099-10002\",\"\"\n",
        "web-01.example CVE-2099-10001 critical\nweb-02.example\tCVE-2099-10002\n",
        "web-01.example,CVE-2099-10001,5\nweb-02.example;CVE-2099-10002\n",
        "asset cve criticality\nweb-01.example CVE-2099-10001 Critical\r\nweb-02.example cve-2099-10002\r\n",
    ] {
        assert_eq!(
            shown(text),
            (expected.clone(), vec![], Remarks::default()),
            "{text}"
        );
    }
}

#[test]
fn a_cell_may_hold_several() {
    for cell in [
        "CVE-2099-10001;CVE-2099-10002",
        "CVE-2099-10001 | CVE-2099-10002",
        "\"CVE-2099-10001, CVE-2099-10002\"",
        "\"CVE-2099-10001\nCVE-2099-10002\n\"",
    ] {
        let (exposures, rejected, _) = shown(format!("asset,cve\ndb.example,{cell}\n"));
        assert_eq!(
            exposures,
            ["db.example CVE-2099-10001 -", "db.example CVE-2099-10002 -"],
            "{cell}"
        );
        assert_eq!(rejected, Vec::<String>::new());
    }
    let (exposures, ..) = shown("mail server 1 CVE-2099-10001 CVE-2099-10002 low");
    assert_eq!(
        exposures,
        [
            "mail server 1 CVE-2099-10001 low",
            "mail server 1 CVE-2099-10002 low"
        ]
    );
}

#[test]
fn what_can_t_be_ranked_is_told_with_its_line() {
    let (exposures, rejected, remarks) = shown(
        "# a comment\nasset,cve,criticality\n\
         a.example,CVE-2099-10001 GHSA-x,gold\n\
         ,CVE-2099-10001,\n\
         short.example\n\
         b.example,,low\n\
         c.example,CVE-99-1,\n\
         d.example,\"CVE-2099-10003\ne.example,CVE-2099-10004\",\n",
    );
    assert_eq!(exposures, ["a.example CVE-2099-10001 -"]);
    assert_eq!(
        rejected,
        [
            "3 a.example GHSA-x",
            "4 - CVE-2099-10001",
            "5 short.example -",
            "7 c.example CVE-99-1",
            // A quote that is never closed gives nobody another one's CVE.
            "8 d.example CVE-2099-10003\ne.example,CVE-2099-10004",
        ]
    );
    let expected = Remarks {
        without_cve: 1,
        unread_criticality: 1,
        ..Remarks::default()
    };
    assert_eq!(remarks, expected);

    let (exposures, rejected, remarks) =
        shown("web CVE-2099-10001 gold\n# no\nweb\nCVE-2099-10001 web\n");
    assert_eq!(exposures, ["web CVE-2099-10001 -"]);
    assert_eq!(rejected, ["3 - web", "4 - CVE-2099-10001 web"]);
    assert_eq!(remarks.unread_criticality, 1);
}

#[test]
fn a_pair_counts_once_with_its_greatest_criticality() {
    for text in [
        "asset,cve,criticality\na,CVE-2099-10001,low\na,CVE-2099-10001,\na,cve-2099-10001,high\n",
        "asset,cve,criticality\na,CVE-2099-10001,high\na,CVE-2099-10001,low\na,CVE-2099-10001,\n",
    ] {
        let (exposures, _, remarks) = shown(text);
        assert_eq!(exposures, ["a CVE-2099-10001 high"]);
        assert_eq!(remarks.repeats, 2);
    }
}

#[test]
fn inventories_that_are_none() {
    for (text, message) in [
        (&b""[..], "the inventory is empty"),
        (b"\n# only a comment\n", "the inventory is empty"),
        (
            b"Owner,CVE,Risk\nx,CVE-2099-10001,High\n",
            "the inventory has no column `asset`: its header is owner, cve, risk; --asset-column names another",
        ),
        (
            b"asset;name\nx;y\n",
            "the inventory has no column `cve`: its header is asset, name; --cve-column names another",
        ),
        (
            b"asset,cve\nm\xfcller,CVE-2099-10001\n",
            "the inventory is not UTF-8 in line 2: save it as UTF-8",
        ),
        (
            b"a CVE-2099-10001\nm\xfcller CVE-2099-10001\n",
            "the inventory is not UTF-8 in line 2: save it as UTF-8",
        ),
        (
            b"host,cve,Host\na,CVE-2099-10001,b\n",
            "the inventory has two columns `host`",
        ),
        (
            b"{\"bomFormat\":\"CycloneDX\",\"components\":[{\"name\":\"a\"},{\"name\":\"b\"}]}",
            "the inventory lists components but no vulnerabilities (components: 2)",
        ),
        (
            b"{\"hello\": 1}",
            "the inventory is JSON, but not CycloneDX, SPDX, grype or trivy",
        ),
    ] {
        assert_eq!(failure(text), message);
    }
    assert!(failure("{\"bomFormat\": ").contains("not valid JSON"));
    assert!(failure("[1, 2]").contains("not valid JSON"));
}

#[test]
fn an_inventory_that_breaks_off_is_an_error() {
    struct Broken;
    impl io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    for text in ["asset,cve\n", "web CVE-2099-10001\n", "{\"bomFormat\":"] {
        let error = read(
            io::Read::chain(text.as_bytes(), Broken),
            &Columns::default(),
        )
        .expect_err(text);
        assert!(matches!(error, InventoryError::Read(_)), "{error}");
    }
}

#[test]
fn the_tables_of_scanners_are_known() {
    let expected = vec!["web-01 CVE-2099-10001 -".to_owned()];
    for text in [
        // Nessus, OpenVAS, Qualys (below its title), Defender.
        "Plugin ID,CVE,CVSS v2.0 Base Score,Risk,Host,Protocol\n1,CVE-2099-10001,9.8,High,web-01,tcp\n",
        "IP,Hostname,Port,NVT Name,CVEs\n192.0.2.1,web-01,443,x,CVE-2099-10001\n",
        "\"Scan Report\",\"2026-01-02\"\n\n\"IP\",\"DNS\",\"NetBIOS\",\"QID\",\"CVE ID\"\n192.0.2.1,web-01,WEB,1,CVE-2099-10001\n",
        "DeviceName;OSPlatform;CveId\nweb-01;Windows;CVE-2099-10001\n",
        "Device Name\tCVE ID\nweb-01\tCVE-2099-10001\n",
    ] {
        let (exposures, rejected, _) = shown(text);
        assert_eq!((exposures, rejected), (expected.clone(), vec![]), "{text}");
    }
    let (exposures, ..) = shown("IP,Hostname,CVEs\n192.0.2.1,,CVE-2099-10001\n");
    assert_eq!(exposures, ["192.0.2.1 CVE-2099-10001 -"]);
}

#[test]
fn columns_can_be_named() {
    let columns = Columns {
        asset: Some("Owner".to_owned()),
        cve: Some("finding".to_owned()),
    };
    let text = "asset,Owner,Finding\nweb,ann,CVE-2099-10001\n";
    let inventory = read(text.as_bytes(), &columns).expect("an inventory");
    let exposure = inventory.exposures().next().expect("one");
    assert_eq!(exposure.asset.as_deref(), Some("ann"));
    for (text, message) in [
        ("asset,finding\n", "no column `Owner`"),
        ("owner,cve\n", "no column `finding`"),
    ] {
        let error = read(text.as_bytes(), &columns).expect_err(text);
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[test]
fn a_bare_list_of_cves_names_no_asset() {
    for text in [
        "CVE-2099-10001\nCVE-2099-10002\n",
        "CVE-2099-10001, CVE-2099-10002",
        "cve\nCVE-2099-10001\nCVE-2099-10002\n",
    ] {
        let (exposures, rejected, _) = shown(text);
        assert_eq!(exposures, ["- CVE-2099-10001 -", "- CVE-2099-10002 -"]);
        assert_eq!(rejected, Vec::<String>::new(), "{text}");
    }
}

#[test]
fn utf_16_is_read() {
    let text = "\u{feff}asset,cve\r\nmüller,CVE-2099-10001\r\n";
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (exposures, ..) = shown(bytes);
    assert_eq!(exposures, ["müller CVE-2099-10001 -"]);
}

#[test]
fn scanners_of_packages_are_read() {
    let (exposures, rejected, _) = shown(
        r#"{"matches":[
            {"vulnerability":{"id":"CVE-2099-10001"},"artifact":{"name":"lib","version":"1.0"}},
            {"vulnerability":{"id":"GHSA-1"},"relatedVulnerabilities":[{"id":"CVE-2099-10002"}],"artifact":{"name":"lib","version":"1.0"}},
            {"vulnerability":{"id":"GHSA-2"},"relatedVulnerabilities":[],"artifact":{"name":"other"}}]}"#,
    );
    assert_eq!(
        exposures,
        ["lib@1.0 CVE-2099-10001 -", "lib@1.0 CVE-2099-10002 -"]
    );
    assert_eq!(rejected, ["- other GHSA-2"]);
    let (exposures, ..) = shown(
        r#"{"SchemaVersion":2,"ArtifactName":"image","Results":[{"Target":"a"},{"Target":"b","Vulnerabilities":[
            {"VulnerabilityID":"CVE-2099-10001","PkgName":"lib","InstalledVersion":"1.0","Severity":"HIGH"}]}]}"#,
    );
    assert_eq!(exposures, ["lib@1.0 CVE-2099-10001 -"]);
}

#[test]
fn what_is_not_affected_is_left_out_and_counted() {
    let (exposures, _, remarks) = shown(
        r#"{"bomFormat":"CycloneDX","components":[{"bom-ref":"a","name":"a"},{"bom-ref":"b","name":"b"}],"vulnerabilities":[
            {"id":"CVE-2099-10001","affects":[
                {"ref":"a","versions":[{"version":"1.0","status":"unaffected"}]},
                {"ref":"b","versions":[{"version":"1.0","status":"unaffected"},{"version":"0.9","status":"affected"}]}]},
            {"id":"CVE-2099-10002","affects":[{"ref":"a","versions":[{"status":"unaffected"}]}]},
            {"id":"CVE-2099-10003"}]}"#,
    );
    assert_eq!(exposures, ["- CVE-2099-10003 -", "b CVE-2099-10001 -"]);
    assert_eq!(remarks.not_affected, 2);
}

#[test]
fn cyclonedx_names_what_is_affected() {
    let (exposures, rejected, remarks) = shown(
        r#"{"bomFormat":"CycloneDX","specVersion":"1.6",
            "metadata":{"component":{"bom-ref":"app","name":"shop","version":"2.0"}},
            "components":[{"bom-ref":"a","group":"org.example","name":"lib","version":"1.10","components":[
                {"bom-ref":"b","name":"inner"}]}],
            "vulnerabilities":[
                {"id":"CVE-2099-10001","ratings":[{"score":1e400}],"affects":[{"ref":"a","versions":[]},{"ref":"urn:cdx:x/1#b"}]},
                {"id":"GHSA-1","references":[{"id":"cve-2099-10002"}],"affects":[{"ref":"elsewhere"}]},
                {"id":"CVE-2099-10003"},
                {"id":"GHSA-2","affects":[{"ref":"a"}]},
                {"id":"CVE-2099-10004","affects":[{"ref":"a"},{"ref":"b"}],"analysis":{"state":"not_affected"}},
                {"id":"CVE-2099-10005","affects":[{"ref":"a"}],"analysis":{"state":"exploitable"}},
                {"id":null,"analysis":null,"references":null,"affects":null}],"packages":null}"#,
    );
    assert_eq!(
        exposures,
        [
            "elsewhere CVE-2099-10002 -",
            "inner CVE-2099-10001 -",
            "org.example/lib@1.10 CVE-2099-10001 -",
            "org.example/lib@1.10 CVE-2099-10005 -",
            "shop@2.0 CVE-2099-10003 -",
        ]
    );
    assert_eq!(rejected, ["- org.example/lib@1.10 GHSA-2", "- shop@2.0 -"]);
    assert_eq!(remarks.not_affected, 2);
}

#[test]
fn spdx_packages_refer_to_advisories() {
    let (exposures, rejected, _) = shown(
        r#"{"spdxVersion":"SPDX-2.3","packages":[
            {"SPDXID":"SPDXRef-1","name":"lib","versionInfo":"1.0","externalRefs":[
                {"referenceCategory":"SECURITY","referenceType":"advisory","referenceLocator":"https://nvd.example/vuln/detail/CVE-2099-10001"},
                {"referenceCategory":"SECURITY","referenceType":"cve","referenceLocator":"cve-2099-10002"},
                {"referenceCategory":"SECURITY","referenceType":"fix","referenceLocator":"https://git.example/CVE-2099-10003"},
                {"referenceCategory":"SECURITY","referenceType":"cpe23Type","referenceLocator":"cpe:2.3:a:x"},
                {"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:x/CVE-2099-10004"},
                {"referenceCategory":"SECURITY","referenceType":"advisory","referenceLocator":"https://x.example/GHSA-1"}]},
            {"name":"bare"}]}"#,
    );
    assert_eq!(
        exposures,
        ["lib@1.0 CVE-2099-10001 -", "lib@1.0 CVE-2099-10002 -"]
    );
    assert_eq!(rejected, ["- lib@1.0 https://x.example/GHSA-1"]);
}

#[test]
fn spdx_3_joins_a_graph() {
    let (exposures, rejected, remarks) = shown(
        r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[
            {"type":"software_Package","spdxId":"p1","name":"lib","software_packageVersion":"1.0"},
            {"type":"software_Package","spdxId":"p2","name":"other"},
            {"type":"security_Vulnerability","spdxId":"v1","externalIdentifier":[{"externalIdentifierType":"cve","identifier":"CVE-2099-10001"}]},
            {"type":"security_Vulnerability","spdxId":"v2","name":"CVE-2099-10002"},
            {"type":"security_Vulnerability","spdxId":"v3","name":"GHSA-1"},
            {"type":"security_VexAffectedVulnAssessmentRelationship","relationshipType":"affects","from":"v1","to":["p1","p2"]},
            {"type":"security_CvssV3VulnAssessmentRelationship","relationshipType":"hasAssessmentFor","from":"v1","to":"p1"},
            {"type":"security_VexNotAffectedVulnAssessmentRelationship","relationshipType":"doesNotAffect","from":"v1","to":["p2"]},
            {"type":"Relationship","relationshipType":"hasAssociatedVulnerability","from":"p2","to":["v2","v3"]},
            {"type":"Relationship","relationshipType":"contains","from":"p1","to":["p2"]}]}"#,
    );
    assert_eq!(
        exposures,
        ["lib@1.0 CVE-2099-10001 -", "other CVE-2099-10002 -"]
    );
    assert_eq!(rejected, ["- other GHSA-1"]);
    assert_eq!(remarks.not_affected, 1);
}

#[test]
fn long_lines_are_bounded_and_those_behind_them_are_read() {
    let text = format!(
        "a CVE-2099-10001\n{}\nb CVE-2099-10002\n",
        "x".repeat(200_000)
    );
    let (exposures, rejected, _) = shown(text);
    assert_eq!(exposures.len(), 2);
    assert_eq!(rejected.len(), 1);
    assert!(rejected[0].len() < 300, "{}", rejected[0].len());
}

proptest! {
    #[test]
    fn any_bytes_are_an_inventory_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes[..], &Columns::default());
    }

    #[test]
    fn every_row_is_accounted_for(rows in prop::collection::vec(("[ab]?", "(CVE-2099-1000[1-3]|GHSA-1|)"), 1..40)) {
        let mut text = "asset,cve\n".to_owned();
        for (asset, cve) in &rows {
            // Quoted, so that no row is a blank line.
            writeln!(text, "\"{asset}\",\"{cve}\"").expect("text");
        }
        let inventory = read(text.as_bytes(), &Columns::default()).expect("an inventory");
        let remarks = inventory.remarks;
        let told = inventory.exposures.len() as u64 + inventory.rejected.len() as u64 + remarks.repeats + remarks.without_cve;
        prop_assert_eq!(told, rows.len() as u64);
    }
}
