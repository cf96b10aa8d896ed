use proptest::prelude::*;

use super::*;
use crate::output::export::Exported;

/// A record with an object, and with relationships of these names.
struct Sample {
    json: String,
    object: String,
    tactics: Vec<crate::model::mitre::SandboxTactics>,
}

impl crate::output::Record for Sample {
    fn json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.json.as_bytes());
    }

    fn exported(&self) -> Option<Exported<'_>> {
        (!self.object.is_empty()).then(|| Exported::of(&self.object))
    }

    fn tactics(&self) -> &[crate::model::mitre::SandboxTactics] {
        &self.tactics
    }
}

fn sample(text: &str) -> Sample {
    let quoted = serde_json::to_string(text).expect("a text");
    let tree = format!(
        r#"{{{quoted}:{{"tactics":[{{"id":"TA0005","name":{quoted},"techniques":[{{"id":{quoted},"signatures":[{{"severity":"HIGH"}}]}}]}}]}}}}"#
    );
    Sample {
        json: format!(
            r#"{{"ioc":{quoted},"status":"ok","relationships":{{"malware_families":{{"count":3,"items":[{{"type":{quoted},"id":{quoted},"name":{quoted}}}]}}}},"timeline":[{{"event_category":{quoted},"date":1767322800,"title":{quoted}}}],"iocs":{{"count":1,"items":[{{"type":"domain","value":{quoted},"verdict":{quoted}}}]}},"errors":[{{"part":{quoted},"message":{quoted}}}]}}"#
        ),
        object: format!(
            r#"{{"type":"domain","id":{quoted},"attributes":{{"gti_assessment":{{"description":{quoted},"verdict":{{"value":"VERDICT_MALICIOUS"}},"threat_score":{{"value":87}},"severity":{{"value":{quoted}}}}},"last_analysis_stats":{{"malicious":5,"undetected":15}},"registrar":{quoted},"tags":[{quoted}]}}}}"#
        ),
        tactics: crate::model::mitre::read(&tree).expect("a tree").view,
    }
}

fn written(samples: &[Sample]) -> String {
    let mut page = Objects::new(&Choice::new(|| Timestamp::UNIX_EPOCH));
    let mut out = vec![];
    for sample in samples {
        page.item(Item::Record(sample), &mut out);
    }
    page.end(&mut out);
    String::from_utf8(out).expect("text")
}

#[test]
fn a_page_tells_all_that_a_record_has() {
    let page = written(&[sample("evil.example")]);
    for told in [
        "<title>evil[.]example: Google Threat Intelligence</title>",
        "<span class=\"malicious\">malicious</span>",
        "threat score 87/100",
        "5 malicious, 0 suspicious, 15 undetected, 0 harmless of 20 engines",
        "<h3>Why</h3>",
        "<h3>Who</h3>",
        "<h3>Timeline</h3>",
        "<table class=\"matrix\">",
        "<svg role=\"img\"",
        "<h3>indicators</h3>",
        "<h3>What to do</h3>\n<ul>\n<li>Block it at the resolver and at the proxy.</li>",
        "<p class=\"dim\">2 more.</p>",
        "default-src &#39;none&#39;; frame-src &#39;none&#39;; style-src &#39;sha256-",
    ] {
        assert!(page.contains(told), "{told} is missing in {page}");
    }
    for told in [
        "<dt>Id</dt><dd>evil[.]example</dd>",
        "<td>evil[.]example</td>",
        ">evil[.]example</h2>",
    ] {
        assert!(page.contains(told), "{told} is missing in {page}");
    }
}

#[test]
fn a_batch_has_a_table_and_what_failed_is_told() {
    let failed = Sample {
        json: r#"{"ioc":"x.example","status":"not_found","error":{"message":"no <such> thing"}}"#
            .to_owned(),
        object: String::new(),
        tactics: vec![],
    };
    let page = written(&[sample("evil.example"), failed]);
    assert!(page.contains("<title>2 records: "), "{page}");
    assert!(page.contains("not found: no &lt;such&gt; thing"), "{page}");
    assert!(page.contains("href=\"#record-1\""));
    let none = written(&[]);
    assert!(none.contains("0 records") && !none.contains("<table>"));
    let many: Vec<Sample> = (0..MOST_SECTIONS + 2)
        .map(|_| sample("a.example"))
        .collect();
    let page = written(&many);
    assert_eq!(page.matches("<section ").count(), MOST_SECTIONS);
    assert!(
        page.contains("the first 500 of 502 records"),
        "{}",
        &page[..4_000]
    );
    assert_eq!(
        page.matches("<tr><td><a href=\"#record-").count(),
        MOST_SECTIONS
    );
}

proptest! {
    #[test]
    fn no_text_gets_out_of_its_place(text in "\\PC{1,30}|[ -~]{1,30}") {
        let plain = written(&[sample("qqq")]);
        let page = written(&[sample(&text)]);
        for mark in ["<script", "<img", "<iframe", "onload=\"", "javascript:\""] {
            prop_assert_eq!(page.matches(mark).count(), 0, "{}", mark);
        }
        // A text may leave a row or a word out; it adds no tag of a kind that is not
        // there.
        let tags = |page: &str| -> std::collections::BTreeSet<String> {
            page.split('<').skip(1).map(|rest| rest.split([' ', '>']).next().unwrap_or("").to_owned()).collect()
        };
        prop_assert!(tags(&page).is_subset(&tags(&plain)));
        prop_assert_eq!(page.matches("<section ").count(), 1);
    }
}
