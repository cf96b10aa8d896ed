//! Whatever feed, faults and other programs do to two checkpoints and a file sink: a
//! harm is told and nothing is cut, and each of the three gets every item once.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use super::room::{Room, ids};
use super::stream::{Fate, Stream};

const CONFIG: &str = "[sinks.archive]\nkind = \"file\"\npath = \"archive.jsonl\"\n";

/// Whose records: the checkpoint, its options, its file, and the file's owner.
const OWNERS: [(&str, &str, &str, &str); 3] = [
    ("a", "-o {}/a.jsonl", "a.jsonl", "a"),
    ("b", "-o {}/b.jsonl", "b.jsonl", "b"),
    ("c", "--sink archive", "archive.jsonl", "sink:archive"),
];

/// What other programs do to a file.
#[derive(Debug, Clone, Copy)]
enum Harm {
    Append,
    Truncate,
    Change,
    Delete,
    Replace,
}

#[derive(Debug, Clone)]
enum Move {
    Arrive(i64),
    Run(usize, Vec<Fate>),
    Stop(usize, usize),
    Rename(usize),
    Harm(usize, Harm),
    /// The database is lost for a while, or empty.
    Lose(bool),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let owner = 0..OWNERS.len();
    let fate = prop_oneof![
        5 => Just(Fate::Answer),
        1 => Just(Fate::Status(500)),
        1 => Just(Fate::Garbage),
    ];
    let harm = prop_oneof![
        Just(Harm::Append),
        Just(Harm::Truncate),
        Just(Harm::Change),
        Just(Harm::Delete),
        Just(Harm::Replace),
    ];
    let one = prop_oneof![
        4 => (1..12_i64).prop_map(Move::Arrive),
        5 => (owner.clone(), prop::collection::vec(fate, 0..5))
            .prop_map(|(owner, fates)| Move::Run(owner, fates)),
        2 => (owner.clone(), 1..9_usize).prop_map(|(owner, records)| Move::Stop(owner, records)),
        2 => owner.clone().prop_map(Move::Rename),
        3 => (owner, harm).prop_map(|(owner, harm)| Move::Harm(owner, harm)),
        1 => any::<bool>().prop_map(Move::Lose),
    ];
    prop::collection::vec(one, 1..16)
}

/// The world of one case.
struct World {
    stream: Stream,
    room: Room,
    /// What each owner has written to files that are out of its hands.
    away: [Vec<String>; 3],
    renamed: usize,
}

impl World {
    fn new(page: usize) -> Self {
        let stream = Stream::new(page);
        let room = Room::new(&stream.url());
        fs::write(room.path("config.toml"), CONFIG).expect("write");
        Self {
            stream,
            room,
            away: Default::default(),
            renamed: 0,
        }
    }

    fn run(&self, owner: usize, more: &str) -> u8 {
        let (name, options, ..) = OWNERS[owner];
        let line = format!(
            "--config {{}}/config.toml ingest ioc-stream --since 12h --wait-lock 10s --checkpoint {name} {options} {more}"
        );
        self.room.run(&line).code
    }

    fn path(&self, owner: usize) -> PathBuf {
        self.room.path(OWNERS[owner].2)
    }

    fn harm(&mut self, owner: usize, harm: Harm) -> Result<(), TestCaseError> {
        let path = self.path(owner);
        let Ok(before) = fs::read_to_string(&path) else {
            return Ok(());
        };
        if before.is_empty() {
            return Ok(());
        }
        match harm {
            Harm::Append => {
                let file = OpenOptions::new().append(true).open(&path);
                let written = file.expect("open").write_all(b"{\"foreign\":1}\n");
                written.expect("write");
            }
            Harm::Truncate => {
                let file = OpenOptions::new().write(true).open(&path);
                let length = before.len() as u64 / 2;
                file.expect("open").set_len(length).expect("cut");
            }
            Harm::Change => fs::write(&path, "x".repeat(before.len())).expect("write"),
            Harm::Delete => fs::remove_file(&path).expect("remove"),
            Harm::Replace => {
                let copy = path.with_extension("copy");
                fs::copy(&path, &copy).expect("copy");
                fs::rename(copy, &path).expect("rename");
            }
        }
        let harmed = fs::read(&path).ok();
        prop_assert_eq!(self.run(owner, ""), 9, "{:?} is not told", harm);
        prop_assert_eq!(
            fs::read(&path).ok(),
            harmed,
            "{:?}: the file is not left alone",
            harm
        );
        let reset = self
            .room
            .run(&format!("state reset {} --file", OWNERS[owner].3));
        prop_assert_eq!(reset.code, 0, "{}", reset.stderr);
        // Its records were there; the next run begins another file.
        self.away[owner].extend(ids(&before));
        fs::remove_file(&path).ok();
        Ok(())
    }

    fn rename(&mut self, owner: usize) {
        let path = self.path(owner);
        if path.exists() {
            self.renamed += 1;
            let place = format!("{}.{}", OWNERS[owner].2, self.renamed);
            fs::rename(&path, self.room.path(&place)).expect("rename");
        }
    }

    fn lose(&self, emptied: bool) -> Result<(), TestCaseError> {
        let state = |name: &str| self.room.path(&format!("state/{name}"));
        let database = "checkpoints.sqlite";
        if !state(database).exists() {
            return Ok(());
        }
        let parts = ["", "-wal", "-shm"];
        for part in parts {
            let name = format!("{database}{part}");
            fs::rename(state(&name), state(&format!("kept{part}"))).ok();
        }
        if emptied {
            fs::write(state(database), "").expect("write");
        }
        for owner in 0..OWNERS.len() {
            prop_assert_eq!(self.run(owner, ""), 9, "a lost database is not told");
        }
        fs::remove_file(state(database)).ok();
        for part in parts {
            let name = format!("{database}{part}");
            fs::rename(state(&format!("kept{part}")), state(&name)).ok();
        }
        Ok(())
    }

    /// Every item that an owner has written, wherever it is now.
    fn written(&self, owner: usize) -> Vec<String> {
        let mut all = self.away[owner].clone();
        let file = OWNERS[owner].2;
        for number in 0..=self.renamed {
            let name = match number {
                0 => file.to_owned(),
                number => format!("{file}.{number}"),
            };
            all.extend(self.room.ids(&name));
        }
        all.sort();
        all
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/it/ingest/harm.seeds",
        ))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn each_owner_gets_every_item_once(page in 1_usize..7, moves in moves()) {
        let mut world = World::new(page);
        let start = jiff::Timestamp::now().as_second() - 700;
        let mut count = 0;
        for one in &moves {
            match one {
                Move::Arrive(more) => {
                    world.stream.fill(count, *more, 1, start);
                    count += more;
                }
                Move::Run(owner, fates) => {
                    world.stream.fates(fates);
                    world.run(*owner, "");
                }
                Move::Stop(owner, records) => {
                    world.run(*owner, &format!("-n {records}"));
                }
                Move::Rename(owner) => world.rename(*owner),
                Move::Harm(owner, harm) => world.harm(*owner, *harm)?,
                Move::Lose(emptied) => world.lose(*emptied)?,
            }
            world.stream.fates(&[]);
        }
        for owner in 0..OWNERS.len() {
            // One run to end a sweep that was broken off, one for what came behind it.
            for _ in 0..2 {
                prop_assert_eq!(world.run(owner, ""), 0);
            }
            prop_assert_eq!(world.written(owner), world.stream.ids());
        }
    }
}
