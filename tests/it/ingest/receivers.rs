//! Receivers that know their own protocol: Elasticsearch, Splunk's collector, syslog.

use std::collections::{BTreeMap, HashSet};
use std::io::Read;
use std::net::TcpListener;

use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, Request, ResponseTemplate};

use super::room::Room;
use super::stream::{Stream, base};
use crate::support::{Rsyslog, Served, authority};

const RUN: &str =
    "ingest ioc-stream --since 12h --checkpoint c --sink siem --retries 2 --config {}/config.toml";

/// What a receiver has taken, and what it does with the next requests.
#[derive(Default)]
struct Kept {
    documents: BTreeMap<String, String>,
    events: Vec<Value>,
    /// Ids that were told to come again.
    put_off: HashSet<String>,
    polls: usize,
    paths: Vec<String>,
    authorization: HashSet<String>,
    /// Answers that are lost after the records were taken.
    lost: usize,
    /// Objects by their ids, and what was asked for with.
    objects: BTreeMap<String, Value>,
    sizes: Vec<usize>,
    tokens: usize,
    /// Uploads that are told to come later.
    busy: usize,
}

/// The receiver.
type Siem = Served<Kept>;

fn answer(kept: &mut Kept, request: &Request) -> ResponseTemplate {
    let path = request.url.path().to_owned();
    kept.paths.push(path.clone());
    if let Some(value) = request.headers.get("authorization") {
        kept.authorization
            .insert(value.to_str().expect("text").to_owned());
    }
    let body = String::from_utf8(request.body.clone()).expect("text");
    if path.starts_with("/workspaces/") || path.starts_with("/tenant-a/") {
        return sentinel(kept, request, &body);
    }
    let answer = match path.as_str() {
        "/_bulk" => bulk(kept, &body),
        "/services/collector/event" => {
            let events = body
                .lines()
                .map(|line| serde_json::from_str(line).expect(line));
            kept.events.extend(events);
            json!({"text": "Success", "code": 0, "ackId": 7})
        }
        "/services/collector/ack" => {
            kept.polls += 1;
            json!({"acks": {"7": kept.polls.is_multiple_of(2)}})
        }
        _ => json!({"acknowledged": true}),
    };
    if kept.lost > 0 {
        kept.lost -= 1;
        return ResponseTemplate::new(502);
    }
    ResponseTemplate::new(200).set_body_json(answer)
}

/// Takes documents as Elasticsearch does: the first is put off once, the fourth refused.
fn bulk(kept: &mut Kept, body: &str) -> Value {
    assert!(body.ends_with('\n'), "{body}");
    let lines: Vec<&str> = body.lines().collect();
    let items: Vec<Value> = lines
        .chunks(2)
        .map(|pair| {
            let action: Value = serde_json::from_str(pair[0]).expect("an action");
            let id = action["create"]["_id"].as_str().expect("an id").to_owned();
            let error = |status: u16, kind: &str| {
                json!({"create": {"status": status, "error": {"type": kind, "reason": "r"}}})
            };
            if kept.documents.contains_key(&id) {
                error(409, "version_conflict_engine_exception")
            } else if pair[1].contains("d000000.example") && kept.put_off.insert(id.clone()) {
                error(429, "es_rejected_execution_exception")
            } else if pair[1].contains("d000003.example") {
                error(400, "mapper_parsing_exception")
            } else {
                kept.documents.insert(id, pair[1].to_owned());
                json!({"create": {"status": 201}})
            }
        })
        .collect();
    json!({"errors": true, "items": items})
}

