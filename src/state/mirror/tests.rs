//! The mirror as a whole: its changes, its readers, its file.
//!
//! Longer than other files: half of it is one list of what can be wrong with a file.

use std::fs;
use std::io::Write as _;

use jiff::Timestamp;
use proptest::prelude::*;

use super::entry::Details;
use super::*;
use crate::model::indicator::Kind;
use crate::state::checkpoint::{Belongings, Commit, DestinationIds};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a time")
}

fn belongings() -> Belongings {
    Belongings {
        feed: "deltas".to_owned(),
        filters: String::new(),
        base_url: "https://example.invalid/".to_owned(),
        destination: DestinationIds::default(),
    }
}

fn change(value: &str, score: Option<i64>) -> Change {
    Change {
        value: value.to_owned(),
        kind: Kind::Domain,
        others: vec![],
        details: score.map(|score| Details {
            threat_score: Some(score),
            ..Details::default()
        }),
    }
}

fn commit(writer: &mut Writer, position: &str, now: i64) {
    let before = writer.source("deltas").expect("readable");
    let before = before.unwrap_or_else(|| Writer::begin(belongings(), "start".to_owned(), at(1)));
    let none = std::collections::HashMap::new();
    let commit = Commit {
        position,
        mark: None,
        files: &[],
        seen: &none,
        forget_before: None,
        emitted: 1,
        now: at(now),
    };
    writer.commit(&before, &commit).expect("committed");
}

fn all(mirror: &Mirror) -> Vec<(String, Option<i64>)> {
    let mut found = vec![];
    let each = |entry: Entry| -> Result<(), crate::state::StateError> {
        found.push((entry.value, entry.details.threat_score));
        Ok(())
    };
    mirror.entries(each).expect("readable");
    found.sort();
    found
}

#[test]
fn what_is_staged_counts_with_the_position_and_not_before() {
    let home = tempfile::tempdir().expect("a directory");
    let mut writer = Writer::open(home.path()).expect("open");
    let reader = Mirror::open_existing(home.path())
        .expect("open")
        .expect("there");
    writer
        .stage(&change("evil.example", Some(50)))
        .expect("staged");
    writer
        .stage(&change("bad.example", Some(60)))
        .expect("staged");
    assert_eq!(all(&reader), []);
    commit(&mut writer, "one", 10);
    reader.one_state().expect("readable");
    let first = [
        ("bad.example".to_owned(), Some(60)),
        ("evil.example".to_owned(), Some(50)),
    ];
    assert_eq!(all(&reader), first);
    writer
        .stage(&change("evil.example", Some(70)))
        .expect("staged");
    writer.stage(&change("bad.example", None)).expect("staged");
    writer
        .stage(&change("worse.example", Some(90)))
        .expect("staged");
    writer.drop_staged().expect("dropped");
    writer
        .stage(&change("evil.example", Some(71)))
        .expect("staged");
    writer.stage(&change("bad.example", None)).expect("staged");
    commit(&mut writer, "two", 20);
    // A reader has the state that it began with.
    assert_eq!(all(&reader), first);
    reader.one_state().expect("readable");
    assert_eq!(all(&reader), [("evil.example".to_owned(), Some(71))]);
    let source = writer.source("deltas").expect("readable").expect("there");
    assert_eq!((source.position.as_str(), source.emitted), ("two", 2));
}

#[test]
fn a_filter_is_that_of_the_entries_whether_it_is_kept_or_not() {
    use crate::model::value_key::Key;
    let home = tempfile::tempdir().expect("a directory");
    let mirror = filled(home.path());
    let key = |name: &str| Key::of_indicator(Kind::Domain, name);
    let has = |mirror: &Mirror, name: &str| {
        let (filter, _) = mirror.filter().expect("a filter");
        filter.contains(key(name))
    };
    assert!(has(&mirror, "host7.example"));
    let mut writer = Writer::open(home.path()).expect("open");
    writer.keep_filter().expect("kept");
    assert!(has(&mirror, "host7.example"));
    writer
        .stage(&change("late.example", Some(1)))
        .expect("staged");
    commit(&mut writer, "late", 20);
    // The kept one is of an earlier state, and so is not used.
    assert!(has(&mirror, "late.example"));
    writer.keep_filter().expect("kept");
    assert!(has(&mirror, "late.example"));
}

