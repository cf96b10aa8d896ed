//! Lines keep their order and their bytes, whatever those do who are asked.

use std::collections::VecDeque;
use std::future::pending;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::LocalBoxFuture;
use proptest::prelude::*;

use super::line::Origin;
use super::member::{Protocol, Style};
use super::object;
use super::pipe::{Answers, Asked, Pipe, Stats};
use super::reader::{Looking, read};
use crate::local::extract::ValueType;
use crate::local::matching::{Against, Known};
use crate::model::indicator::Indicator;

/// Hands out bytes in pieces.
struct Pieces(VecDeque<Vec<u8>>);

impl Read for Pieces {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(piece) = self.0.pop_front() else {
            return Ok(0);
        };
        let length = piece.len().min(out.len());
        out[..length].copy_from_slice(&piece[..length]);
        if length < piece.len() {
            self.0.push_front(piece[length..].to_vec());
        }
        Ok(length)
    }
}

/// Answers by the letter that a name begins with.
struct Oracle;

impl Answers for Oracle {
    fn ask(&self, indicator: Indicator) -> LocalBoxFuture<'_, Asked> {
        Box::pin(async move {
            let known = || Known {
                value: indicator.value().to_owned(),
                value_type: ValueType::Domain,
                verdict: Some("malicious".to_owned()),
                severity: None,
                threat_score: Some(80),
                lists: vec![],
            };
            match indicator.value().as_bytes()[0] {
                b'k' => Ok(Some((known(), Origin::Api))),
                b's' => {
                    tokio::time::sleep(Duration::from_millis(3)).await;
                    Ok(Some((known(), Origin::Cache)))
                }
                b'f' => Err(()),
                b'h' => pending().await,
                _ => Ok(None),
            }
        })
    }
}

struct Setting {
    mirror: Option<&'static str>,
    asks: bool,
    text: bool,
    style: Style,
}

fn style() -> Style {
    Style {
        member: "gti".to_owned(),
        only_hits: false,
        protocol: Protocol::Lines,
    }
}

