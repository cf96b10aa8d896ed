//! Records that can't be processed: whatever the program does, the file and the
//! dead letters together are the feed.

use proptest::prelude::*;
use serde_json::Value;

use super::room::{Room, ids};
use super::stream::{Stream, base};
use super::webhook::receiver::{Meets, Receiver};

const RUN: &str = "ingest ioc-stream --since 12h --checkpoint soc";

/// Fails on the records with these numbers.
fn fails_on(numbers: &str) -> String {
    format!("if(.id[4:7]|IN({numbers}))then(.id.x)else(.)end")
}

fn letters(room: &Room) -> Vec<Value> {
    let lines = room.lines("state/dead-letters/soc.jsonl");
    let parse = |line: &String| serde_json::from_str(line).expect(line);
    lines.iter().map(parse).collect()
}

/// The ids of the records in the dead letters.
fn kept(room: &Room) -> Vec<String> {
    let records = letters(room).into_iter().flat_map(|letter| {
        let records = letter["records"].as_array().expect("a list").clone();
        records.into_iter().map(|record| record.to_string())
    });
    ids(&records.collect::<Vec<_>>().join("\n"))
}

#[test]
fn what_a_step_cannot_process_is_a_dead_letter_and_the_rest_goes_on() {
    let rules = "[[rule]]\nname = \"x\"\naction = \"keep\"\nwhen = 'if .id[4:7] == \"001\" then .id.x else true end'\n";
    let shape = fails_on("\"001\"");
    for (options, step) in [
        (format!("-o {{}}/out.jsonl --jq {shape}"), "shape"),
        (format!("-o {{}}/out.jsonl --where {shape}"), "where"),
        ("-o {}/out.jsonl --rules {}/rules.toml".to_owned(), "rules"),
        (
            "-o {}/out.jsonl -f csv --fields id --jq if(.id[4:7]==\"001\")then([1,2])else(.)end"
                .to_owned(),
            "shape",
        ),
    ] {
        let stream = Stream::new(10);
        stream.fill(0, 3, 60, base());
        let room = Room::new(&stream.url());
        std::fs::write(room.path("rules.toml"), rules).expect("write");
        let outcome = room.run(&format!("{RUN} {options}")).exits(3);
        assert!(
            outcome.stderr.contains("2 new, 0 repeats, 1 failed"),
            "{options}: {}",
            outcome.stderr
        );
        assert_eq!(kept(&room), ["000001"], "{options}");
        let letter = &letters(&room)[0];
        assert_eq!(letter["step"], step);
        assert_eq!(letter["checkpoint"], "soc");
        assert_eq!(letter["count"], 1);
        let known = room.lines("out.jsonl").len();
        // It is committed, and comes no more.
        let outcome = room.run(&format!("{RUN} {options}")).exits(0);
        assert!(
            outcome.stderr.contains("0 new, 3 repeats"),
            "{}",
            outcome.stderr
        );
        assert_eq!(room.lines("out.jsonl").len(), known);
        assert!(
            room.run("state show soc")
                .exits(0)
                .stdout
                .contains("\"dead_letters\":1")
        );
        // With the program corrected it is there, and forgotten.
        let replayed = room.run("state replay soc").exits(0);
        assert_eq!(ids(&replayed.stdout), ["000001"], "{options}");
        assert!(letters(&room).is_empty());
    }
}

#[test]
fn a_page_on_which_every_record_fails_moves_nothing() {
    let stream = Stream::new(10);
    stream.fill(0, 5, 60, base());
    let room = Room::new(&stream.url());
    let wrong = format!("{RUN} -o {{}}/out.jsonl --jq .id.x");
    for _ in 0..2 {
        let outcome = room.run(&wrong).exits(2);
        assert!(
            outcome
                .stderr
                .contains("error: all 5 records of a page failed; the first: jq failed"),
            "{}",
            outcome.stderr
        );
        assert!(
            outcome.stderr.contains("checkpoint soc not moved"),
            "{}",
            outcome.stderr
        );
        assert_eq!(room.lines("out.jsonl"), [""; 0]);
        assert!(letters(&room).is_empty());
    }
    room.run(&wrong.replace(".id.x", ".")).exits(0);
    assert_eq!(room.ids("out.jsonl"), stream.ids());
    // Repeats show that the program works: one bad record alone is no bad page.
    stream.push(base() + 301, "000005");
    let outcome = room.run(&wrong).exits(3);
    assert!(
        outcome.stderr.contains("0 new, 5 repeats, 1 failed"),
        "{}",
        outcome.stderr
    );
    assert_eq!(kept(&room), ["000005"]);
}

