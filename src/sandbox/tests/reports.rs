//! Reports: shapes, documented indicators, selection of attributes.

use serde_json::Value;

use super::{KEY, Site, answer, url_path};
use crate::sandbox::MALICIOUS_FILE;
use crate::sandbox::indicator::FIXTURE;
use crate::sandbox::url_id::digest;

/// The paths of a role in all four kinds.
fn paths(place: usize) -> [String; 4] {
    let row = &FIXTURE.documented()[place];
    [
        format!("/ip_addresses/{}", row.text("ip_address")),
        format!("/domains/{}", row.text("domain")),
        url_path(&format!("http://{}/a", row.text("domain"))),
        format!("/files/{}", row.text("sha256")),
    ]
}

fn keys(value: &Value) -> Vec<&str> {
    let members = value.as_object().expect("an object");
    members.keys().map(String::as_str).collect()
}

fn verdict(report: &Value) -> Option<&str> {
    report["data"]["attributes"]["gti_assessment"]["verdict"]["value"].as_str()
}

#[tokio::test]
async fn every_attribute_of_the_notes_is_there() {
    let site = Site::new();
    let shared = "last_analysis_stats last_analysis_results last_analysis_date last_modification_date reputation total_votes tags gti_assessment threat_severity first_seen_itw_date last_seen_itw_date";
    for (path, own) in paths(0).iter().zip([
        "country continent asn as_owner network regional_internet_registry jarm whois whois_date rdap last_https_certificate last_https_certificate_date mandiant_ic_score crowdsourced_context",
        "categories registrar creation_date expiration_date last_update_date last_dns_records last_dns_records_date popularity_ranks favicon tld jarm whois rdap last_https_certificate last_https_certificate_date",
        "url last_final_url title tld categories redirection_chain outgoing_links html_meta last_http_response_code last_http_response_headers last_http_response_cookies last_http_response_content_length last_http_response_content_sha256 has_content threat_names trackers times_submitted first_submission_date last_submission_date favicon",
        "md5 sha1 sha256 ssdeep tlsh vhash authentihash size names meaningful_name type_tag type_tags type_description type_extension magic magika trid detectiteasy exiftool pe_info signature_info sandbox_verdicts popular_threat_classification crowdsourced_yara_results crowdsourced_ids_results crowdsourced_ids_stats crowdsourced_ai_results sigma_analysis_results sigma_analysis_stats sigma_analysis_summary first_submission_date last_submission_date unique_sources times_submitted downloadable available_tools malware_config",
    ]) {
        let answer = site.get(path).await;
        assert!((14_000..32_000).contains(&answer.body.len()), "{path}: {}", answer.body.len());
        let report = answer.json();
        let attributes = &report["data"]["attributes"];
        for name in shared.split(' ').chain(own.split(' ')) {
            assert!(attributes.get(name).is_some(), "{path}: {name}");
        }
        let results = attributes["last_analysis_results"].as_object().expect("results");
        assert_eq!(results.len(), 72);
        let malicious = results.values().filter(|result| result["category"] == "malicious");
        assert_eq!(attributes["last_analysis_stats"]["malicious"], malicious.count());
        let mut seen: Vec<&str> = keys(attributes);
        seen.dedup();
        assert_eq!(seen.len(), keys(attributes).len());
    }
}

#[tokio::test]
async fn answers_are_indented_and_the_same_every_time() {
    let (site, other) = (Site::new(), Site::new());
    let path = format!("{}?relationships=collections,reports", paths(0)[1]);
    let first = site.get(&path).await;
    assert!(
        first
            .body
            .starts_with("{\n  \"data\": {\n    \"id\": \"evil.example\"")
    );
    assert_eq!(site.get(&path).await.body, first.body);
    let moved = other.get(&path).await.body;
    let moved = moved.replace(&other.sandbox.base_url(), &site.sandbox.base_url());
    assert_eq!(moved, first.body);
    assert!(!first.body.contains("virustotal.com"));
}

#[tokio::test]
async fn ids_and_links_are_the_services() {
    let site = Site::new();
    let file = format!("/files/{}", MALICIOUS_FILE[0].to_uppercase());
    for (path, kind, id) in [
        ("/ip_addresses/2001:DB8::7", "ip_address", "2001:db8::7"),
        ("/domains/WWW.Example.org", "domain", "www.example.org"),
        (
            url_path("https://www.example.org").as_str(),
            "url",
            &digest("https://www.example.org/"),
        ),
        (&file, "file", MALICIOUS_FILE[2]),
    ] {
        let report = site.json(path).await;
        assert_eq!(report["data"]["id"], id);
        assert_eq!(report["data"]["type"], kind);
        let link = report["data"]["links"]["self"].as_str().expect("a link");
        assert!(
            link.starts_with(&site.sandbox.base_url()) && link.ends_with(id),
            "{link}"
        );
    }
    let hashes = site.json(&file).await;
    assert_eq!(hashes["data"]["attributes"]["md5"], MALICIOUS_FILE[0]);
    assert_eq!(hashes["data"]["attributes"]["sha1"], MALICIOUS_FILE[1]);
}

