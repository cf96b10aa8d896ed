//! Several hosts and one checkpoint.

use super::{RUN, World};
use crate::ingest::room::Room;
use crate::ingest::stream::base;

/// Gives the lease to another host, for so long.
fn hold(world: &World, until: &str) {
    world.cluster.sql(&format!(
        "INSERT INTO gti.leases VALUES ('checkpoint:soc', \
         '{{\"host\":\"host-b\",\"process\":{{\"pid\":7,\"started\":1,\"boot\":\"b\"}},\"space\":\"b\",\"at\":\"t\"}}', \
         now() + interval '{until}') \
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until"
    ));
}

#[test]
fn one_host_works_and_the_others_wait_until_its_lease_has_run_out() {
    let Some(world) = World::new(10) else { return };
    hold(&world, "1 hour");
    let outcome = world.run(RUN).exits(9);
    assert!(
        outcome
            .stderr
            .contains("checkpoint `soc` is held by process 7 on host-b"),
        "{}",
        outcome.stderr
    );
    assert!(world.identities().is_empty());
    hold(&world, "1 second");
    world.run(&format!("{RUN} --wait-lock 15s")).exits(0);
    assert_eq!(world.identities(), world.stream.ids());
    assert_eq!(world.cluster.sql("SELECT count(*) FROM gti.leases"), "0");
    // Another host goes on where the first one stopped.
    world.stream.fill(10, 3, 7, base());
    let other = Room::new(&world.stream.url());
    super::World::describe(&other, &world.cluster.url(), "");
    let outcome = other.run(RUN).exits(0);
    assert!(outcome.stderr.contains("3 new"), "{}", outcome.stderr);
    assert_eq!(world.cluster.sql("SELECT epoch FROM gti.checkpoints"), "2");
}

#[test]
fn a_run_that_another_one_took_over_from_commits_nothing() {
    let Some(world) = World::new(40) else { return };
    // Whoever takes the checkpoint over raises its epoch, here in the midst of a run.
    world.cluster.sql(
        "CREATE FUNCTION gti.taken_over() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         NEW.epoch := OLD.epoch + 1; RETURN NEW; END $$; \
         CREATE TRIGGER taken_over BEFORE UPDATE OF position ON gti.checkpoints \
         FOR EACH ROW EXECUTE FUNCTION gti.taken_over()",
    );
    world.stream.content().page = 40;
    world.run(&format!("{RUN} -n 5")).exits(0);
    let outcome = world
        .run(&format!("{RUN} --follow --polls 2 --interval 0s"))
        .exits(9);
    assert!(
        outcome.stderr.contains("has taken checkpoint `soc` over"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_checkpoint_of_another_run_is_refused() {
    let Some(world) = World::new(3) else { return };
    world.run(RUN).exits(0);
    let outcome = world.run(&format!("{RUN} --where .id")).exits(2);
    assert!(
        outcome.stderr.contains("differs in filters"),
        "{}",
        outcome.stderr
    );
    // The lease was given back.
    world.run(RUN).exits(0);
}