#[test]
fn a_second_writer_is_refused() {
    let home = tempfile::tempdir().expect("a directory");
    let writer = Writer::open(home.path()).expect("open");
    let refused = Writer::open(home.path()).err().expect("refused");
    assert!(
        matches!(refused, crate::state::StateError::Held { .. }),
        "{refused}"
    );
    drop(writer);
    assert!(Writer::open(home.path()).is_ok());
}

#[test]
fn a_file_is_found_by_each_of_its_hashes_until_it_leaves() {
    let home = tempfile::tempdir().expect("a directory");
    let mut writer = Writer::open(home.path()).expect("open");
    let (sha256, md5) = ("a".repeat(64), "b".repeat(32));
    let file = |details| Change {
        value: sha256.clone(),
        kind: Kind::File,
        others: vec![md5.clone()],
        details,
    };
    writer
        .stage(&file(Some(Details::default())))
        .expect("staged");
    commit(&mut writer, "one", 10);
    let found = |writer: &Writer| {
        let entry = writer.mirror().find(Kind::File, &md5).expect("readable");
        entry.map(|entry| entry.value)
    };
    assert_eq!(found(&writer), Some(sha256.clone()));
    assert_eq!(writer.prune(at(10), at(30)).expect("pruned"), 0);
    assert_eq!(writer.prune(at(11), at(30)).expect("pruned"), 1);
    assert_eq!(found(&writer), None);
    assert_eq!(writer.mirror().count().expect("counted").other_hashes, 0);
    writer
        .stage(&file(Some(Details::default())))
        .expect("staged");
    commit(&mut writer, "two", 40);
    writer.stage(&file(None)).expect("staged");
    commit(&mut writer, "three", 50);
    assert_eq!(found(&writer), None);
    assert_eq!(writer.mirror().count().expect("counted").other_hashes, 0);
}

fn key_pair(home: &std::path::Path) -> (SigningKey, VerifyingKey) {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use ring::signature::{Ed25519KeyPair, KeyPair as _};
    let seed = [7; 32];
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("a key");
    // As OpenSSL writes them.
    let private = [
        &[
            0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22,
            0x04, 0x20,
        ][..],
        &seed,
    ];
    let public = [
        &[
            0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
        ][..],
        pair.public_key().as_ref(),
    ];
    let write = |name: &str, kind: &str, der: Vec<u8>| {
        let path = home.join(name);
        let text = STANDARD.encode(der);
        fs::write(
            &path,
            format!("-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n"),
        )
        .expect("written");
        path
    };
    let private = write("key", "PRIVATE KEY", private.concat());
    let public = write("pub", "PUBLIC KEY", public.concat());
    assert!(SigningKey::read(&public).is_err());
    assert!(VerifyingKey::read(&private).is_err());
    (
        SigningKey::read(&private).expect("a key"),
        VerifyingKey::read(&public).expect("a key"),
    )
}

fn export(mirror: &Mirror, key: Option<&SigningKey>) -> Vec<u8> {
    let mut bytes = vec![];
    mirror.export(&mut bytes, key).expect("exported");
    bytes
}

fn import(home: &std::path::Path, bytes: &[u8], key: Option<&VerifyingKey>) -> Result<(), String> {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("written");
    let mut writer = Writer::open(home).expect("open");
    let imported = writer.import(&mut file, key);
    imported.map(drop).map_err(|error| error.to_string())
}

