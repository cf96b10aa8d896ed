//! Collections, and all of their indicators.

use serde_json::Value;

use super::room::Room;
use super::shelf::{RELATIONSHIPS, Shelf};
use super::stream::Fate;

const RUN: &str = "ingest collections --type report --iocs --since 6h --checkpoint c -o {}/out";

/// A time well before now.
fn base() -> i64 {
    jiff::Timestamp::now().as_second() - 3_000
}

fn shelf(page: usize) -> (Shelf, Room) {
    let service = Shelf::new(page);
    let room = Room::new(&service.url());
    (service, room)
}

fn records(room: &Room) -> Vec<Value> {
    let lines = room.lines("out");
    lines
        .iter()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

fn ids(room: &Room) -> Vec<String> {
    super::paged::ids(&room.lines("out"))
}

#[test]
fn a_collection_is_followed_by_all_of_its_indicators() {
    let (service, room) = shelf(7);
    service.put("report--a", base(), [20, 8, 0, 1]);
    service.put("report--b", base() + 1, [0, 0, 0, 0]);
    room.run(RUN).exits(0);
    let mut expected = vec!["report--a".to_owned()];
    expected.extend(service.content().volumes["report--a"].indicators());
    expected.push("report--b".to_owned());
    assert_eq!(ids(&room), expected);
    let records = records(&room);
    assert!(
        room.lines("out")[0].contains("\"exact\": 1.10"),
        "untouched"
    );
    assert_eq!(records[1]["kind"], "indicator");
    assert_eq!(records[1]["threat_score"], 87);
    assert_eq!(
        records[1]["collection"],
        serde_json::json!({"id": "report--a", "name": "About report--a", "type": "report"})
    );
    assert_eq!(records[1]["report"]["id"], records[1]["id"]);
    let asked = service.asked();
    let time = jiff::Timestamp::now().strftime("%Y-%m-%dT").to_string();
    assert!(
        asked[0].starts_with("/collections?limit=40&order=last_modification_date+&filter=collection_type:report last_modification_date:2")
            && (asked[0].contains(&time) || asked[0].contains("T2")),
        "{asked:?}"
    );
    assert_eq!(asked[1], "/collections/report--a/files?limit=40");
    assert_eq!(asked[2], "/collections/report--a/files?limit=40&cursor=7");
    // Three pages, two, none where none are counted, one; and nothing of the other.
    assert_eq!(asked.len(), 1 + 3 + 2 + 1);
}

#[test]
fn what_has_not_changed_costs_nothing_and_what_has_comes_again() {
    let (service, room) = shelf(40);
    for nth in 0..5 {
        service.put(&format!("report--{nth}"), base() + nth, [2, 1, 1, 1]);
    }
    room.run(RUN).exits(0);
    assert_eq!(ids(&room).len(), 30);
    service.asked();
    let outcome = room.run(RUN).exits(0);
    assert!(
        outcome.stderr.contains("0 new, 5 repeats"),
        "{}",
        outcome.stderr
    );
    assert_eq!(service.asked().len(), 1, "the list alone");
    // One by its date, one by its counters alone.
    service.put("report--1", base() + 100, [3, 0, 0, 0]);
    let modified = service.content().volumes["report--3"].modified;
    service.put("report--3", modified, [2, 2, 1, 1]);
    room.run(RUN).exits(0);
    assert_eq!(service.asked().len(), 1 + 4 + 1);
    let new = &ids(&room)[30..];
    assert_eq!(new.len(), 7 + 4, "{new:?}");
    assert_eq!(
        (new[0].as_str(), new[7].as_str()),
        ("report--3", "report--1")
    );
}

#[test]
fn what_the_service_does_not_give_is_said() {
    let (service, room) = shelf(40);
    service.put("report--a", base(), [3, 3, 3, 3]);
    service.put("report--b", base() + 1, [3, 3, 3, 3]);
    {
        let mut content = service.content();
        content.volumes.get_mut("report--a").expect("a").counters = Some([146, 3, 3, 3]);
        content.refused = vec![
            ("/urls".to_owned(), 403),
            ("report--a/domains".to_owned(), 404),
        ];
    }
    let outcome = room.spawn(RUN).exits(0);
    for said in [
        "collection `report--a`: received 3 of 146 files",
        "collection `report--a`: its urls are not available: 403",
        "collection `report--a`: its domains are not available: 404",
    ] {
        assert!(outcome.stderr.contains(said), "{said}: {}", outcome.stderr);
    }
    assert_eq!(ids(&room).len(), 2 + 6 + 9);
    let urls = service
        .asked()
        .iter()
        .filter(|it| it.contains("/urls"))
        .count();
    assert_eq!(urls, 1, "what a licence lacks is asked for once");
}

#[test]
fn a_collection_and_its_indicators_are_committed_together() {
    let (service, room) = shelf(5);
    service.put("report--a", base(), [4, 0, 0, 0]);
    service.put("report--b", base() + 1, [12, 6, 0, 0]);
    let mut fates = vec![Fate::Answer; 4];
    fates.push(Fate::Status(500));
    service.content().fates = fates.into();
    let outcome = room.run(RUN).exits(7);
    assert!(
        outcome
            .stderr
            .contains("collection `report--b`, files after 10"),
        "{}",
        outcome.stderr
    );
    assert_eq!(ids(&room).len(), 5);
    service.asked();
    room.run(RUN).exits(0);
    assert_eq!(ids(&room).len(), 5 + 19);
    assert!(service.asked().iter().all(|it| !it.contains("report--a")));
    // In one run as well.
    let fresh = Room::new(&service.url());
    let mut fates = vec![Fate::Answer; 4];
    fates.push(Fate::Status(500));
    service.content().fates = fates.into();
    fresh
        .run(&format!("{RUN} --polls 2 --interval 0s"))
        .exits(0);
    assert_eq!(fresh.lines("out"), room.lines("out"));
}

#[test]
fn a_limited_run_stops_among_the_indicators_and_goes_on_there() {
    let (service, room) = shelf(5);
    for nth in 0..4 {
        service.put(&format!("report--{nth}"), base() + nth, [3, 8, 0, 1]);
    }
    let whole = Room::new(&service.url());
    whole.run(RUN).exits(0);
    for limit in [1, 1, 9, 4, 13, 2] {
        room.run(&format!("{RUN} -n {limit}")).exits(0);
    }
    assert_eq!(room.lines("out").len(), 30);
    room.run(RUN).exits(0);
    assert_eq!(room.lines("out"), whole.lines("out"));
}

#[test]
fn types_are_lists_of_their_own_and_descriptors_are_short() {
    let (service, room) = shelf(40);
    service.put("report--a", base(), [1, 0, 0, 0]);
    service.put("campaign--b", base() + 1, [1, 0, 0, 0]);
    service.put("other--c", base() + 2, [0, 0, 0, 0]);
    {
        let mut content = service.content();
        content.volumes.get_mut("campaign--b").expect("b").kind = "campaign";
        content.volumes.get_mut("other--c").expect("c").kind = "collection";
    }
    let run = "ingest collections --since 6h -f jsonl";
    let all = room.run(run).exits(0);
    assert_eq!(all.stdout.lines().count(), 3);
    assert!(!service.asked()[0].contains("collection_type"));
    let two = room.run(&format!(
        "{run} --type report,campaign --filter origin:partner --iocs --descriptors-only"
    ));
    let two = two.exits(0);
    let lines: Vec<&str> = two.stdout.lines().collect();
    assert_eq!(lines[0], r#"{"id":"campaign--b","type":"collection"}"#);
    assert!(
        lines[1].contains(r#""report":{"type": "domain","#)
            || lines[1].contains(r#""report":{"type":"domain","#),
        "{}",
        lines[1]
    );
    let asked = service.asked();
    assert!(
        asked[0].contains("filter=collection_type:campaign origin:partner last_modification_date:"),
        "{asked:?}"
    );
    assert_eq!(
        asked[1],
        "/collections/campaign--b/relationships/files?limit=40"
    );
    assert_eq!(asked.len(), 4);
    assert_eq!(RELATIONSHIPS.len(), 4);
    let shaped = room
        .run(&format!("{run} --type report --iocs --shape record"))
        .exits(0);
    let shaped: Vec<Value> = shaped
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    assert_eq!(
        (&shaped[0]["kind"], &shaped[1]["kind"]),
        (&"collection".into(), &"indicator".into())
    );
    assert_eq!(shaped[1]["collection"]["id"], "report--a");
}

/// Relative windows move on with the clock: what they began with does not.
#[test]
fn a_first_run_that_breaks_off_settles_where_every_type_begins() {
    let (service, room) = shelf(2);
    for nth in 0..3 {
        service.put(&format!("report--{nth}"), base() + nth, [0; 4]);
        service.put(&format!("campaign--{nth}"), base() - 9_000 + nth, [0; 4]);
        let mut content = service.content();
        let volume = content.volumes.get_mut(&format!("campaign--{nth}"));
        volume.expect("it").kind = "campaign";
    }
    let run = "ingest collections --type report,campaign --checkpoint c -o {}/out";
    room.run(&format!("{run} --since 6h -n 1")).exits(0);
    // As if the next one came hours later.
    room.run(&format!("{run} --since 1h")).exits(0);
    let mut found = ids(&room);
    found.sort();
    assert_eq!(found.len(), 6, "{found:?}");
}
