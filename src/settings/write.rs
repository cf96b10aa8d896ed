//! The writing of a profile.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;
use toml_edit::{Item, TableLike, Value};

use crate::client::key::ApiKey;

use super::file::{document, position};
use super::table::{Key, Kind};
use super::{Origin, ProxyUrl, SettingsError, files, table};

/// What is written into a profile.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewProfile<'a> {
    /// The key. It takes the place of an `apikey_file`.
    pub key: &'a ApiKey,
    /// The proxy; without one, what the profile says of it stays.
    pub proxy: Option<&'a ProxyUrl>,
}

/// Writes `new` into section `profile` of the file at `path`. All else in it
/// stays as it is, comments included. The file is replaced in one step and is
/// the user's alone (0600); directories that are missing are made so, too (0700).
///
/// # Errors
/// When the file that is there is not understood, or writing fails; it is then
/// as before.
pub(crate) fn write_profile(
    path: &Path,
    profile: &str,
    new: &NewProfile<'_>,
) -> Result<(), SettingsError> {
    edit(path, profile, |section| {
        section.remove(table::API_KEY_FILE.key_name());
        put(section, table::API_KEY.key_name(), new.key.expose());
        if let Some(proxy) = new.proxy {
            put(section, table::PROXY.key_name(), proxy.expose());
        }
    })
}

/// Sets a key in section `profile` of the file at `path`, or takes it out. All else
/// stays as it is.
///
/// # Errors
/// As [`write_profile`].
pub(crate) fn write_value(
    path: &Path,
    profile: &str,
    key: Key,
    value: Option<&str>,
) -> Result<(), SettingsError> {
    edit(path, profile, |section| {
        let mut parts: Vec<&str> = key.name.split('.').collect();
        let last = parts.pop().unwrap_or_default();
        let mut table: &mut dyn TableLike = section;
        for part in parts {
            if table.get(part).is_none() {
                if value.is_none() {
                    return;
                }
                let mut inner = toml_edit::Table::new();
                inner.set_dotted(true);
                table.insert(part, Item::Table(inner));
            }
            match table.get_mut(part).and_then(Item::as_table_like_mut) {
                Some(inner) => table = inner,
                None => return,
            }
        }
        match value {
            None => drop(table.remove(last)),
            Some(text) => put_value(table, last, typed(key.kind, text)),
        }
    })
}

/// A value as its key takes it; it was checked before.
fn typed(kind: Kind, text: &str) -> Value {
    match kind {
        Kind::Number => text
            .parse::<i64>()
            .map_or_else(|_| text.into(), Value::from),
        Kind::Switch => text
            .parse::<bool>()
            .map_or_else(|_| text.into(), Value::from),
        Kind::Text => text.into(),
    }
}

/// Changes a section of the file, which is made where it is missing.
fn edit(
    path: &Path,
    profile: &str,
    change: impl FnOnce(&mut dyn TableLike),
) -> Result<(), SettingsError> {
    let text = files::read(path)?.map(|(text, _)| text).unwrap_or_default();
    let document = document(path, &text)?;
    if let Some((key, item)) = document.as_table().get_key_value(profile)
        && !item.is_table_like()
    {
        return Err(SettingsError::Value {
            origin: Origin::File {
                path: path.to_owned(),
                line: position(&text, key.span()).0,
                key: profile.to_owned(),
            },
            problem: format!("this is not a section: write `[{profile}]`"),
        });
    }
    let mut document = document.into_mut();
    if let Some(section) = document
        .entry(profile)
        .or_insert_with(toml_edit::table)
        .as_table_like_mut()
    {
        change(section);
    }
    replace(path, &document.to_string()).map_err(|reason| SettingsError::Unwritable {
        path: path.to_owned(),
        reason,
    })
}

fn put(section: &mut dyn TableLike, key: &str, text: &str) {
    put_value(section, key, Value::from(text));
}

/// Sets a key; the comment behind an older value stays.
fn put_value(section: &mut dyn TableLike, key: &str, mut value: Value) {
    if let Some(old) = section.get(key).and_then(Item::as_value) {
        *value.decor_mut() = old.decor().clone();
    }
    match section.get_mut(key) {
        Some(item) => *item = Item::Value(value),
        None => {
            section.insert(key, Item::Value(value));
        }
    }
}

/// Writes beside the file and renames, so that no reader ever finds a half.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A link (from a collection of dotfiles, say) is followed, not replaced.
    let path = match fs::canonicalize(path) {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(error),
    };
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    private_directories().create(directory)?;
    // `NamedTempFile` opens with O_EXCL and, on Unix, mode 0600.
    let mut file = NamedTempFile::new_in(directory)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

