//! Named sinks: `[sinks.NAME]` in the configuration file.
//!
//! ```toml
//! [sinks.soc]
//! type = "webhook"
//! url = "https://soar.example/hook"
//! body = "{title: .id, severity: 3}"
//! batch = 50
//! secret_file = "soc.secret"                  # beside this file
//! headers = { X-Team = "soc" }
//! header_files = { Authorization = "soc.token" }
//!
//! [sinks.archive]
//! type = "file"
//! path = "/var/lib/gti/archive.jsonl"
//! ```
//!
//! Only the sink that is used is judged, and unlike a profile's, its unknown keys
//! are errors: a delivery without its token or its map must not go out.

use std::path::{Path, PathBuf};

use toml_edit::{Item, TableLike, Value};

use super::suggestion::nearest;
use super::{ConfigFile, Origin, SettingsError};

/// A named sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SinkSettings {
    /// Records are posted.
    Webhook(Box<WebhookSettings>),
    /// Records are appended to a file.
    File(PathBuf),
}

/// A webhook as the configuration file describes it. Values are judged where they
/// are used.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct WebhookSettings {
    /// Its URL, which may be a secret.
    pub url: String,
    /// The jq program that maps a record to a payload.
    pub body: Option<String>,
    /// The file with that program.
    pub body_file: Option<PathBuf>,
    /// The jq condition that the answer to a delivery must meet.
    pub ok: Option<String>,
    /// The file with that condition.
    pub ok_file: Option<PathBuf>,
    /// The most records of one delivery.
    pub batch: Option<u64>,
    /// How several payloads make one body.
    pub format: Option<String>,
    /// The file with the secret that bodies are signed with.
    pub secret_file: Option<PathBuf>,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// Further headers whose values stand in files.
    pub header_files: Vec<(String, PathBuf)>,
}

impl std::fmt::Debug for WebhookSettings {
    /// Without the URL and the headers, which may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookSettings")
            .field("batch", &self.batch)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// The table that holds the sinks; no profile has its name.
pub(super) const TABLE: &str = "sinks";

const WEBHOOK: [&str; 11] = [
    "type",
    "url",
    "body",
    "body_file",
    "ok",
    "ok_file",
    "batch",
    "format",
    "secret_file",
    "headers",
    "header_files",
];
const FILE: [&str; 2] = ["type", "path"];

impl ConfigFile {
    /// The sink of a name; none if there is none. `home` is what `~/` stands for.
    ///
    /// # Errors
    /// [`SettingsError::Value`] with the line: an unknown or missing key, a value
    /// of another kind.
    pub(crate) fn sink(
        &self,
        name: &str,
        home: Option<&Path>,
    ) -> Result<Option<SinkSettings>, SettingsError> {
        let Some((key, item)) = self.sinks().find(|(key, _)| key.get() == name) else {
            return Ok(None);
        };
        let line = self.line(key.span().or_else(|| item.span()));
        let whole = format!("{TABLE}.{name}");
        let Some(table) = item.as_table_like() else {
            return Err(self.wrong(line, &whole, "a sink is a section of its own"));
        };
        let sink = Section {
            file: self,
            name: &whole,
            table,
            home,
            line,
        };
        sink.read().map(Some)
    }

    /// The names of all sinks, in their order.
    pub(crate) fn sink_names(&self) -> Vec<&str> {
        self.sinks().map(|(key, _)| key.get()).collect()
    }

    fn sinks(&self) -> impl Iterator<Item = (&toml_edit::Key, &Item)> {
        let table = self.table(TABLE);
        table.into_iter().flat_map(|table| {
            table
                .iter()
                .filter_map(move |(name, item)| Some((table.key(name)?, item)))
        })
    }

    fn wrong(&self, line: usize, key: &str, problem: impl Into<String>) -> SettingsError {
        SettingsError::Value {
            origin: Origin::File {
                path: self.path().to_owned(),
                line,
                key: key.to_owned(),
            },
            problem: problem.into(),
        }
    }
}

/// One section while it is read.
struct Section<'a> {
    file: &'a ConfigFile,
    name: &'a str,
    table: &'a dyn TableLike,
    home: Option<&'a Path>,
    line: usize,
}