/// A mirror with some entries of each type.
fn filled(home: &std::path::Path) -> Mirror {
    let mut writer = Writer::open(home).expect("open");
    for number in 0..40 {
        writer
            .stage(&change(&format!("host{number}.example"), Some(number)))
            .expect("staged");
    }
    writer
        .stage(&Change {
            value: "c".repeat(64),
            kind: Kind::File,
            others: vec!["d".repeat(32)],
            details: Some(Details {
                lists: vec!["ransomware".to_owned()],
                ..Details::default()
            }),
        })
        .expect("staged");
    commit(&mut writer, "one", 10);
    Mirror::open_existing(home).expect("open").expect("there")
}

#[test]
fn an_export_comes_in_as_it_went_out() {
    let home = tempfile::tempdir().expect("a directory");
    let other = tempfile::tempdir().expect("a directory");
    let mirror = filled(home.path());
    let (signing, verifying) = key_pair(home.path());
    let bytes = export(&mirror, Some(&signing));
    import(other.path(), &bytes, Some(&verifying)).expect("imported");
    let imported = Mirror::open_existing(other.path())
        .expect("open")
        .expect("there");
    assert_eq!(all(&imported), all(&mirror));
    let file = imported
        .find(Kind::File, &"d".repeat(32))
        .expect("readable")
        .expect("found");
    assert_eq!(file.details.lists, ["ransomware"]);
    // The same mirror makes the same bytes.
    assert_eq!(export(&imported, Some(&signing)), bytes);
    assert!(import(other.path(), &bytes, None).is_ok());
}

#[test]
fn a_file_of_another_service_is_refused() {
    let home = tempfile::tempdir().expect("a directory");
    let other = tempfile::tempdir().expect("a directory");
    let bytes = export(&filled(home.path()), None);
    let mut writer = Writer::open(other.path()).expect("open");
    let of = |base_url: &str| Belongings {
        base_url: base_url.to_owned(),
        ..belongings()
    };
    let before = Writer::begin(of("https://other.invalid/"), "start".to_owned(), at(1));
    let commit = Commit {
        position: "own",
        mark: None,
        files: &[],
        seen: &std::collections::HashMap::new(),
        forget_before: None,
        emitted: 1,
        now: at(5),
    };
    writer
        .stage(&change("own.example", Some(1)))
        .expect("staged");
    writer.commit(&before, &commit).expect("committed");
    drop(writer);
    let refused = import(other.path(), &bytes, None).expect_err("another service");
    assert_eq!(
        refused,
        "it is of https://example.invalid/, and the mirror of https://other.invalid/"
    );
    let mirror = Mirror::open_existing(other.path())
        .expect("open")
        .expect("there");
    assert_eq!(all(&mirror), [("own.example".to_owned(), Some(1))]);
}

#[test]
fn whatever_is_wrong_with_a_file_changes_nothing() {
    let home = tempfile::tempdir().expect("a directory");
    let other = tempfile::tempdir().expect("a directory");
    let (signing, verifying) = key_pair(home.path());
    let mirror = filled(home.path());
    let bytes = export(&mirror, Some(&signing));
    {
        let mut writer = Writer::open(other.path()).expect("open");
        writer
            .stage(&change("own.example", Some(1)))
            .expect("staged");
        commit(&mut writer, "own", 5);
    }
    let unsigned = export(&mirror, None);
    assert_eq!(
        import(other.path(), &unsigned, Some(&verifying)),
        Err("it is not signed".to_owned())
    );
    let mut wrong: Vec<Vec<u8>> = (0..bytes.len())
        .map(|place| {
            let mut bytes = bytes.clone();
            bytes[place] ^= 1 << (place % 8);
            bytes
        })
        .collect();
    wrong.extend([0, 5, 13, 40, bytes.len() - 1].map(|length| bytes[..length].to_vec()));
    wrong.push([&bytes[..], b"x"].concat());
    for (number, bytes) in wrong.iter().enumerate() {
        assert!(
            import(other.path(), bytes, Some(&verifying)).is_err(),
            "{number}"
        );
    }
    let kept = Mirror::open_existing(other.path())
        .expect("open")
        .expect("there");
    assert_eq!(all(&kept), [("own.example".to_owned(), Some(1))]);
}