fn run(pieces: Vec<Vec<u8>>, setting: &Setting) -> (String, Stats) {
    let looking = Looking {
        mirror: setting.mirror.map(|list| Arc::new(Against::of(list))),
        asks: setting.asks,
        fields: vec![],
        member: setting.style.member.clone(),
        text: setting.text,
    };
    let reading = read(Box::new(Pieces(pieces.into())), looking);
    let pipe = Pipe {
        answers: setting.asks.then_some(&Oracle),
        style: setting.style.clone(),
        max_latency: Duration::from_millis(30),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mut out = vec![];
    let stats = runtime
        .block_on(pipe.run(reading, &mut out, pending()))
        .expect("no failure");
    (String::from_utf8(out).expect("text"), stats)
}

fn annotated(line: &str, setting: &Setting) -> String {
    run(vec![line.as_bytes().to_vec()], setting).0
}

#[test]
fn a_line_gets_what_is_known_of_it() {
    let mirror = Setting {
        mirror: Some("evil.example 203.0.113.7"),
        asks: false,
        text: false,
        style: style(),
    };
    assert_eq!(
        annotated("{ \"a\": {\"b\":\"http://x.evil.example/\"} }\r\n", &mirror),
        "{ \"a\": {\"b\":\"http://x.evil.example/\"} ,\"gti\":{\"status\":\"ok\",\"worst\":{\"value\":\"evil.example\",\
         \"verdict\":null,\"severity\":null,\"threat_score\":null},\"indicators\":[{\"value\":\"evil.example\",\"type\":\"domain\",\
         \"field\":\"a.b\",\"verdict\":null,\"severity\":null,\"threat_score\":null,\
         \"link\":\"https://www.virustotal.com/gui/domain/evil.example\",\"from\":\"mirror\"}]}}\r\n"
    );
    let none = "\"gti\":{\"status\":\"none\",\"worst\":null,\"indicators\":[]}";
    assert_eq!(annotated("{}", &mirror), format!("{{{none}}}"));
    assert_eq!(
        annotated("{\"a\":1}\n", &mirror),
        format!("{{\"a\":1,{none}}}\n")
    );
    for line in [
        "",
        "\n",
        "evil.example\n",
        "[\"evil.example\"]\n",
        "{\"gti\":1}\n",
        "{\"a\"\n",
    ] {
        assert_eq!(annotated(line, &mirror), line);
    }
    let text = Setting {
        text: true,
        ..mirror
    };
    assert!(
        annotated("q evil.example\n", &text)
            .starts_with("{\"message\":\"q evil.example\",\"gti\":{\"status\":\"ok\"")
    );
    assert_eq!(annotated("{\"gti\":1}\n", &text), "{\"gti\":1}\n");
    let rsyslog = Setting {
        style: Style {
            protocol: Protocol::Rsyslog,
            ..style()
        },
        ..text
    };
    assert_eq!(
        annotated("a\n", &rsyslog),
        format!("{{\"$!\":{{{none}}}}}\n")
    );
    let hits = Setting {
        style: Style {
            only_hits: true,
            protocol: Protocol::Rsyslog,
            ..style()
        },
        ..rsyslog
    };
    assert_eq!(annotated("a\n", &hits), "{}\n");
    let hits = Setting {
        style: Style {
            only_hits: true,
            ..style()
        },
        ..hits
    };
    assert_eq!(annotated("a\n{\"a\":1}\n", &hits), "");
    assert_eq!(annotated("a 203.0.113.7\nb\n", &hits).lines().count(), 1);
    // What nobody can read may be a hit.
    let unread = "{\"a\":\"\\ud83d\",\"b\":\"203.0.113.7\"}\n";
    assert_eq!(
        annotated(
            unread,
            &Setting {
                text: false,
                ..hits
            }
        ),
        unread
    );
}

#[test]
fn the_service_is_asked_for_what_the_mirror_does_not_know() {
    let setting = Setting {
        mirror: Some("evil.example"),
        asks: true,
        text: false,
        style: style(),
    };
    for (name, status, known) in [
        ("evil.example", "ok", 1),
        ("known.example", "ok", 1),
        ("slow.example", "ok", 1),
        ("nobody.example", "none", 0),
        ("fails.example", "partial", 0),
        ("hangs.example", "deferred", 0),
        ("known.example fails.example", "partial", 1),
        ("evil.example hangs.example", "deferred", 1),
        ("192.168.0.1 localhost", "none", 0),
    ] {
        let line = annotated(&format!("{{\"a\":\"{name}\"}}\n"), &setting);
        let record: serde_json::Value = serde_json::from_str(&line).expect("a record");
        assert_eq!(record["gti"]["status"], status, "{line}");
        let indicators = record["gti"]["indicators"].as_array().expect("an array");
        assert_eq!(indicators.len(), known, "{line}");
    }
}

#[test]
fn who_hangs_holds_no_line_for_longer_than_it_may_wait() {
    let setting = Setting {
        mirror: None,
        asks: true,
        text: false,
        style: style(),
    };
    let lines: Vec<String> = (0..2_000)
        .map(|number| format!("{{\"a\":\"h{number}.example\"}}\n"))
        .collect();
    let lines = lines.concat();
    let began = Instant::now();
    let (_, stats) = run(vec![lines.into_bytes()], &setting);
    assert_eq!((stats.lines, stats.deferred), (2_000, 2_000));
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
}

fn line() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("evil.example"),
        Just("known.example"),
        Just("slow.example"),
        Just("fails.example"),
        Just("hangs.example"),
        Just("nobody.example"),
        Just("203.0.113.7"),
        Just("plain words"),
    ];
    let form: [fn(&str) -> String; 7] = [
        |name| format!("{{\"a\":\"{name}\"}}"),
        |name| format!(" {{ \"n\" : {{\"b\":[\"x {name}\", 1.10, null]}} }} "),
        |name| format!("{{\"{name}\":\"\\u00e9 {name}\",\"gti\":0}}"),
        |name| format!("{{\"a\":\"{name}\""),
        |name| format!("text {name} \u{1F4A5}"),
        |name| format!("[\"{name}\"]"),
        |_| "{}".to_owned(),
    ];
    (name, 0..form.len(), prop_oneof![Just("\n"), Just("\r\n")])
        .prop_map(move |(name, number, ending)| form[number](name) + ending)
}

/// Whether a line went out as it came, but for a member.
fn is_kept(came: &str, went: &str) -> bool {
    let text = came.trim_end_matches(['\r', '\n']);
    let Some(gap) = object::read(text.as_bytes(), "gti", &mut |_, _| {}) else {
        return came == went;
    };
    let (before, behind) = came.split_at(gap.at);
    let comma = if gap.first { "" } else { "," };
    let added = went
        .strip_prefix(before)
        .and_then(|rest| rest.strip_suffix(behind))
        .and_then(|rest| rest.strip_prefix(comma));
    added.is_some_and(|added| {
        let member = serde_json::from_str::<serde_json::Value>(&format!("{{{added}}}"));
        member.is_ok_and(|member| member["gti"]["status"].is_string())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_and_bytes_are_kept_whatever_the_others_do(
        lines in prop::collection::vec(line(), 0..60),
        cuts in prop::collection::vec(1..200_usize, 0..20),
        whole in any::<bool>(),
    ) {
        let mut text = lines.concat();
        if !whole {
            text.truncate(text.trim_end().len());
        }
        let (mut pieces, mut rest) = (vec![], text.as_bytes());
        for cut in cuts {
            let (piece, left) = rest.split_at(cut.min(rest.len()));
            pieces.push(piece.to_vec());
            rest = left;
        }
        pieces.push(rest.to_vec());
        pieces.retain(|piece| !piece.is_empty());
        let setting = Setting { mirror: Some("evil.example"), asks: true, text: false, style: style() };
        let (went, stats) = run(pieces, &setting);
        let came: Vec<&str> = text.split_inclusive('\n').collect();
        let went: Vec<&str> = went.split_inclusive('\n').collect();
        prop_assert_eq!(came.len(), went.len());
        prop_assert_eq!(stats.lines, came.len() as u64);
        for (came, went) in came.iter().zip(&went) {
            prop_assert!(is_kept(came, went), "{} {}", came, went);
        }
    }
}