#[test]
fn without_a_checkpoint_failures_are_said_and_counted() {
    let stream = Stream::new(10);
    stream.fill(0, 3, 60, base());
    let room = Room::new(&stream.url());
    let run = format!("ingest ioc-stream --since 12h --jq {}", fails_on("\"001\""));
    let outcome = room.spawn(&run);
    assert_eq!(outcome.code, 3, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("jq failed on record 2: ")
            && outcome.stderr.contains("2 new, 0 repeats, 1 failed"),
        "{}",
        outcome.stderr
    );
    assert_eq!(ids(&outcome.stdout), ["000000", "000002"]);
    assert!(!room.path("state").exists());
    room.run("ingest ioc-stream --since 12h --jq .id.x")
        .exits(2);
}

#[test]
fn a_record_is_shaped_whole_or_not_at_all() {
    let stream = Stream::new(10);
    stream.fill(0, 3, 60, base());
    let room = Room::new(&stream.url());
    let program = format!(".id,({}|.type)", fails_on("\"000\",\"002\""));
    for format in ["jsonl", "csv --fields a"] {
        let run = format!("ingest ioc-stream --since 12h -f {format} --jq {program}");
        let outcome = room.run(&run).exits(3);
        let lines: Vec<&str> = outcome
            .stdout
            .lines()
            .map(|line| line.trim_matches('"'))
            .collect();
        let lines = lines.strip_prefix(&["a"]).unwrap_or(&lines);
        assert_eq!(lines, ["d000001.example", "domain"]);
    }
}

#[test]
fn a_webhook_s_program_and_the_file_s_fail_each_for_its_own() {
    let stream = Stream::new(10);
    stream.fill(0, 4, 60, base());
    let room = Room::new(&stream.url());
    let receiver = Receiver::start(|_, _| Meets::Ok);
    let run = format!(
        "{RUN} -o {{}}/out.jsonl --jq {} --webhook {} --webhook-body {}",
        fails_on("\"001\",\"002\""),
        receiver.url(),
        fails_on("\"002\",\"003\""),
    );
    let outcome = room.run(&run).exits(3);
    assert!(
        outcome.stderr.contains("3 new, 0 repeats, 3 failed"),
        "{}",
        outcome.stderr
    );
    assert_eq!(room.ids("out.jsonl"), ["000000", "000003"]);
    assert_eq!(receiver.taken().len(), 2);
    let outcome = room.run("state replay soc").exits(2);
    assert!(
        outcome.stderr.contains("--only records"),
        "{}",
        outcome.stderr
    );
    let outcome = room.run("state replay soc --only records").exits(0);
    assert_eq!(ids(&outcome.stdout), ["000001", "000002"]);
    let outcome = room.run("state replay soc --webhook-body .").exits(0);
    assert_eq!(outcome.stdout.matches("delivered").count(), 2);
    assert_eq!(receiver.taken().len(), 4);
    assert!(letters(&room).is_empty());
}

#[test]
fn what_fails_again_stays_and_the_run_s_own_file_is_spared() {
    let stream = Stream::new(10);
    stream.fill(0, 4, 60, base());
    let room = Room::new(&stream.url());
    let run = format!(
        "{RUN} -o {{}}/out.jsonl --jq {}",
        fails_on("\"001\",\"002\"")
    );
    room.run(&run).exits(3);
    let outcome = room.run("state replay soc -o {}/out.jsonl").exits(9);
    assert!(
        outcome.stderr.contains("belongs to checkpoint `soc`"),
        "{}",
        outcome.stderr
    );
    assert_eq!(room.ids("out.jsonl").len(), 2);
    room.run("state replay soc --jq .id.x").exits(2);
    assert_eq!(kept(&room), ["000001", "000002"]);
    let replay = format!(
        "state replay soc -o {{}}/more.jsonl --jq {}",
        fails_on("\"002\"")
    );
    room.run(&replay).exits(3);
    assert_eq!(room.ids("more.jsonl"), ["000001"]);
    assert_eq!(kept(&room), ["000002"]);
}

