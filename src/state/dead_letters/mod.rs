//! What could not be processed or delivered, kept until somebody replays it.
//!
//! One file of JSON lines a checkpoint, for its owner alone. It may be appended
//! to while its letters are replayed: what was read is replaced, what came
//! meanwhile stays.

mod letter;

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) use self::letter::{Addressee, DeadLetter, Unparsed};

use self::letter::{Counted, Keyed};
use super::checkpoint::CheckpointName;
use super::directory::{own_directory, private_file};
use super::error::StateError;
use super::lock::Lock;

/// The dead letters of one checkpoint, or of one feed that runs without any.
#[derive(Debug)]
pub(crate) struct DeadLetters {
    path: PathBuf,
    /// The keys in the file, and how long it was when they were read.
    known: Option<(u64, HashSet<String>)>,
}

/// What was in the file when it was read.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The letters, oldest first.
    pub letters: Vec<DeadLetter>,
    length: u64,
    /// Nobody else delivers them again meanwhile.
    _lock: Lock,
}

/// The file is held for as long as it takes to append or to replace it.
const PATIENCE: Duration = Duration::from_secs(30);

impl DeadLetters {
    /// Those of a name, in a state directory. Nothing is created yet.
    pub(crate) fn of(directory: &Path, name: &CheckpointName) -> Self {
        let path = directory.join("dead-letters").join(format!("{name}.jsonl"));
        Self { path, known: None }
    }

    /// Where they are.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds letters, and makes them durable before it returns. One whose key is
    /// there already is not added: a page whose letters are known, but which was
    /// not committed, comes again.
    ///
    /// # Errors
    /// [`StateError`].
    ///
    /// # Panics
    /// Never: letters always serialise.
    pub(crate) fn append(&mut self, letters: &[DeadLetter]) -> Result<(), StateError> {
        if letters.is_empty() {
            return Ok(());
        }
        if let Some(directory) = self.path.parent() {
            own_directory(directory).map_err(|error| self.failed(&error))?;
        }
        let _lock = self.lock("lock", PATIENCE)?;
        let mut append = || -> io::Result<(u64, HashSet<String>)> {
            private_file(&self.path)?;
            let mut file = OpenOptions::new()
                .read(true)
                .append(true)
                .open(&self.path)?;
            let length = whole_lines(&mut file)?;
            let mut keys = match self.known.take() {
                Some((known, keys)) if known == length => keys,
                _ => keys(&self.path)?,
            };
            let mut lines = Vec::new();
            for letter in letters {
                if keys.insert(letter.key.clone()) {
                    lines.extend(line(letter));
                }
            }
            if !lines.is_empty() {
                file.write_all(&lines)?;
                file.sync_all()?;
            }
            Ok((length + lines.len() as u64, keys))
        };
        let appended = append();
        self.known = Some(appended.map_err(|error| self.failed(&error))?);
        Ok(())
    }

