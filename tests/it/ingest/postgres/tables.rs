//! Tables, rights and passwords.

use super::{RUN, World};

#[test]
fn tables_are_made_once_and_by_newer_programs_too() {
    let Some(world) = World::new(1) else { return };
    let init = "sink init db --config {}/config.toml";
    let outcome = world.run(init).exits(0);
    assert!(outcome.stdout.contains("up to date"), "{}", outcome.stdout);
    // A newer version that only added something.
    world
        .cluster
        .sql("INSERT INTO gti.migrations (number, least, program) VALUES (99, 1, 'x')");
    world.run(RUN).exits(0);
    world.run(init).exits(0);
    // And one that this program cannot know.
    world
        .cluster
        .sql("UPDATE gti.migrations SET least = 99 WHERE number = 99");
    for line in [RUN, init] {
        let outcome = world.run(line).exits(9);
        assert!(
            outcome.stderr.contains("needs a newer gti"),
            "{}",
            outcome.stderr
        );
    }
    world.cluster.sql("DROP SCHEMA gti CASCADE");
    let outcome = world.run(RUN).exits(9);
    assert!(
        outcome
            .stderr
            .contains("there are no tables in the schema `gti`"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains("gti sink init"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_test_says_what_is_wrong_and_asks_nobody_else() {
    let Some(world) = World::new(1) else { return };
    let test = "sink test db -f jsonl --config {}/config.toml";
    let outcome = world.run(test).exits(0);
    assert_eq!(
        outcome.stdout.matches("\"status\":\"ok\"").count(),
        3,
        "{}",
        outcome.stdout
    );
    world.cluster.sql(
        "CREATE USER reader; GRANT USAGE ON SCHEMA gti TO reader; \
        GRANT SELECT ON ALL TABLES IN SCHEMA gti TO reader",
    );
    super::World::describe(&world.room, &world.cluster.url_of("reader"), "");
    let outcome = world.run(test).exits(4);
    assert!(
        outcome.stdout.contains("may not read and write"),
        "{}",
        outcome.stdout
    );
    let outcome = world.run(RUN).exits(4);
    assert!(
        outcome.stderr.contains("permission denied"),
        "{}",
        outcome.stderr
    );
    super::World::describe(&world.room, &world.cluster.url(), "");
    world
        .cluster
        .sql("ALTER DATABASE gti SET default_transaction_read_only = on");
    for (line, code) in [(test, 9), (RUN, 9)] {
        let outcome = world.run(line).exits(code);
        let said = outcome.stdout + &outcome.stderr;
        assert!(said.contains("the server is read-only"), "{said}");
    }
    assert_eq!(world.stream.content().requests, 0);
}

#[test]
fn passwords_come_from_files_and_are_never_said() {
    let Some(world) = World::new(1) else { return };
    world
        .cluster
        .sql("ALTER USER postgres PASSWORD 's3cret-word'");
    let port = world.cluster.port();
    let url = format!("postgres://postgres:s3cret-word@127.0.0.1:{port}/nowhere");
    super::World::describe(&world.room, &url, "");
    for line in [
        RUN,
        "sink test db --config {}/config.toml",
        "sink init db --config {}/config.toml",
    ] {
        let outcome = world.room.spawn(&format!("{line} -vv --log-format json"));
        let said = outcome.stdout + &outcome.stderr;
        assert!(said.contains("nowhere"), "{said}");
        assert!(!said.contains("s3cret-word"), "{said}");
        assert_eq!(outcome.code, 2, "{said}");
    }
    std::fs::write(world.room.path("word"), "s3cret-word\n").expect("written");
    super::World::describe(
        &world.room,
        &world.cluster.url(),
        "password_file = \"word\"",
    );
    world.run(RUN).exits(0);
}
