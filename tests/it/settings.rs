//! Where settings come from, and which of them count.

use std::fs;

use crate::support::{Act, Gti, KEY, RawServer, answer, site};

/// A hostile checkout must not redirect requests that carry the key.
#[test]
fn nothing_is_read_from_the_working_directory() {
    let trap = RawServer::start(|_, _| Act::Send(answer("200 OK", "", "{}")));
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let text = format!(
        "[default]\nbase_url = \"{}\"\napikey = \"key-from-the-trap-0123456789\"\n",
        trap.base_url()
    );
    let vt = format!("apikey=\"x\"\nhost=\"{}\"\n", trap.host());
    for name in ["config.toml", "gti.toml", ".gti.toml", ".vt.toml", ".env"] {
        gti.write(name, if name == ".vt.toml" { &vt } else { &text });
    }
    fs::create_dir_all(gti.work().join(".config/gti")).expect("a directory");
    gti.write(".config/gti/config.toml", &text);
    let gti = gti.without("GTI_BASE_URL").without("GTI_API_KEY");
    let ran = gti.run(&["enrich", "evil.example"]).exits(4);
    assert!(
        ran.stderr.starts_with("error: no API key is set"),
        "{}",
        ran.stderr
    );
    assert_eq!(trap.requests(), 0);
}

#[test]
fn a_flag_outranks_a_variable_and_a_variable_the_profile() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let format = |gti: &Gti, flags: &[&str]| {
        let ran = gti
            .run(&[&["enrich", "evil.example"], flags].concat())
            .exits(0);
        match ran.stdout.as_bytes()[0] {
            b'[' => "json",
            b'{' => "jsonl",
            b'i' => "csv",
            _ => "text",
        }
    };
    assert_eq!(format(&gti, &[]), "jsonl");
    gti.write_config("[default]\nformat = \"csv\"\n\n[other]\nformat = \"text\"\n");
    assert_eq!(format(&gti, &[]), "csv");
    assert_eq!(format(&gti, &["--profile", "other"]), "text");
    let gti = gti.with("GTI_FORMAT", "json");
    assert_eq!(format(&gti, &[]), "json");
    assert_eq!(format(&gti, &["-f", "text"]), "text");
    // Empty counts as unset.
    let gti = gti.with("GTI_FORMAT", "");
    assert_eq!(format(&gti, &[]), "csv");
}

#[test]
fn the_configuration_may_be_elsewhere() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox).without("GTI_API_KEY");
    let text = format!("[default]\nformat = \"csv\"\n\n[work]\napikey = \"{KEY}\"\n");
    let path = gti.write("other.toml", text);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
    }
    let flags = [
        "enrich",
        "evil.example",
        "--config",
        "other.toml",
        "--profile",
    ];
    let ran = gti
        .run(&[&flags[..], &["work"]].concat())
        .exits(0)
        .silently();
    assert_eq!(ran.each("status"), ["ok"]);
    let ran = gti.run(&[&flags[..], &["wrk"]].concat()).exits(2);
    assert!(
        ran.stderr.contains("there is no profile `wrk`"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("hint: did you mean `work`?"),
        "{}",
        ran.stderr
    );
    let gti = gti.with("GTI_CONFIG", &path).with("GTI_PROFILE", "work");
    gti.run(&["enrich", "evil.example"]).exits(0).silently();
}

#[test]
fn options_stand_before_or_after_the_command() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for arguments in [
        ["-f", "csv", "enrich", "evil.example"],
        ["enrich", "-f", "csv", "evil.example"],
        ["enrich", "evil.example", "--format", "csv"],
    ] {
        assert!(gti.run(&arguments).exits(0).stdout.starts_with("ioc,"));
    }
}

#[test]
fn an_unknown_key_is_named_with_the_one_that_was_meant() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.write_config("[default]\nformt = \"csv\"\nzzz = 1\n");
    let ran = gti.run(&["enrich", "evil.example"]).exits(0);
    let config = gti.config();
    let config = config.display();
    assert_eq!(
        ran.stderr,
        format!(
            "warning: {config}:2: `formt` is not a setting: did you mean `format`?\nwarning: {config}:3: `zzz` is not a setting\n"
        )
    );
    assert_eq!(ran.each("status"), ["ok"]);
    gti.run(&["-q", "enrich", "evil.example"])
        .exits(0)
        .silently();
}