    /// How many records wait here; none where there is no file.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn count(&self) -> Result<u64, StateError> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(self.failed(&error)),
        };
        let counted = |line| serde_json::from_str::<Counted>(line).ok();
        Ok(text.lines().filter_map(counted).map(|one| one.count).sum())
    }

    /// Reads the letters to deliver them again; nobody else does so meanwhile.
    /// None where there is no file.
    ///
    /// # Errors
    /// [`StateError`]: somebody else delivers them, or a line is no letter.
    pub(crate) fn open(&self) -> Result<Option<Opened>, StateError> {
        if !self.path.exists() {
            return Ok(None);
        }
        let lock = self.lock("replay.lock", Duration::ZERO)?;
        let text = {
            let _lock = self.lock("lock", PATIENCE)?;
            fs::read_to_string(&self.path).map_err(|error| self.failed(&error))?
        };
        // A line that a crash has torn was not counted, and its page comes again.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let letters = text[..whole]
            .lines()
            .enumerate()
            .map(|(index, line)| {
                serde_json::from_str(line).map_err(|error| StateError::Damaged {
                    path: self.path.clone(),
                    reason: format!("line {} is no dead letter: {error}", index + 1),
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Some(Opened {
            letters,
            length: whole as u64,
            _lock: lock,
        }))
    }

    /// Replaces what was read by what is left of it, all at once. What was
    /// appended meanwhile stays behind it.
    ///
    /// # Errors
    /// [`StateError`]; the file is then as it was.
    ///
    /// # Panics
    /// Never: letters always serialise.
    pub(crate) fn close(&self, opened: Opened) -> Result<(), StateError> {
        let Opened {
            letters,
            length,
            _lock: _replaying,
        } = opened;
        let _lock = self.lock("lock", PATIENCE)?;
        let replace = || -> io::Result<()> {
            let mut rest = Vec::new();
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(length))?;
            file.read_to_end(&mut rest)?;
            if letters.is_empty() && rest.is_empty() {
                return fs::remove_file(&self.path);
            }
            let directory = self.path.parent().unwrap_or(Path::new("."));
            let mut beside = tempfile::NamedTempFile::new_in(directory)?;
            for letter in &letters {
                beside.write_all(&line(letter))?;
            }
            beside.write_all(&rest)?;
            beside.as_file().sync_all()?;
            beside.persist(&self.path)?;
            Ok(())
        };
        replace().map_err(|error| self.failed(&error))
    }

    fn lock(&self, suffix: &str, patience: Duration) -> Result<Lock, StateError> {
        let path = self.path.with_extension(suffix);
        match Lock::acquire(&path, patience) {
            Ok(Some(lock)) => Ok(lock),
            Ok(None) => Err(StateError::Held { path }),
            Err(source) => Err(StateError::Lock { path, source }),
        }
    }

    fn failed(&self, error: &io::Error) -> StateError {
        StateError::Failed {
            path: self.path.clone(),
            reason: error.to_string(),
        }
    }
}

/// A letter as a line of the file.
fn line(letter: &DeadLetter) -> Vec<u8> {
    let mut line = serde_json::to_vec(letter).expect("a letter is JSON");
    line.push(b'\n');
    line
}

/// The length of the file up to its last line break; what a crash left behind it
/// is cut off.
fn whole_lines(file: &mut File) -> io::Result<u64> {
    let length = file.metadata()?.len();
    let mut end = length;
    let mut piece = [0_u8; 4096];
    while end > 0 {
        let start = end.saturating_sub(piece.len() as u64);
        let part = &mut piece[..usize::try_from(end - start).unwrap_or_default()];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(part)?;
        if let Some(at) = part.iter().rposition(|byte| *byte == b'\n') {
            end = start + at as u64 + 1;
            break;
        }
        end = start;
    }
    if end < length {
        file.set_len(end)?;
    }
    Ok(end)
}

fn keys(path: &Path) -> io::Result<HashSet<String>> {
    let text = fs::read_to_string(path)?;
    let key = |line| serde_json::from_str::<Keyed>(line).ok();
    Ok(text.lines().filter_map(key).map(|one| one.key).collect())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    fn letter(key: &str) -> DeadLetter {
        let raw = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
        DeadLetter {
            at: "2026-01-02T03:04:05Z".to_owned(),
            key: key.to_owned(),
            checkpoint: None,
            step: None,
            to: Some(Addressee {
                sink: Some("soc".to_owned()),
                url: None,
                mapped: false,
                signed: true,
                headers: vec!["Authorization".to_owned()],
            }),
            output: None,
            form: Some("json-array".to_owned()),
            status: Some(400),
            error: "400 Bad Request".to_owned(),
            count: 2,
            records: vec![raw(r#"{"id": 1.0}"#), raw("{}")],
            bytes: None,
        }
    }

    fn keys_of(letters: &DeadLetters) -> Vec<String> {
        let opened = letters.open().unwrap();
        let keys = |opened: Opened| opened.letters.into_iter().map(|letter| letter.key);
        opened.map(keys).into_iter().flatten().collect()
    }

    #[test]
    fn letters_are_kept_once_and_only_what_is_left_stays() {
        let home = tempfile::tempdir().unwrap();
        let name: CheckpointName = "soc".parse().unwrap();
        let mut letters = DeadLetters::of(home.path(), &name);
        assert_eq!(letters.count().unwrap(), 0);
        assert!(letters.open().unwrap().is_none());
        letters.append(&[]).unwrap();
        assert!(!letters.path().exists());
        let three = ["a", "b", "a"].map(letter);
        letters.append(&three).unwrap();
        DeadLetters::of(home.path(), &name)
            .append(&[letter("b")])
            .unwrap();
        assert_eq!(keys_of(&letters), ["a", "b"]);
        assert_eq!(letters.count().unwrap(), 4);

        let mut opened = letters.open().unwrap().unwrap();
        assert_eq!(opened.letters[0].records[0].get(), r#"{"id": 1.0}"#);
        assert!(matches!(letters.open(), Err(StateError::Held { .. })));
        letters.append(&[letter("c")]).unwrap();
        opened.letters.remove(0);
        letters.close(opened).unwrap();
        assert_eq!(keys_of(&letters), ["b", "c"]);
        // What was delivered may be refused once more.
        letters.append(&[letter("a")]).unwrap();
        assert_eq!(keys_of(&letters), ["b", "c", "a"]);

        let mut opened = letters.open().unwrap().unwrap();
        opened.letters.clear();
        letters.close(opened).unwrap();
        assert!(!letters.path().exists());
    }

    #[test]
    fn a_torn_line_is_cut_off_and_a_strange_one_refused() {
        let home = tempfile::tempdir().unwrap();
        let mut letters = DeadLetters::of(home.path(), &"soc".parse().unwrap());
        letters.append(&[letter("a")]).unwrap();
        let mut text = fs::read_to_string(letters.path()).unwrap();
        text.push_str("{\"at\":\"2026");
        fs::write(letters.path(), &text).unwrap();
        assert_eq!(keys_of(&letters), ["a"]);
        letters.append(&[letter("b")]).unwrap();
        assert_eq!(keys_of(&letters), ["a", "b"]);
        fs::write(letters.path(), "{}\n").unwrap();
        let error = letters.open().unwrap_err().to_string();
        assert!(error.contains("line 1"), "{error}");
    }
}
