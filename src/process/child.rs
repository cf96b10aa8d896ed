//! Other programs that this one starts.

use std::ffi::OsStr;
use std::process::Command;

/// The beginnings of the names under which this program, and those that it takes
/// settings over from, are given keys and other things that are nobody else's.
const OURS: [&str; 3] = ["GTI_", "VT_", "VTCLI_"];

/// A program to start, in this one's environment but for the variables of this
/// program and any other that holds a secret. Every program is started from here.
pub(crate) fn child<'a>(
    program: &str,
    environment: impl Iterator<Item = (&'a str, &'a OsStr)>,
    is_secret: impl Fn(&str) -> bool,
) -> Command {
    let harmless = environment.filter(|(name, value)| {
        !OURS.iter().any(|start| name.starts_with(start)) && !is_secret(&value.to_string_lossy())
    });
    let mut command = Command::new(program);
    command.env_clear().envs(harmless);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_told_no_secret() {
        let environment = [
            ("PATH", "/bin"),
            ("GTI_API_KEY", "s3cret"),
            ("GTI_API_KEY_FILE", "/run/key"),
            ("VTCLI_APIKEY", "s3cret"),
            ("VT_API_KEY", "s3cret"),
            ("COPY", "key=s3cret"),
        ];
        let environment = environment.map(|(name, value)| (name, OsStr::new(value)));
        let command = child("true", environment.into_iter(), |value| {
            value.contains("s3cret")
        });
        let told: Vec<_> = command.get_envs().collect();
        assert_eq!(told, [(OsStr::new("PATH"), Some(OsStr::new("/bin")))]);
    }
}
