//! Threat monitoring alerts for the benchmark of rules, one a line, about three
//! kilobytes each: `bench_alerts N`.

use std::io::{self, BufWriter, Write};

const TYPES: [&str; 4] = ["Forum Post", "Paste", "Message", "Web Content"];
const SEVERITIES: [&str; 3] = ["low", "medium", "high"];

/// What forums say, over and over.
const SENTENCE: &str = "the seller \\\"offers\\\" access to a mail server and asks for contact, \
price on request; samples of 40 lines are shown to buyers with a deposit. ";

fn main() -> io::Result<()> {
    let count = std::env::args().nth(1).unwrap_or_default();
    let count: u64 = count.parse().map_err(io::Error::other)?;
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    for index in 0..count {
        alert(index, &mut out)?;
    }
    out.flush()
}

fn alert(index: u64, out: &mut impl Write) -> io::Result<()> {
    let number = index.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let pick = |of: &[&'static str], shift: u32| {
        of[usize::try_from((number >> shift) % of.len() as u64).unwrap_or(0)]
    };
    let (kind, severity) = (pick(&TYPES, 8), pick(&SEVERITIES, 16));
    let (monitor, score, day) = (number % 20, (number >> 24) % 101, 1 + index % 28);
    let (host, body) = (number % 1000, SENTENCE.repeat(11));
    let matches: Vec<String> = (0..6)
        .map(|at| {
            let end = at * 90 + 12;
            format!(r#"{{"topic_id":"{number:020}{at}","value":"host{host}.example","offsets":[{},{end}]}}"#, at * 90)
        })
        .collect();
    writeln!(
        out,
        r#"{{"id":"{index:020}","monitor_id":"monitor{monitor:012}","monitor_version":2,"created_at":"2026-01-{day:02}T10:01:49.199Z","updated_at":"2026-01-{day:02}T10:02:00.000Z","status":"new","alert_type":"{kind}","severity":"{severity}","confidence":0.{score:03},"title":"Mention of host{host}.example","alert_summary":"host{host}.example was mentioned in a {kind}","tags":["brand{monitor}","auto"],"topic_matches":[{matches}],"label_matches":[],"doc_matches":[{{"match_path":"body","locations":[{{"value":"host{host}.example"}}]}}],"doc":{{"__id":"{number:016x}","__type":"forum_post","body":"host{host}.example: {body}","timestamp":"2026-01-{day:02}T09:00:00Z","author":{{"identity":{{"name":"user{host}"}}}},"forum":{{"name":"board","url":"https://board.example/t/{index}"}}}},"email_sent_at":"","indicator_mscore":{score},"similarity_score":0.5,"has_analysis":false,"ignore":false,"severity_reasoning":{{"rule":"default"}},"confidence_reasoning":{{"version":"1","response_count":{{"benign_count":1,"malicious_count":2}},"explanation":null}}}}"#,
        matches = matches.join(","),
    )
}
