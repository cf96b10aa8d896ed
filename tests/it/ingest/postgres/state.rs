//! The state of several hosts in one database: `--state`.

use std::process::{Command, Stdio};

use super::super::room::{Room, ids};
use super::super::stream::{Stream, base};
use crate::support::{Act, Cluster, Gti, Killer, RawServer, answer, object_of};

const RUN: &str = "ingest ioc-stream --since 12h --checkpoint soc";

/// A database, a stream, and a host that knows both.
struct World {
    cluster: Cluster,
    stream: Stream,
    room: Room,
}

impl World {
    fn new(items: i64) -> Option<Self> {
        let cluster = Cluster::start()?;
        let stream = Stream::new(5);
        stream.fill(0, items, 7, base());
        let room = Room::new(&stream.url());
        Some(Self {
            cluster,
            stream,
            room,
        })
    }

    /// A command with the state in the database.
    fn with_state(&self, line: &str) -> String {
        format!("{line} --state {}", self.cluster.url())
    }
}

#[test]
fn hosts_share_what_the_database_remembers() {
    let Some(world) = World::new(12) else { return };
    let run = world.with_state(RUN);
    let refused = world.room.run(&run).exits(9);
    assert!(refused.stderr.contains("gti state init"), "{refused:?}");
    world.room.run(&world.with_state("state init")).exits(0);
    let first = world.room.run(&run).exits(0);
    assert_eq!(ids(&first.stdout), world.stream.ids());
    // Another host goes on where this one ended.
    world.stream.fill(12, 3, 7, base());
    let other = Room::new(&world.stream.url());
    let rest = other.run(&run).exits(0);
    assert_eq!(ids(&rest.stdout), world.stream.ids()[12..]);
    assert!(!other.path("state/checkpoints.sqlite").exists());
    let local = other.run(RUN).exits(0);
    assert_eq!(ids(&local.stdout), world.stream.ids());
}

#[test]
fn checkpoints_of_a_database_are_shown_and_moved() {
    let Some(world) = World::new(12) else { return };
    let run = |line: &str| world.room.run(&world.with_state(line));
    run("state init").exits(0);
    assert_eq!(run("state list").exits(0).stdout, "");
    run(RUN).exits(0);
    let listed = run("state list --fields name,feed,emitted,held_by").exits(0);
    assert_eq!(
        listed.stdout,
        "{\"name\":\"soc\",\"feed\":\"ioc-stream\",\"emitted\":12,\"held_by\":null}\n"
    );
    let shown = run("state show soc --fields seen").exits(0);
    assert_eq!(shown.stdout, "{\"seen\":12}\n");
    assert_eq!(
        run("state verify soc --fields ok").exits(0).stdout,
        "{\"ok\":true}\n"
    );
    // The items are older than what is asked for again, but for the last ones.
    run("state rewind soc 1m").exits(0);
    let again = run(RUN).exits(0);
    let again = ids(&again.stdout);
    assert!(!again.is_empty() && again.len() < 12, "{again:?}");
    assert!(world.stream.ids().ends_with(&again), "{again:?}");
    run("state reset soc").exits(0);
    run("state show soc").exits(5);
    run("state reset soc").exits(5);
    assert_eq!(ids(&run(RUN).exits(0).stdout), world.stream.ids());
    world.room.run("state init").exits(2);
    let refused = world
        .room
        .run("state list --state mysql://soc@db.example/gti");
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(!refused.stderr.contains("soc@"), "{refused:?}");
}

#[test]
fn hosts_ask_the_service_once() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let server = RawServer::start(|_, head| Act::Send(answer("200 OK", "", object_of(head))));
    let host = || Gti::at(&server.base_url()).with("GTI_STATE_URL", cluster.url());
    let (one, other) = (host(), host());
    let look_up = ["enrich", "a.example", "b.example", "--jq", ".cached"];
    let before = one.run(&look_up);
    assert_eq!((before.code, before.stdout.as_str()), (0, "false\nfalse\n"));
    assert!(
        before.stderr.contains("without the shared cache"),
        "{before:?}"
    );
    assert_eq!(one.run(&["state", "init"]).code, 0);
    assert_eq!(one.run(&look_up).stdout, "false\nfalse\n");
    assert_eq!(other.run(&look_up).stdout, "true\ntrue\n");
    assert_eq!(server.requests(), 4);
    let kept = other.run(&["cache", "stats", "--jq", ".entries, .path"]);
    assert!(
        kept.stdout.starts_with("2\n\"PostgreSQL database"),
        "{kept:?}"
    );
    let cleared = one.run(&["cache", "clear", "--jq", ".caches, .entries"]);
    assert_eq!(cleared.stdout, "1\n2\n");
    assert_eq!(other.run(&look_up).stdout, "false\nfalse\n");
    assert!(!one.cache().exists());
    // A server that is away is no reason to fail.
    cluster.kill();
    let away = other.run(&look_up);
    assert_eq!((away.code, away.stdout.as_str()), (0, "false\nfalse\n"));
}

#[test]
fn a_killed_run_leaves_its_file_and_the_database_at_one() {
    let Some(world) = World::new(1_000) else {
        return;
    };
    world.room.run(&world.with_state("state init")).exits(0);
    world.stream.content().page = 40;
    let file = world.room.path("out.jsonl");
    let command = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gti"));
        command
            .args(RUN.split(' '))
            .arg("-o")
            .arg(&file)
            .env_clear()
            .envs(world.room.variables())
            .env("GTI_STATE_URL", world.cluster.url())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    };
    let mut killer = Killer::new();
    let (mut kills, mut filled) = (0, 1_000);
    for _ in 0..60 {
        if kills == 12 {
            break;
        }
        let child = command().spawn().expect("a process");
        killer.wait();
        if killer.kill(child) {
            kills += 1;
        } else {
            world.stream.fill(filled, 200, 7, base());
            filled += 200;
        }
    }
    assert!(kills > 2, "only {kills} runs were under way");
    let last = command().status().expect("a run");
    assert!(last.success(), "{last}");
    let text = std::fs::read_to_string(&file).expect("text");
    assert_eq!(ids(&text), world.stream.ids());
}
