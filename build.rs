//! Notes for `gti version` what is built: the commit, its date, and the machine.
//! Where there is no git, or no repository, they stay unknown.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = std::env::var("TARGET").unwrap_or_default();
    println!("cargo::rustc-env=GTI_BUILD_TARGET={target}");
    // A repository around an unpacked archive is somebody else's.
    if !std::path::Path::new(".git").exists() {
        return;
    }
    for (variable, format) in [("GTI_BUILD_COMMIT", "%H"), ("GTI_BUILD_DATE", "%cs")] {
        let format = format!("--format={format}");
        if let Some(value) = git(&["show", "--no-patch", &format, "HEAD"]) {
            println!("cargo::rustc-env={variable}={value}");
        }
    }
    // A release names its commit exactly. While one works, a build after each commit
    // would cost more than the name of an earlier one.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release")
        && let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"])
    {
        println!("cargo::rerun-if-changed={log}");
    }
}

/// What git says, if it says anything.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.trim();
    (output.status.success() && !text.is_empty()).then(|| text.to_owned())
}
