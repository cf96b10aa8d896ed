//! A directory that MISP subscribes to: events, an index of them, and hashes of their
//! values.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use md5::{Digest, Md5};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Replacement, Sink};
use crate::output::error::OutputError;

/// What MISP asks for first.
const MANIFEST: &str = "manifest.json";
/// What it looks values up in without reading the events.
const HASHES: &str = "hashes.csv";
/// What the index repeats of an event.
const LISTED: [&str; 7] = [
    "Orgc",
    "Tag",
    "info",
    "date",
    "analysis",
    "threat_level_id",
    "timestamp",
];

/// Takes events, a line each, and publishes them when all are there.
///
/// An event that the directory has already gets what is new: whoever reads it once a day
/// misses nothing of what came in between. Each file is replaced in one step, the index
/// last, so that it never names what is not there.
pub(crate) struct FeedDirectory {
    directory: PathBuf,
    events: Vec<u8>,
}

impl FeedDirectory {
    /// Prepares to publish in a directory: a new one, an empty one, or one that has
    /// been published in. Nothing is created yet.
    ///
    /// # Errors
    /// [`OutputError::Open`]: it cannot be read, or holds something else.
    pub(crate) fn open(directory: &Path) -> Result<Self, OutputError> {
        let failed = |cause| OutputError::open(&directory.display().to_string(), cause);
        match fs::read_dir(directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
            Ok(mut entries) => {
                if entries.next().is_some() && !directory.join(MANIFEST).exists() {
                    return Err(failed(io::Error::other(
                        "the directory holds other files, and no manifest.json",
                    )));
                }
            }
        }
        Ok(Self {
            directory: directory.to_owned(),
            events: Vec::new(),
        })
    }

    fn publish(&self) -> Result<(), OutputError> {
        let name = self.directory.display().to_string();
        let failed = |cause| OutputError::write(&name, cause);
        fs::create_dir_all(&self.directory).map_err(failed)?;
        let _alone = alone(&self.directory).map_err(failed)?;
        let mut index = self.index();
        let mut hashes: BTreeSet<String> = BTreeSet::new();
        let mut published = BTreeSet::new();
        for line in self.events.split(|byte| *byte == b'\n') {
            let Ok(new) = serde_json::from_slice::<Value>(line) else {
                continue;
            };
            let Some(id) = new["Event"]["uuid"].as_str().map(str::to_owned) else {
                continue;
            };
            let path = self.directory.join(format!("{id}.json"));
            let whole = match read(&path) {
                Some(old) => joined(&old["Event"], &new["Event"]),
                None => new["Event"].clone(),
            };
            let listed = LISTED.iter().map(|name| (*name).to_owned());
            let listed = listed.map(|name| (name.clone(), whole[&name].clone()));
            index.insert(id.clone(), Value::Object(listed.collect()));
            hashes.extend(values(&whole).map(|value| format!("{},{id}", hash(value))));
            replace(&path, &json!({ "Event": whole }).to_string())?;
            published.insert(id);
        }
        let known = fs::read_to_string(self.directory.join(HASHES)).unwrap_or_default();
        let known = known.lines().filter(|line| {
            let id = line.rsplit(',').next().unwrap_or_default();
            index.contains_key(id) && !published.contains(id)
        });
        hashes.extend(known.map(str::to_owned));
        let lines = hashes.iter().flat_map(|line| [line.as_str(), "\n"]);
        let lines: String = lines.collect();
        replace(&self.directory.join(HASHES), &lines)?;
        let index = Value::Object(index.into_iter().collect());
        replace(&self.directory.join(MANIFEST), &index.to_string())
    }

    /// The events that the directory has, without those that somebody has removed.
    fn index(&self) -> BTreeMap<String, Value> {
        let old = read(&self.directory.join(MANIFEST));
        let old = old.and_then(|value| match value {
            Value::Object(entries) => Some(entries),
            _ => None,
        });
        let is_there = |id: &str| {
            Uuid::parse_str(id).is_ok() && self.directory.join(format!("{id}.json")).exists()
        };
        let entries = old.into_iter().flatten();
        entries.filter(|(id, _)| is_there(id)).collect()
    }
}

impl Sink for FeedDirectory {
    fn write(&mut self, piece: &[u8]) -> Result<(), OutputError> {
        self.events.extend_from_slice(piece);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        // Nobody reads what is not published.
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), OutputError> {
        self.publish()
    }

    fn abandon(self: Box<Self>) -> Result<(), OutputError> {
        Ok(())
    }
}

/// Waits until nobody else publishes in the directory.
fn alone(directory: &Path) -> io::Result<Option<File>> {
    // Elsewhere a directory can't be opened like a file.
    if !cfg!(unix) {
        return Ok(None);
    }
    let handle = File::open(directory)?;
    handle.lock()?;
    Ok(Some(handle))
}

fn read(path: &Path) -> Option<Value> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Replaces a file in one step, unless it is so already: what reads it by its date has
/// nothing to do then.
fn replace(path: &Path, content: &str) -> Result<(), OutputError> {
    if fs::read(path).is_ok_and(|old| old == content.as_bytes()) {
        return Ok(());
    }
    let mut file = Box::new(Replacement::open(path)?);
    let successor = file.successor();
    file.write(content.as_bytes())?;
    file.finish()?;
    successor.put_in_place()
}

/// An event with what an older version of it has besides. MISP takes a change for one
/// only under a later time: so has what differs.
fn joined(old: &Value, new: &Value) -> Value {
    let mut whole = new.clone();
    let time = seconds(new).max(seconds(old) + 1).to_string();
    for list in ["Attribute", "Object"] {
        whole[list] = merged(&old[list], &new[list], &time);
    }
    for name in ["timestamp", "publish_timestamp"] {
        whole[name] = old[name].clone();
    }
    if whole == *old {
        return whole;
    }
    for name in ["timestamp", "publish_timestamp"] {
        whole[name] = time.clone().into();
    }
    whole
}