/// A file with this content and a right checksum.
fn sealed(content: &str) -> Vec<u8> {
    use flate2::write::DeflateEncoder;
    use sha2::Digest as _;
    let mut bytes = b"gti-mirror 1\n".to_vec();
    let mut body = DeflateEncoder::new(&mut bytes, flate2::Compression::fast());
    body.write_all(content.as_bytes()).expect("written");
    body.finish().expect("written");
    let digest = sha2::Sha256::digest(&bytes);
    bytes.extend_from_slice(&digest);
    bytes.push(0);
    bytes
}

#[test]
fn a_file_that_nobody_exported_is_refused_for_what_is_wrong_with_it() {
    let home = tempfile::tempdir().expect("a directory");
    let head = |entries: u64, hashes: u64| {
        format!(
            "{{\"entries\":{entries},\"other_hashes\":{hashes},\"changed_at\":1,\"sources\":[]}}\n"
        )
    };
    let entry = |value: &str| {
        format!("{{\"value\":\"{value}\",\"type\":\"domain\",\"updated\":1,\"told\":{{}}}}\n")
    };
    let import = |content: String| import(home.path(), &sealed(&content), None);
    assert_eq!(import(head(1, 0) + &entry("a.example")), Ok(()));
    for (content, why) in [
        (
            head(2, 0) + &entry("a.example") + &entry("a.example"),
            "is out of order",
        ),
        (
            head(1, 0) + &entry("A.example"),
            "is not spelt as a domain is",
        ),
        (
            head(1, 0) + &entry("a.example") + &entry("b.example"),
            "more lines than it says",
        ),
        (
            head(2, 0) + &entry("a.example"),
            "a line of it does not end",
        ),
        (head(1, 0) + "{}\n", "missing field"),
        (head(1, 0).replace('}', ",\"x\":1}"), "unknown field"),
        (
            head(1, 0) + &entry("a.example").replace("domain", "mutex"),
            "has the type `mutex`",
        ),
        (
            head(1, 0) + &entry(&"a".repeat(300 * 1024)),
            "a line of it does not end",
        ),
        (
            head(0, 1) + "{\"hash\":\"x\",\"same_as\":\"y\"}\n",
            "is not spelt as a file is",
        ),
    ] {
        let refused = import(content).expect_err("refused");
        assert!(refused.contains(why), "{refused}: {why}");
    }
    let kept = Mirror::open_existing(home.path())
        .expect("open")
        .expect("there");
    assert_eq!(all(&kept), [("a.example".to_owned(), None)]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// In whatever pieces changes are committed, the mirror is what a map makes of them.
    #[test]
    fn the_mirror_is_what_its_changes_say(
        steps in prop::collection::vec((0..12_u8, prop::option::of(0..100_i64), 0..6_u8), 1..60),
    ) {
        let home = tempfile::tempdir().expect("a directory");
        let mut writer = Writer::open(home.path()).expect("open");
        let (mut expected, mut waiting) = (std::collections::BTreeMap::new(), vec![]);
        for (number, (name, score, then)) in steps.into_iter().enumerate() {
            let value = format!("h{name}.example");
            writer.stage(&change(&value, score)).expect("staged");
            waiting.push((value, score));
            match then {
                0 => {
                    commit(&mut writer, "x", i64::try_from(number).expect("few") + 10);
                    for (value, score) in waiting.drain(..) {
                        match score {
                            Some(score) => expected.insert(value, Some(score)),
                            None => expected.remove(&value),
                        };
                    }
                }
                1 => {
                    writer.drop_staged().expect("dropped");
                    waiting.clear();
                }
                _ => {}
            }
        }
        prop_assert_eq!(all(writer.mirror()), expected.into_iter().collect::<Vec<_>>());
    }
}
