//! Records into `PostgreSQL`, with the checkpoint in their transaction. Without a
//! `PostgreSQL` to start, the tests say so and pass.

mod dashboards;
mod kill;
mod lease;
mod records;
mod state;
mod tables;

use super::room::{Outcome, Room};
use super::stream::{Stream, base};
use crate::support::Cluster;

/// A database with its tables, a stream, and a host that knows both.
struct World {
    cluster: Cluster,
    stream: Stream,
    room: Room,
}

const RUN: &str =
    "ingest ioc-stream --since 12h --checkpoint soc --sink db --config {}/config.toml";

impl World {
    fn new(items: i64) -> Option<Self> {
        let cluster = Cluster::start()?;
        let stream = Stream::new(5);
        stream.fill(0, items, 7, base());
        let room = Room::new(&stream.url());
        let world = Self {
            cluster,
            stream,
            room,
        };
        Self::describe(&world.room, &world.cluster.url(), "");
        world.run("sink init db --config {}/config.toml").exits(0);
        Some(world)
    }

    /// Describes the sink to a host.
    fn describe(room: &Room, url: &str, more: &str) {
        let text = format!("[sinks.db]\nkind = \"postgres\"\nurl = \"{url}\"\n{more}\n");
        std::fs::write(room.path("config.toml"), text).expect("a configuration");
    }

    fn run(&self, line: &str) -> Outcome {
        self.room.run(line)
    }

    /// The identities in the table, in the order of their times.
    fn identities(&self) -> Vec<String> {
        let rows = self
            .cluster
            .sql("SELECT identity FROM gti.records ORDER BY time, identity");
        rows.lines().map(str::to_owned).collect()
    }
}