/// Gives tokens of which each is good for a while, and takes objects as Sentinel does:
/// one host is refused by its place.
fn sentinel(kept: &mut Kept, request: &Request, body: &str) -> ResponseTemplate {
    if request.url.path() == "/tenant-a/oauth2/v2.0/token" {
        assert_eq!(
            body,
            "grant_type=client_credentials&client_id=client-a&client_secret=t0ken&scope=https%3A%2F%2Fmanagement.azure.com%2F.default"
        );
        kept.tokens += 1;
        let token = format!("token-{}", kept.tokens);
        let answer = json!({"token_type": "Bearer", "expires_in": 3600, "access_token": token});
        return ResponseTemplate::new(200).set_body_json(answer);
    }
    assert_eq!(
        request.url.path(),
        "/workspaces/space-a/threat-intelligence-stix-objects:upload"
    );
    assert!(!body.contains("t0ken"), "{body}");
    let authorization = request.headers.get("authorization").expect("a token");
    let newest = format!("Bearer token-{}", kept.tokens.max(2));
    if authorization.to_str().expect("text") != newest {
        return ResponseTemplate::new(401).set_body_json(json!({"error": "expired"}));
    }
    if kept.busy > 0 {
        kept.busy -= 1;
        let answer = json!({"statusCode": 429, "message": "Rate limit is exceeded. Try again in 1 seconds."});
        return ResponseTemplate::new(429).set_body_json(answer);
    }
    let upload: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(upload["sourcesystem"], "gti");
    let objects = upload["stixobjects"].as_array().expect("objects");
    kept.sizes.push(objects.len());
    let mut errors = Vec::new();
    for (place, object) in objects.iter().enumerate() {
        if object.to_string().contains("d000003.example") {
            errors.push(json!({"recordIndex": place, "errorMessages": ["no pattern"]}));
        } else {
            let id = object["id"].as_str().expect("an id").to_owned();
            kept.objects.insert(id, object.clone());
        }
    }
    if kept.lost > 0 {
        kept.lost -= 1;
        return ResponseTemplate::new(502);
    }
    if errors.is_empty() {
        return ResponseTemplate::new(200);
    }
    ResponseTemplate::new(200).set_body_json(json!({"errors": errors}))
}

/// A receiver, a stream of six records, and a room whose sink is described like this.
fn world(section: &str) -> (Siem, Stream, Room) {
    let siem = Served::start(Mock::given(any()), Kept::default(), answer);
    let stream = Stream::new(3);
    stream.fill(0, 6, 60, base());
    let room = Room::new(&stream.url());
    std::fs::write(room.path("token"), "t0ken\n").expect("written");
    let text = format!("[sinks.siem]\nurl = \"{}\"\n{section}\n", siem.url());
    std::fs::write(room.path("config.toml"), text).expect("written");
    (siem, stream, room)
}

/// The same, whose tokens come from the receiver too.
fn sentinel_world(more: &str) -> (Siem, Stream, Room) {
    let (siem, stream, room) = world(&format!(
        "kind = \"sentinel\"\nworkspace = \"space-a\"\ntenant = \"tenant-a\"\nclient_id = \"client-a\"\nclient_secret_file = \"token\"\n{more}"
    ));
    let path = room.path("config.toml");
    let text = std::fs::read_to_string(&path).expect("text");
    let text = format!("{text}token_url = \"{}\"\n", siem.url());
    std::fs::write(path, text).expect("written");
    (siem, stream, room)
}

#[test]
fn sentinel_gets_objects_with_a_token_and_refusals_are_kept() {
    let (siem, stream, room) = sentinel_world("");
    stream.content().malicious = true;
    {
        let mut kept = siem.content();
        (kept.busy, kept.lost) = (1, 1);
    }
    room.run(&format!("{RUN} --in-flight 4")).exits(3);
    let letters =
        std::fs::read_to_string(room.path("state/dead-letters/c.jsonl")).expect("letters");
    assert_eq!(letters.lines().count(), 1, "{letters}");
    assert!(letters.contains("d000003.example"), "{letters}");
    assert!(letters.contains("no pattern"), "{letters}");
    let kept = siem.content();
    // The first token ends before its time.
    assert_eq!(kept.tokens, 2);
    let indicators = kept.objects.values();
    let indicators = indicators.filter(|object| object["type"] == "indicator");
    assert_eq!(indicators.count(), 5);
    assert!(
        kept.sizes.iter().all(|size| *size <= 100),
        "{:?}",
        kept.sizes
    );
}

#[test]
fn sentinel_is_not_sent_what_nobody_calls_malicious() {
    let (siem, _stream, room) = sentinel_world("");
    room.run(RUN).exits(0);
    assert!(siem.content().objects.is_empty());
}

#[test]
fn sentinel_is_tried_and_its_section_is_checked() {
    let (_siem, _stream, room) = sentinel_world("");
    let config = "--config {}/config.toml";
    let tried = room.run(&format!("sink test siem {config}")).exits(0);
    assert!(tried.stdout.contains("took a test record"), "{tried:?}");
    for (section, says) in [
        ("source_system = \"Microsoft Sentinel\"", "must not be"),
        ("batch = 101", "write 1 to 100"),
    ] {
        let (_siem, _stream, room) = sentinel_world(section);
        let refused = room.run(&format!("sink test siem {config}")).exits(2);
        assert!(refused.stderr.contains(says), "{refused:?}");
    }
    let (_siem, _stream, room) = sentinel_world("");
    std::fs::write(room.path("token"), "s3cret-of-another\n").expect("written");
    let text = std::fs::read_to_string(room.path("config.toml")).expect("text");
    let text = text.replace("tenant-a", "tenant-b");
    std::fs::write(room.path("config.toml"), text).expect("written");
    let refused = room.run(&format!("sink test siem {config}"));
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(!refused.stdout.contains("s3cret"), "{refused:?}");
}

