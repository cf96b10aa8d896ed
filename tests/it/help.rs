//! What the program says about itself, which needs no key and no settings.

use crate::support::Gti;

/// Every command there is, from the command tree.
fn commands() -> Vec<Vec<String>> {
    fn collect(command: &clap::Command, names: &[String], found: &mut Vec<Vec<String>>) {
        for verb in command.get_subcommands() {
            let names = [names, &[verb.get_name().to_owned()]].concat();
            collect(verb, &names, found);
            found.push(names);
        }
    }
    let mut found = vec![vec![]];
    collect(&gti::reference::tree(), &[], &mut found);
    found
}

#[test]
fn every_command_helps() {
    let gti = Gti::new();
    for names in commands() {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for flag in ["--help", "-h"] {
            let ran = gti.run(&[&names[..], &[flag]].concat()).exits(0).silently();
            let usage = format!("Usage: {}", [&["gti"], &names[..]].concat().join(" "));
            assert!(ran.stdout.contains(&usage), "{names:?}: {}", ran.stdout);
            for line in ran.stdout.lines() {
                assert!(line.chars().count() <= 100, "{names:?}: {line}");
            }
        }
        // `gti help config` is the topic: the keys that the command takes.
        if names == ["config"] {
            continue;
        }
        let ran = gti
            .run(&[&["help"], &names[..]].concat())
            .exits(0)
            .silently();
        assert!(ran.stdout.contains("Usage: "), "{names:?}");
    }
}

#[test]
fn topics_are_explained() {
    let gti = Gti::new();
    let topic = |name: &str| gti.run(&["help", name]).exits(0).silently().stdout;
    insta::assert_snapshot!(topic("exit-codes"), @r#"
    Exit codes, the same with or without a terminal:

        0  all done; "nothing new" is 0
        1  unexpected failure: a bug, or an answer that cannot be understood
        2  usage or configuration
        3  some items failed (invalid, error, not_attempted), others did not; an
           item answered not_found or skipped has not failed
        4  credentials missing, wrong, or without the licence or privilege
        5  not found: everything that was looked up
        6  quota or rate limit exhausted, or the run's own budget spent
        7  network, TLS, proxy, or server failure that outlasted the retries: safe
           to run again
        8  waiting for an analysis timed out (its id is on stdout)
        9  state or output trouble: another run holds the checkpoint, disk full,
           damaged state
       10  a --fail-on condition was met
      130  interrupted (Ctrl-C)
      143  terminated (SIGTERM)
    "#);
    let environment = topic("environment");
    for name in [
        "GTI_API_KEY",
        "GTI_BASE_URL",
        "HTTPS_PROXY",
        "NO_COLOR",
        "SSL_CERT_FILE",
        "GTI_CACHE_DIR",
    ] {
        assert!(environment.contains(name), "{name}");
    }
    let formats = topic("formats");
    for name in ["text", "json", "jsonl", "csv", "stix", "--jq", "--fields"] {
        assert!(formats.contains(name), "{name}");
    }
    let config = topic("config");
    for key in ["apikey", "format", "base_url", "scan.visibility"] {
        assert!(config.contains(key), "{key}: {config}");
    }
}

#[test]
fn a_topic_that_is_none_is_a_mistake() {
    let ran = Gti::new().run(&["help", "nonsense"]).exits(2);
    assert_eq!(ran.stdout, "");
    insta::assert_snapshot!(ran.stderr, @r"
    error: there is no help on `nonsense`
    hint: topics are options, exit-codes, environment, formats, config, fields and schema; `gti help` lists the commands
    ");
}

#[test]
fn mistakes_are_told_on_standard_error() {
    let gti = Gti::new();
    for arguments in [
        &[][..],
        &["nonsense"],
        &["enrich", "--nonsense"],
        &["auth"],
        &["completions", "tcsh"],
    ] {
        let ran = gti.run(arguments).exits(2);
        assert_eq!(ran.stdout, "", "{arguments:?}");
        assert!(!ran.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn the_version_is_the_packages() {
    let gti = Gti::new();
    for flag in ["--version", "-V"] {
        let ran = gti.run(&[flag]).exits(0).silently();
        assert_eq!(ran.stdout, concat!("gti ", env!("CARGO_PKG_VERSION"), "\n"));
    }
}

#[test]
fn completions_are_there_for_five_shells() {
    let gti = Gti::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = gti.run(&["completions", shell]).exits(0).silently();
        assert!(ran.stdout.contains("_GTI_COMPLETE"), "{shell}");
    }
}

#[cfg(unix)]
#[test]
fn the_shells_understand_their_completions() {
    use std::process::{Command, Stdio};
    let gti = Gti::new();
    for (shell, flags) in [
        ("bash", &["-n"][..]),
        ("zsh", &["-n"]),
        ("fish", &["--no-execute"]),
    ] {
        let script = gti.run(&["completions", shell]).exits(0).stdout;
        let path = gti.write(shell, script);
        let checked = Command::new(shell)
            .args(flags)
            .arg(path)
            .stdin(Stdio::null())
            .status();
        // A shell that is not installed has no opinion.
        if let Ok(status) = checked {
            assert!(status.success(), "{shell}");
        }
    }
}

#[test]
fn manual_pages_are_there_for_every_command() {
    let gti = Gti::new();
    for names in commands() {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let ran = gti
            .run(&[&["man"], &names[..]].concat())
            .exits(0)
            .silently();
        assert!(ran.stdout.contains(".TH "), "{names:?}");
    }
    std::fs::create_dir(gti.work().join("man")).expect("a directory");
    gti.run(&["man", "--directory", "man"]).exits(0).silently();
    let pages = std::fs::read_dir(gti.work().join("man"))
        .expect("a directory")
        .count();
    assert_eq!(pages, commands().len());
    gti.run(&["man", "nonsense"]).exits(2);
    gti.run(&["man", "--directory", "missing"]).exits(9);
}

/// `gti sandbox` serves other programs until it is told to stop.
#[cfg(unix)]
#[test]
fn the_sandbox_serves_until_it_is_stopped() {
    let gti = Gti::new();
    let mut serving = gti.start(&["sandbox", "--port", "0", "--fault", "429:1/2"]);
    let base_url = serving.line();
    let asking = Gti::at(&base_url);
    let ran = asking
        .run(&["enrich", "evil.example", "benign.example"])
        .exits(0);
    assert_eq!(ran.each("status"), ["ok", "ok"]);
    // A taken port is told.
    let port = base_url.split([':', '/']).nth(4).expect("a port");
    let ran = gti.run(&["sandbox", "--port", port]).exits(9);
    assert!(ran.stderr.contains("--port"), "{}", ran.stderr);
    serving.signal("INT");
    let ran = serving.finish();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr.starts_with("sandbox: simulated data"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("answered "), "{}", ran.stderr);
    let ran = gti.run(&["sandbox", "--fault", "418:1%"]).exits(2);
    assert!(ran.stderr.contains("is not a fault"), "{}", ran.stderr);
}
