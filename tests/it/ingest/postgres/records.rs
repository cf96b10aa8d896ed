//! What a record becomes.

use super::{RUN, World};
use crate::ingest::stream::base;

#[test]
fn every_record_is_a_row_once_and_its_object_stays_byte_for_byte() {
    let Some(world) = World::new(12) else { return };
    let outcome = world.run(RUN).exits(0);
    assert!(outcome.stderr.contains("12 new"), "{}", outcome.stderr);
    assert_eq!(world.identities(), world.stream.ids());
    let first = "SELECT kind, type, id, value, doc->'attributes'->>'score', doc_exact, raw \
        FROM gti.records WHERE identity = '000000'";
    let row = world.cluster.sql(first);
    let (columns, raw) = row.split_at(row.find('{').expect("an object"));
    assert_eq!(
        columns,
        "indicator|domain|d000000.example|d000000.example|1.10|t|"
    );
    assert!(raw.starts_with("{\"type\": \"domain\",\n \"id\""), "{raw}");
    // Nothing comes twice, whoever asks.
    let outcome = world.run(RUN).exits(0);
    assert!(outcome.stderr.contains("0 new"), "{}", outcome.stderr);
    assert_eq!(
        world.cluster.sql("SELECT max(revision) FROM gti.records"),
        "1"
    );
    let stands = "SELECT name, emitted, mark IS NOT NULL FROM gti.checkpoints";
    assert_eq!(world.cluster.sql(stands), "soc|12|t");
    // A run without a checkpoint writes the same rows again.
    world
        .run("ingest ioc-stream --since 12h --sink db --config {}/config.toml")
        .exits(0);
    assert_eq!(world.identities(), world.stream.ids());
}

#[test]
fn what_jsonb_refuses_costs_nothing_of_the_object() {
    let Some(world) = World::new(0) else { return };
    world.stream.content().page = 40;
    world.stream.push(base(), "a\\u0000b");
    world.stream.push(base(), "c\\ud83dd");
    world.stream.push(base(), "plain");
    world.run(RUN).exits(0);
    let raw = "SELECT count(*) FROM gti.records WHERE raw LIKE '%a\\\\u0000b%' OR raw LIKE '%c\\\\ud83dd%'";
    assert_eq!(world.cluster.sql(raw), "2");
    let docs = "SELECT count(*), count(doc), count(*) FILTER (WHERE doc_exact) FROM gti.records";
    assert_eq!(world.cluster.sql(docs), "3|3|1");
    assert!(world.run(RUN).exits(0).stderr.contains("0 new"));
}

#[test]
fn history_keeps_every_version_of_what_moves_on() {
    let Some(world) = World::new(2) else { return };
    super::World::describe(&world.room, &world.cluster.url(), "history = true");
    world.run(RUN).exits(0);
    world
        .cluster
        .sql("UPDATE gti.records SET raw = '{}' WHERE identity = '000000'");
    world
        .run("ingest ioc-stream --since 12h --sink db --config {}/config.toml")
        .exits(0);
    let versions = "SELECT identity, revision FROM gti.history ORDER BY identity, revision";
    assert_eq!(world.cluster.sql(versions), "000000|1\n000000|2\n000001|1");
}

#[test]
fn a_row_that_a_constraint_refuses_is_a_dead_letter_and_the_others_are_rows() {
    let Some(world) = World::new(12) else { return };
    world.cluster.sql(
        "ALTER TABLE gti.records ADD CHECK (value NOT IN ('d000003.example', 'd000007.example'))",
    );
    let outcome = world.run(RUN).exits(3);
    assert!(outcome.stderr.contains("2 failed"), "{outcome:?}");
    let letters = std::fs::read_to_string(world.room.path("state/dead-letters/soc.jsonl"));
    let letters = letters.expect("letters");
    assert_eq!(letters.lines().count(), 2, "{letters}");
    assert!(letters.contains(r#""step":"row""#), "{letters}");
    assert!(letters.contains("SQLSTATE 23514"), "{letters}");
    let mut expected = world.stream.ids();
    expected.retain(|id| id != "000003" && id != "000007");
    assert_eq!(world.identities(), expected);
    // What was committed is not read again.
    let again = world.run(RUN).exits(0);
    assert!(again.stderr.contains("0 new"), "{again:?}");
    // The same where no checkpoint shares the transaction.
    world.cluster.sql("TRUNCATE gti.records");
    world
        .run("ingest ioc-stream --since 12h --sink db --config {}/config.toml")
        .exits(3);
    assert_eq!(world.identities(), expected);
}

#[test]
fn a_constraint_that_is_looked_at_late_refuses_the_same() {
    let Some(world) = World::new(8) else { return };
    world.cluster.sql(
        "CREATE TABLE gti.known (value text PRIMARY KEY);
         INSERT INTO gti.known SELECT 'd00000' || n || '.example' FROM generate_series(1, 7) n;
         ALTER TABLE gti.records ADD FOREIGN KEY (value) REFERENCES gti.known (value) DEFERRABLE INITIALLY DEFERRED",
    );
    world.run(RUN).exits(3);
    assert_eq!(world.identities(), world.stream.ids()[1..]);
}

#[test]
fn a_file_of_this_machine_is_committed_with_the_checkpoint_of_a_database() {
    let Some(world) = World::new(7) else { return };
    let run = format!("{RUN} -o {{}}/out.jsonl");
    world.run(&run).exits(0);
    assert_eq!(world.identities(), world.stream.ids());
    let path = world.room.path("out.jsonl");
    let text = std::fs::read_to_string(&path).expect("text");
    assert_eq!(crate::ingest::room::ids(&text), world.stream.ids());
    // What nobody committed is cut off, as long as it is known whose it is.
    world.stream.fill(7, 3, 7, base());
    world.run(&run).exits(0);
    let text = std::fs::read_to_string(&path).expect("text");
    assert_eq!(crate::ingest::room::ids(&text), world.stream.ids());
    std::fs::write(&path, format!("{text}not ours\n")).expect("written");
    let refused = world.run(&run).exits(9);
    assert!(refused.stderr.contains("did not write them"), "{refused:?}");
}
