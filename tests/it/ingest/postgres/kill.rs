//! SIGKILL of the program and of the server. `tests/bench/postgres_kill.sh` does the
//! same for longer.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::{RUN, World};
use crate::ingest::stream::base;
use crate::support::Killer;

fn command(world: &World) -> Command {
    let home = world.room.path("").display().to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_gti"));
    command
        .args(RUN.replace("{}", home.trim_end_matches('/')).split(' '))
        .args(["--retries", "8"])
        .env_clear()
        .envs(world.room.variables())
        .env_remove("GTI_RETRIES")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

#[test]
fn killed_runs_leave_every_record_once() {
    let Some(world) = World::new(600) else { return };
    let mut killer = Killer::new();
    let (mut kills, mut filled) = (0, 600);
    for _ in 0..60 {
        if kills == 8 {
            break;
        }
        let child = command(&world).spawn().expect("a process");
        killer.wait();
        if killer.kill(child) {
            kills += 1;
        } else {
            world.stream.fill(filled, 50, 7, base());
            filled += 50;
        }
    }
    assert!(kills == 8, "only {kills} runs were under way");
    assert!(command(&world).status().expect("a run").success());
    assert_once(&world);
}

#[test]
fn a_killed_server_is_waited_for_and_every_record_is_there_once() {
    let Some(world) = World::new(400) else { return };
    let mut child = command(&world).spawn().expect("a process");
    for _ in 0..2 {
        std::thread::sleep(Duration::from_millis(300));
        world.cluster.kill();
        world.cluster.resume();
    }
    assert!(child.wait().expect("an end").success());
    assert_once(&world);
}

fn assert_once(world: &World) {
    assert_eq!(world.identities(), world.stream.ids());
    let counted = world.cluster.sql("SELECT emitted FROM gti.checkpoints");
    assert_eq!(counted, world.stream.ids().len().to_string());
    let revisions = "SELECT max(revision) FROM gti.records";
    assert_eq!(world.cluster.sql(revisions), "1");
}