/// What is in either list, by its id; what differs as it is in the new one.
fn merged(old: &Value, new: &Value, time: &str) -> Value {
    let items = |list: &Value| list.as_array().cloned().unwrap_or_default();
    let id = |item: &Value| item["uuid"].as_str().unwrap_or_default().to_owned();
    let mut fresh: Map<String, Value> = items(new)
        .into_iter()
        .map(|item| (id(&item), item))
        .collect();
    let mut all: Vec<Value> = items(old);
    for item in &mut all {
        let Some(mut newer) = fresh.remove(&id(item)) else {
            continue;
        };
        if newer != *item && seconds(&newer) <= seconds(item) {
            newer["timestamp"] = time.into();
            if same_but_for_time(&newer, item) {
                continue;
            }
        }
        *item = newer;
    }
    // In the order in which they came.
    all.extend(
        items(new)
            .into_iter()
            .filter(|item| fresh.contains_key(&id(item))),
    );
    all.into()
}

fn same_but_for_time(one: &Value, other: &Value) -> bool {
    let timeless = |item: &Value| {
        let mut item = item.clone();
        item["timestamp"] = Value::Null;
        item
    };
    timeless(one) == timeless(other)
}

fn seconds(item: &Value) -> i64 {
    let text = item["timestamp"].as_str().unwrap_or_default();
    text.parse().unwrap_or_default()
}

/// The values of an event, those of its objects too.
fn values(event: &Value) -> impl Iterator<Item = &str> {
    let own = list_of(event, "Attribute");
    let objects = list_of(event, "Object");
    let inner = objects.iter().flat_map(|it| list_of(it, "Attribute"));
    own.iter()
        .chain(inner)
        .filter_map(|attribute| attribute["value"].as_str())
}

fn list_of<'a>(holder: &'a Value, name: &str) -> &'a [Value] {
    holder[name].as_array().map_or(&[], Vec::as_slice)
}

fn hash(value: &str) -> String {
    base16ct::lower::encode_string(&Md5::digest(value.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "13f3d323-6400-5471-a5c6-03df7a2ba2d1";

    fn event(stamp: i64, attributes: &Value) -> String {
        json!({"Event": {
            "uuid": ID, "info": "x", "date": "2026-01-02", "analysis": "2", "threat_level_id": "4",
            "timestamp": stamp.to_string(), "publish_timestamp": stamp.to_string(), "published": true,
            "Orgc": {"name": "gti", "uuid": ID}, "Tag": [], "Attribute": attributes, "Object": [],
        }})
        .to_string()
    }

    fn attribute(value: &str, comment: &str) -> Value {
        json!({"uuid": value, "value": value, "comment": comment, "timestamp": "1767323045"})
    }

    fn publish(directory: &Path, event: &str) {
        let mut sink = Box::new(FeedDirectory::open(directory).expect("open"));
        sink.write(event.as_bytes()).expect("write");
        sink.write(b"\n").expect("write");
        sink.finish().expect("finish");
    }

    fn published(directory: &Path, name: &str) -> Value {
        read(&directory.join(name)).expect("JSON")
    }

    #[test]
    fn an_event_gets_what_is_new_and_loses_nothing() {
        let room = tempfile::tempdir().expect("directory");
        let directory = room.path().join("feed");
        let path = format!("{ID}.json");
        let first = event(
            1_767_323_045,
            &json!([attribute("a", ""), attribute("b", "")]),
        );
        publish(&directory, &first);
        publish(&directory, &first);
        assert_eq!(published(&directory, &path).to_string(), first);
        let second = event(
            1_767_323_045,
            &json!([attribute("b", "new"), attribute("c", "")]),
        );
        publish(&directory, &second);
        let whole = &published(&directory, &path)["Event"];
        let later = json!("1767323046");
        let found: Vec<_> = list_of(whole, "Attribute")
            .iter()
            .map(|it| (it["value"].as_str().expect("a value"), &it["timestamp"]))
            .collect();
        let first = json!("1767323045");
        assert_eq!(found, [("a", &first), ("b", &later), ("c", &first)]);
        assert_eq!(whole["timestamp"], later);
        assert_eq!(published(&directory, MANIFEST)[ID]["timestamp"], later);
        let kept = fs::read_to_string(directory.join(HASHES)).expect("hashes");
        assert_eq!(kept.lines().count(), 3);
        assert!(
            kept.starts_with("0cc175b9c0f1b6a831c399e269772661,"),
            "{kept}"
        );
        // The same once more changes nothing.
        let before = published(&directory, &path);
        publish(&directory, &second);
        assert_eq!(published(&directory, &path), before);
    }

    #[test]
    fn what_somebody_has_removed_is_not_listed_any_more() {
        let room = tempfile::tempdir().expect("directory");
        publish(
            room.path(),
            &event(1_767_323_045, &json!([attribute("a", "")])),
        );
        fs::remove_file(room.path().join(format!("{ID}.json"))).expect("remove");
        publish(room.path(), "");
        assert_eq!(published(room.path(), MANIFEST), json!({}));
        assert_eq!(
            fs::read_to_string(room.path().join(HASHES))
                .expect("hashes")
                .trim(),
            ""
        );
    }

    #[test]
    fn a_directory_of_somebody_else_is_left_alone() {
        let room = tempfile::tempdir().expect("directory");
        fs::write(room.path().join("notes"), "x").expect("write");
        assert!(FeedDirectory::open(room.path()).is_err());
    }
}