#[test]
fn elasticsearch_is_asked_again_for_single_records_and_refusals_are_kept() {
    let (siem, _stream, room) =
        world("kind = \"elasticsearch\"\napi_key_file = \"token\"\nbatch = 3");
    room.run("sink init siem --config {}/config.toml").exits(0);
    siem.content().lost = 1;
    room.run(&format!("{RUN} --in-flight 4")).exits(3);
    let letters =
        std::fs::read_to_string(room.path("state/dead-letters/c.jsonl")).expect("letters");
    assert_eq!(letters.lines().count(), 1, "{letters}");
    assert!(letters.contains("d000003.example"), "{letters}");
    assert!(letters.contains("mapper_parsing_exception"), "{letters}");
    let kept = siem.content();
    assert_eq!(kept.documents.len(), 5);
    assert_eq!(
        kept.authorization,
        HashSet::from(["ApiKey t0ken".to_owned()])
    );
    assert_eq!(kept.paths[0], "/_index_template/gti-ti_gti");
}

#[test]
fn splunk_s_acknowledgement_is_awaited_before_the_commit() {
    let (siem, _stream, room) = world("kind = \"splunk-hec\"\ntoken_file = \"token\"\nbatch = 2");
    room.run(RUN).exits(0);
    let kept = siem.content();
    let ids: HashSet<&str> = kept
        .events
        .iter()
        .filter_map(|event| event["event"]["id"].as_str())
        .collect();
    assert_eq!((kept.events.len(), ids.len()), (6, 6));
    // Four batches, as no batch crosses pages, and two questions for each.
    assert_eq!(kept.polls, 8);
    assert_eq!(
        kept.authorization,
        HashSet::from(["Splunk t0ken".to_owned()])
    );
}

#[test]
fn syslog_messages_are_counted_in_octets() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        let (mut connection, _) = listener.accept().expect("a connection");
        connection.read_to_string(&mut text).expect("text");
        text
    });
    let stream = Stream::new(3);
    stream.fill(0, 6, 60, base());
    let room = Room::new(&stream.url());
    let text =
        format!("[sinks.siem]\nkind = \"syslog\"\nprotocol = \"tcp\"\naddress = \"{address}\"\n");
    std::fs::write(room.path("config.toml"), text).expect("written");
    room.run(RUN).exits(0);
    let text = reader.join().expect("a reader");
    let (mut rest, mut messages) = (text.as_str(), vec![]);
    while let Some((length, after)) = rest.split_once(' ') {
        let (message, next) = after.split_at(length.parse().expect("a length"));
        messages.push(message);
        rest = next;
    }
    assert_eq!(messages.len(), 6);
    assert!(messages[0].starts_with("<134>1 "), "{}", messages[0]);
    assert!(
        messages[5].contains("[gti@32473 id=\"d000005.example\"] {"),
        "{}",
        messages[5]
    );
}

#[test]
fn an_rsyslog_takes_every_message_over_tls_once() {
    for driver in ["gtls", "ossl"] {
        let Some(rsyslog) = Rsyslog::start(driver) else {
            continue;
        };
        let stream = Stream::new(40);
        stream.fill(0, 150, 7, base());
        let room = Room::new(&stream.url());
        let address = rsyslog.address();
        let authority = authority();
        let authority = authority.display();
        let text = format!("[sinks.siem]\nkind = \"syslog\"\naddress = \"{address}\"\n");
        std::fs::write(room.path("config.toml"), &text).expect("written");
        // An authority that is not known lets nobody in.
        let refused = room.run(RUN).exits(7);
        assert!(refused.stderr.contains("TLS handshake"), "{refused:?}");
        room.run(&format!("{RUN} --ca-cert {authority}")).exits(0);
        let messages = rsyslog.messages(150);
        let mut expected = Vec::new();
        for number in 0..150 {
            let id = format!("[gti@32473 id=\"d{number:06}.example\"] {{");
            let found = messages.iter().filter(|line| line.starts_with(&id)).count();
            expected.push((number, found));
        }
        assert!(
            expected.iter().all(|(_, found)| *found == 1),
            "{driver}: {} messages, {expected:?}",
            messages.len()
        );
        assert_eq!(messages.len(), 150);
        // What is sent is the object, line breaks and all else that JSON may have.
        let body = messages[0].split_once("] ").expect("a message").1;
        let body: Value = serde_json::from_str(body.trim()).expect("JSON");
        assert_eq!(body["id"], "d000000.example");
    }
}