impl Section<'_> {
    fn read(&self) -> Result<SinkSettings, SettingsError> {
        match self.required("type", "\"webhook\", or \"file\"")?.as_str() {
            "webhook" => {
                self.only(&WEBHOOK)?;
                Ok(SinkSettings::Webhook(Box::new(WebhookSettings {
                    url: self.required("url", "\"https://soar.example/hook\"")?,
                    body: self.text("body")?,
                    body_file: self.text("body_file")?.map(|path| self.path(&path)),
                    ok: self.text("ok")?,
                    ok_file: self.text("ok_file")?.map(|path| self.path(&path)),
                    batch: self.number("batch")?,
                    format: self.text("format")?,
                    secret_file: self.text("secret_file")?.map(|path| self.path(&path)),
                    headers: self.pairs("headers")?,
                    header_files: self
                        .pairs("header_files")?
                        .into_iter()
                        .map(|(name, path)| (name, self.path(&path)))
                        .collect(),
                })))
            }
            "file" => {
                self.only(&FILE)?;
                let path = self.required("path", "\"/var/lib/gti/archive.jsonl\"")?;
                Ok(SinkSettings::File(self.path(&path)))
            }
            other => Err(self.wrong(
                "type",
                format!("`{other}` is no type of sink: write webhook or file"),
            )),
        }
    }

    /// Refuses keys that nobody reads.
    fn only(&self, known: &[&str]) -> Result<(), SettingsError> {
        let unknown = self.table.iter().find(|(key, _)| !known.contains(key));
        let Some((key, _)) = unknown else {
            return Ok(());
        };
        let problem = match nearest(key, known.iter().copied()) {
            Some(meant) => format!("this sink has no such key; did you mean `{meant}`?"),
            None => format!("this sink has no such key: it takes {}", known.join(", ")),
        };
        Err(self.wrong(key, problem))
    }

    fn required(&self, key: &str, example: &str) -> Result<String, SettingsError> {
        self.text(key)?.ok_or_else(|| {
            let problem = format!("`{key}` is missing: write {key} = {example}");
            self.file.wrong(self.line, self.name, problem)
        })
    }

    fn text(&self, key: &str) -> Result<Option<String>, SettingsError> {
        match self.table.get(key) {
            None => Ok(None),
            Some(item) => match item.as_str() {
                Some(text) => Ok(Some(text.to_owned())),
                None => Err(self.wrong(key, "the value is not a string")),
            },
        }
    }

    fn number(&self, key: &str) -> Result<Option<u64>, SettingsError> {
        match self.table.get(key) {
            None => Ok(None),
            Some(item) => match item.as_integer().and_then(|n| u64::try_from(n).ok()) {
                Some(number) => Ok(Some(number)),
                None => Err(self.wrong(key, "the value is not a whole number")),
            },
        }
    }

    fn pairs(&self, key: &str) -> Result<Vec<(String, String)>, SettingsError> {
        let Some(item) = self.table.get(key) else {
            return Ok(Vec::new());
        };
        let wrong = || self.wrong(key, "write a table of strings, like { X-Team = \"soc\" }");
        let table = item.as_table_like().ok_or_else(wrong)?;
        table
            .iter()
            .map(|(name, item)| {
                let text = item.as_value().and_then(Value::as_str).ok_or_else(wrong)?;
                Ok((name.to_owned(), text.to_owned()))
            })
            .collect()
    }

    /// A path starts at the configuration file, or at the home directory.
    fn path(&self, text: &str) -> PathBuf {
        self.file.beside(text, self.home)
    }

    fn wrong(&self, key: &str, problem: impl Into<String>) -> SettingsError {
        let item = self.table.get(key);
        let span = self.table.key(key).and_then(toml_edit::Key::span);
        let line = self.file.line(span.or_else(|| item.and_then(Item::span)));
        let whole = format!("{}.{key}", self.name);
        self.file.wrong(line, &whole, problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"[default]
rate = "4/m"

[sinks.soc]
type = "webhook"
url = "https://soar.example/s3cret"
batch = 50
secret_file = "soc.secret"
headers = { X-Team = "soc" }

[sinks.soc.header_files]
Authorization = "~/soc.token"

[sinks.archive]
type = "file"
path = "archive.jsonl"
"#;

    fn file(text: &str) -> ConfigFile {
        ConfigFile::parse(Path::new("/etc/gti/config.toml"), text, None).expect("TOML")
    }

    #[test]
    fn sinks_are_read_and_are_no_profiles() {
        let file = file(CONFIG);
        assert_eq!(file.profiles(), ["default"]);
        assert_eq!(file.sink_names(), ["soc", "archive"]);
        let home = Some(Path::new("/home/ana"));
        let soc = file.sink("soc", home).expect("a sink").expect("a sink");
        assert!(!format!("{soc:?}").contains("s3cret"), "{soc:?}");
        assert_eq!(
            soc,
            SinkSettings::Webhook(Box::new(WebhookSettings {
                url: "https://soar.example/s3cret".to_owned(),
                batch: Some(50),
                secret_file: Some("/etc/gti/soc.secret".into()),
                headers: vec![("X-Team".to_owned(), "soc".to_owned())],
                header_files: vec![("Authorization".to_owned(), "/home/ana/soc.token".into())],
                ..WebhookSettings::default()
            }))
        );
        assert_eq!(
            file.sink("archive", home).expect("a sink"),
            Some(SinkSettings::File("/etc/gti/archive.jsonl".into()))
        );
        assert_eq!(file.sink("nobody", home).expect("no error"), None);
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        for (lines, told) in [
            ("batch = 1", ":1: sinks.a: `type` is missing"),
            ("type = \"mail\"", ":2: sinks.a.type: `mail` is no type"),
            ("type = \"webhook\"", ":1: sinks.a: `url` is missing"),
            (
                "type = \"webhook\"\nurl = \"https://a.example\"\nheader_file = {}",
                ":4: sinks.a.header_file: this sink has no such key; did you mean `header_files`?",
            ),
            (
                "type = \"webhook\"\nurl = \"https://a.example\"\nbatch = \"many\"",
                ":4: sinks.a.batch: the value is not a whole number",
            ),
            (
                "type = \"webhook\"\nurl = \"https://a.example\"\nheaders = { A = 1 }",
                ":4: sinks.a.headers: write a table",
            ),
            (
                "type = \"file\"\npath = \"a\"\nurl = \"b\"",
                ":4: sinks.a.url: this sink has no such key",
            ),
            ("type = 1", ":2: sinks.a.type: the value is not a string"),
        ] {
            let file = file(&format!("[sinks.a]\n{lines}\n"));
            let error = file.sink("a", None).expect_err(lines).to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