#[test]
fn a_program_that_comes_to_no_end_ends_the_run_and_moves_nothing() {
    let stream = Stream::new(10);
    stream.fill(0, 3, 60, base());
    let receiver = Receiver::start(|_, _| Meets::Ok);
    let rules = "[[rule]]\nname = \"x\"\naction = \"drop\"\nwhen = '[range(1e12)]'\n";
    let parens = format!("{}1{}", "(".repeat(60_000), ")".repeat(60_000));
    for options in [
        "--jq [range(1e12)]",
        "--jq reduce(range(1e9))as$i(0;[.])",
        "--jq \"x\"*1e9",
        "--jq try([range(1e12)])catch(.)",
        "--where [limit(1e9;repeat(1))]",
        "--rules {}/rules.toml",
        &format!("--webhook {} --webhook-body [range(1e12)]", receiver.url()),
        &format!("--jq {parens}"),
    ] {
        let room = Room::new(&stream.url());
        std::fs::write(room.path("rules.toml"), rules).expect("write");
        let outcome = room.spawn(&format!("{RUN} -o {{}}/out.jsonl {options}"));
        assert_eq!(outcome.code, 2, "{options:.60}: {}", outcome.stderr);
        let told = ["the program ", "is not a jq program"];
        assert!(
            told.iter().any(|told| outcome.stderr.contains(told)),
            "{}",
            outcome.stderr
        );
        assert_eq!(room.lines("out.jsonl"), [""; 0]);
        assert!(letters(&room).is_empty());
        if !options.contains("--where") && !options.contains("--webhook") {
            room.run(&format!("{RUN} -o {{}}/out.jsonl")).exits(0);
            assert_eq!(room.ids("out.jsonl"), stream.ids());
        }
    }
}

/// What a program does with a record, by its number.
#[derive(Debug, Clone)]
struct Program {
    fails: Vec<i64>,
    drops: Vec<i64>,
}

impl Program {
    fn text(&self) -> String {
        let list = |numbers: &[i64]| {
            let quoted: Vec<String> = numbers.iter().map(|one| format!("\"{one:03}\"")).collect();
            if quoted.is_empty() {
                "\"\"".to_owned()
            } else {
                quoted.join(",")
            }
        };
        format!(
            "if(.id[4:7]|IN({}))then(.id.x)elif(.id[4:7]|IN({}))then(empty)else(.)end",
            list(&self.fails),
            list(&self.drops)
        )
    }
}

fn program() -> impl Strategy<Value = Program> {
    let numbers = || prop::collection::vec(0..24_i64, 0..9);
    (numbers(), numbers()).prop_map(|(fails, drops)| Program { fails, drops })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Runs with ever other programs: each record is in the file or in the letters,
    /// or a program did not want it, and none is in both.
    #[test]
    fn the_file_and_the_letters_are_the_feed(
        page in 1_usize..9,
        programs in prop::collection::vec((1..8_i64, program()), 1..4),
    ) {
        let stream = Stream::new(page);
        let room = Room::new(&stream.url());
        let start = base();
        let (mut count, mut dropped) = (0, Vec::new());
        for (more, program) in &programs {
            stream.fill(count, *more, 1, start);
            let run = format!("{RUN} -o {{}}/out.jsonl --jq {}", program.text());
            let before: Vec<String> = [room.ids("out.jsonl"), kept(&room), dropped.clone()].concat();
            let outcome = room.run(&run);
            prop_assert!([0, 2, 3].contains(&outcome.code), "{}", outcome.stderr);
            count += more;
            let wanted_by_none = |id: &String| {
                let number = id.parse().unwrap_or(-1);
                program.drops.contains(&number) && !program.fails.contains(&number)
            };
            // What the program dropped is committed with what came before it.
            let after = [room.ids("out.jsonl"), kept(&room)].concat();
            let fresh: Vec<String> = stream.ids().into_iter().filter(|id| !before.contains(id)).collect();
            let reached = fresh.iter().rposition(|id| after.contains(id)).map_or(0, |at| at + 1);
            let all = outcome.code != 2;
            let done = if all { fresh.len() } else { reached };
            dropped.extend(fresh[..done].iter().filter(|id| wanted_by_none(id)).cloned());
        }
        // A last run with a program that does nothing takes what others held up.
        let last = room.run(&format!("{RUN} -o {{}}/out.jsonl"));
        prop_assert_eq!(last.code, 0, "{}", last.stderr);
        let mut found = [room.ids("out.jsonl"), kept(&room)].concat();
        found.extend(dropped.into_iter().filter(|id| !room.ids("out.jsonl").contains(id)));
        found.sort();
        prop_assert_eq!(found, stream.ids());
    }
}