fn private_directories() -> fs::DirBuilder {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn write(path: &Path, profile: &str, proxy: Option<&str>) -> Result<String, SettingsError> {
        let key = ApiKey::new(KEY).expect("a key");
        let proxy: Option<ProxyUrl> = proxy.map(|proxy| proxy.parse().expect("a proxy"));
        let new = NewProfile {
            key: &key,
            proxy: proxy.as_ref(),
        };
        write_profile(path, profile, &new)?;
        Ok(fs::read_to_string(path).expect("read"))
    }

    #[test]
    fn a_new_file_holds_the_profile() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("a/gti/config.toml");
        assert_eq!(
            write(&path, "default", None).expect("written"),
            format!("[default]\napikey = \"{KEY}\"\n")
        );
        assert_eq!(
            write(&path, "my team", Some("http://u:word@proxy.example:3128")).expect("written"),
            format!(
                "[default]\napikey = \"{KEY}\"\n\n[\"my team\"]\napikey = \"{KEY}\"\nproxy = \"http://u:word@proxy.example:3128/\"\n"
            )
        );
    }

    #[test]
    fn all_else_in_the_file_stays() {
        let before = "# my settings\n\n[work]   # the office\nrate = '4/m' # slow\napikey = \"old\" # of 2026\napikey_file = \"old.key\"\n\n[work.scan]\nvisibility = \"private\"\n\n# at home\n[default]\nformat=\"csv\"\n# the end\n";
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("config.toml");
        fs::write(&path, before).expect("written");
        let after = before
            .replace("\"old\"", &format!("\"{KEY}\""))
            .replace("apikey_file = \"old.key\"\n", "");
        assert_eq!(write(&path, "work", None).expect("written"), after);
        assert_eq!(
            write(&path, "default", None).expect("written"),
            after.replace(
                "format=\"csv\"\n",
                &format!("format=\"csv\"\napikey = \"{KEY}\"\n")
            )
        );
    }

    #[test]
    fn a_section_is_completed_however_it_is_written() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("config.toml");
        for text in [
            "[default.scan]\nvisibility = 'private'\n[work]\nrate = '4/m'\n",
            "default.scan.visibility = 'private'\n[work]\nrate = '4/m'\n",
            "default = { scan = { visibility = 'private' } } # all\n[work]\nrate = '4/m'\n",
            "work = { rate = '4/m' }\n\n[default]\nscan = { visibility = 'private' }",
        ] {
            fs::write(&path, text).expect("written");
            let written = write(&path, "default", None).expect(text);
            let document: toml_edit::DocumentMut = written.parse().expect(&written);
            let default = &document["default"];
            assert_eq!(default["apikey"].as_str(), Some(KEY), "{written}");
            let visibility = default["scan"]["visibility"].as_str();
            assert_eq!(visibility, Some("private"), "{written}");
            assert_eq!(document["work"]["rate"].as_str(), Some("4/m"), "{written}");
        }
    }

    #[test]
    fn a_file_that_is_not_understood_stays() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("config.toml");
        let shown = path.display();
        for (text, message) in [
            ("\n default = 5\n", format!("{shown}:2: default: ")),
            ("[work]\n[default\n", format!("{shown}:2:9: ")),
        ] {
            fs::write(&path, text).expect("written");
            let error = write(&path, "default", None).expect_err(text).to_string();
            assert!(error.starts_with(&message), "{error}");
            assert_eq!(fs::read_to_string(&path).expect("read"), text);
        }
        let below_a_file = path.join("config.toml");
        let error = write(&below_a_file, "default", None).expect_err("no directory");
        assert!(matches!(error, SettingsError::Unwritable { .. }), "{error}");
        let left = fs::read_dir(directory.path()).expect("listed").count();
        assert_eq!(left, 1, "only the file itself");
    }

    #[cfg(unix)]
    #[test]
    fn file_and_directories_are_the_users_alone_and_links_are_followed() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().expect("a directory");
        let mode = |path: &Path| {
            let metadata = fs::metadata(path).expect("metadata");
            metadata.permissions().mode() & 0o777
        };
        let path = directory.path().join("config/gti/config.toml");
        write(&path, "default", None).expect("written");
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(&directory.path().join("config/gti")), 0o700);
        assert_eq!(mode(&directory.path().join("config")), 0o700);

        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("set");
        let link = directory.path().join("link.toml");
        std::os::unix::fs::symlink(&path, &link).expect("linked");
        write(&link, "work", None).expect("written");
        assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
        assert!(fs::read_to_string(&path).expect("read").contains("[work]"));
        assert_eq!(mode(&path), 0o600);
    }
}