#[cfg(unix)]
#[test]
fn a_secret_that_others_can_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = site();
    let gti = Gti::asking(&sandbox).without("GTI_API_KEY");
    gti.write_config(&format!("[default]\napikey = \"{KEY}\"\n"));
    let set =
        |mode| fs::set_permissions(gti.config(), fs::Permissions::from_mode(mode)).expect("set");
    gti.run(&["enrich", "evil.example"]).exits(0).silently();
    for mode in [0o644, 0o640, 0o606] {
        set(mode);
        let ran = gti.run(&["enrich", "evil.example"]).exits(0);
        let config = gti.config();
        let config = config.display();
        assert_eq!(
            ran.stderr,
            format!(
                "warning: {config} holds a secret and is open to other users (mode {mode:04o}): run `chmod 600 {config}`\n"
            )
        );
    }
    let path = gti.write("key.txt", KEY);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("set");
    set(0o600);
    let ran = gti
        .run(&["enrich", "evil.example", "--api-key-file", "key.txt"])
        .exits(0);
    assert!(
        ran.stderr
            .contains("key.txt holds a secret and is open to other users"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_mistake_says_where_it_is_and_what_would_be_right() {
    let gti = Gti::at("https://gti.example/api/v3");
    for (flags, words) in [
        (["--timeout", "0s"], "--timeout"),
        (["--timeout", "soon"], "--timeout"),
        (["--retries", "-1"], "--retries"),
        (["--retries", "many"], "--retries"),
        (["--max-wait", "1"], "--max-wait"),
        (["--rate", "fast"], "--rate"),
        (["--rate", "0/s"], "--rate"),
        (["--concurrency", "0"], "--concurrency"),
        (["--max-requests", "few"], "--max-requests"),
        (["--color", "red"], "--color"),
        (["--log-format", "xml"], "--log-format"),
        (["--profile", "none"], "--profile"),
        (["--config", "none.toml"], "--config"),
        (["--base-url", "gti.example"], "--base-url"),
        (["--x-tool", "a\nb"], "--x-tool"),
    ] {
        let flag = format!("{}={}", flags[0], flags[1]);
        let ran = gti.run(&["enrich", "evil.example", &flag]).exits(2);
        assert!(ran.stderr.starts_with("error: "), "{flag}: {}", ran.stderr);
        assert!(ran.stderr.contains(words), "{flag}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{flag}");
    }
    for (name, value) in [
        ("GTI_TIMEOUT", "soon"),
        ("GTI_RETRIES", "many"),
        ("GTI_RATE", "fast"),
        ("GTI_CONCURRENCY", "0"),
        ("GTI_LOG", "gti=loud"),
        ("GTI_BASE_URL", "http://gti.example"),
        ("HTTPS_PROXY", "gopher://proxy.example"),
        ("GTI_SANDBOX", "maybe"),
    ] {
        let gti = Gti::at("https://gti.example/api/v3").with(name, value);
        let ran = gti.run(&["enrich", "evil.example"]).exits(2);
        assert!(
            ran.stderr.starts_with(&format!("error: {name}: ")),
            "{name}: {}",
            ran.stderr
        );
    }
}

#[test]
fn a_configuration_that_is_no_toml_is_placed() {
    let gti = Gti::at("https://gti.example/api/v3");
    gti.write_config("[default]\nformat = \n");
    let ran = gti.run(&["enrich", "evil.example"]).exits(2);
    let place = format!("error: {}:2:", gti.config().display());
    assert!(ran.stderr.starts_with(&place), "{}", ran.stderr);
    // Texts about the program need no settings.
    gti.run(&["help", "config"]).exits(0).silently();
}

#[test]
fn the_variable_turns_the_sandbox_on() {
    let gti = Gti::new().with("GTI_SANDBOX", "1");
    let ran = gti.run(&["enrich", "evil.example"]).exits(0);
    assert_eq!(ran.each("status"), ["ok"]);
    assert_eq!(ran.stderr, "sandbox: simulated data\n");
}

#[test]
fn logs_go_where_they_are_sent() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&["enrich", "evil.example", "-vv", "--log-file", "log.txt"]);
    ran.exits(0).silently();
    let first = fs::read_to_string(gti.work().join("log.txt")).expect("read");
    assert!(first.contains("/domains/evil.example"), "{first}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(gti.work().join("log.txt"))
            .expect("metadata")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // It is appended to.
    gti.run(&[
        "enrich",
        "benign.example",
        "-vv",
        "--log-file",
        "log.txt",
        "--log-format",
        "json",
    ])
    .exits(0)
    .silently();
    let both = fs::read_to_string(gti.work().join("log.txt")).expect("read");
    let second = both.strip_prefix(&first).expect("appended");
    for line in second.lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("JSON");
    }
    let ran = gti
        .run(&["enrich", "evil.example", "--log-file", "missing/log.txt"])
        .exits(2);
    assert!(ran.stderr.contains("`missing/log.txt`"), "{}", ran.stderr);
}

/// Without a home directory, what needs one says which variable helps.
#[test]
fn a_service_without_a_home_runs() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let mut command = gti.command(&["enrich", "evil.example", "--no-cache"]);
    for name in [
        "HOME",
        "XDG_CONFIG_HOME",
        "XDG_STATE_HOME",
        "XDG_CACHE_HOME",
        "GTI_STATE_DIR",
        "GTI_CACHE_DIR",
    ] {
        command.env_remove(name);
    }
    command.env("HOME", "/dev/null");
    let output = command.output().expect("a run");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