#[tokio::test]
async fn documented_indicators_answer_as_documented() {
    let site = Site::new();
    for (place, expected) in [
        (0, Some("VERDICT_MALICIOUS")),
        (1, Some("VERDICT_SUSPICIOUS")),
        (2, Some("VERDICT_BENIGN")),
        (3, Some("VERDICT_UNDETECTED")),
        (4, None),
        (6, Some("VERDICT_MALICIOUS")),
        (8, None),
    ] {
        for path in paths(place) {
            assert_eq!(verdict(&site.json(&path).await), expected, "{path}");
        }
    }
    for path in paths(5) {
        let answer = site.get(&path).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (404, "NotFoundError"),
            "{path}"
        );
    }
    for path in paths(7) {
        let body = site.get(&path).await.body;
        let found = ["\\u001b[31m", "\u{202e}", "=HYPERLINK(", "<script>"]
            .into_iter()
            .filter(|text| body.contains(text));
        assert!(
            found.count() >= 2 && body.contains("\"exact\": 1.10"),
            "{path}"
        );
    }
    for path in paths(9) {
        let report = site.json(&path).await;
        let assessment = &report["data"]["attributes"]["gti_assessment"];
        let score = &assessment["threat_score"]["value"];
        assert!(score == "87" || score.is_f64(), "{score}");
    }
}

#[tokio::test]
async fn the_assessment_wants_x_tool_in_the_header() {
    let site = Site::new();
    let path = &paths(0)[0];
    let without = site.request(&format!("{path}?x-tool=example.tool.v1.0"));
    let report = answer(without.header("x-apikey", KEY))
        .await
        .expect("an answer");
    assert_eq!(verdict(&report.json()), None);
    assert!(report.json()["data"]["attributes"]["last_analysis_stats"].is_object());
}

#[tokio::test]
async fn attributes_are_selected() {
    let site = Site::new();
    let path = &paths(0)[3];
    let some = site
        .json(&format!("{path}?attributes=md5,size,nonesuch"))
        .await;
    assert_eq!(keys(&some["data"]["attributes"]), ["md5", "size"]);
    let fewer = site
        .json(&format!(
            "{path}?exclude_attributes=last_analysis_results,md5"
        ))
        .await;
    let attributes = keys(&fewer["data"]["attributes"]);
    assert!(attributes.contains(&"size"));
    assert!(!attributes.contains(&"md5") && !attributes.contains(&"last_analysis_results"));
}

#[tokio::test]
async fn the_slow_ones_are_slow() {
    let site = Site::new();
    let start = std::time::Instant::now();
    site.json(&paths(10)[1]).await;
    assert!(start.elapsed() >= crate::sandbox::SLOW);
}

#[tokio::test]
async fn behaviour_of_files() {
    let site = Site::new();
    let path = &paths(0)[3];
    let first = site.json(&format!("{path}/behaviours")).await;
    assert_eq!(first["meta"]["count"], 12);
    assert_eq!(first["data"].as_array().map(Vec::len), Some(10));
    let one = &first["data"][0];
    assert_eq!(one["type"], "file_behaviour");
    assert_eq!(one["id"], format!("{}_Example Box", MALICIOUS_FILE[2]));
    let summary = site.json(&format!("{path}/behaviour_summary")).await;
    assert!(summary["data"]["command_executions"].is_array());
    assert_eq!(summary["data"].get("sandbox_name"), None);

    let trees = site.json(&format!("{path}/behaviour_mitre_trees")).await;
    let tactic = &trees["data"]["Example Box"]["tactics"][0];
    assert!(tactic["techniques"][0]["signatures"][0]["severity"].is_string());

    let undetected = &paths(3)[3];
    let empty = site
        .json(&format!("{undetected}/behaviour_mitre_trees"))
        .await;
    assert_eq!(empty["data"], serde_json::json!({}));
    let benign = &paths(2)[3];
    assert_eq!(
        site.get(&format!("{benign}/behaviour_mitre_trees"))
            .await
            .status,
        404
    );
    assert_eq!(
        site.json(&format!("{benign}/behaviours")).await["data"],
        serde_json::json!([])
    );
}
