//! The configuration file: what it says, and what is said about it.

use super::*;

fn warnings(config: &str) -> Vec<String> {
    let settings = resolve(&Flags::default(), &[], Some(config)).expect("settings");
    settings.warnings.iter().map(Warning::to_string).collect()
}

fn error(config: &str) -> String {
    resolve(&Flags::default(), &[], Some(config))
        .expect_err("an error")
        .to_string()
}

#[test]
fn unknown_keys_are_named_with_what_may_have_been_meant() {
    assert_eq!(
        warnings(
            "[default]\nfromat = 'csv'\nbase-url = ''\n\n[default.scan]\nvisiblity = 1\n\n[default.zz]\nq = 1\n"
        ),
        [
            format!("{CONFIG}:2: `fromat` is not a setting: did you mean `format`?"),
            format!("{CONFIG}:3: `base-url` is not a setting: did you mean `base_url`?"),
            format!(
                "{CONFIG}:6: `scan.visiblity` is not a setting: did you mean `scan.visibility`?"
            ),
            format!("{CONFIG}:9: `zz.q` is not a setting"),
        ]
    );
}

#[test]
fn a_key_outside_all_sections_is_named() {
    assert_eq!(
        warnings("apikey = 'x'\n[default]\n[[work]]\n"),
        [1, 3].map(|line| {
            let key = if line == 1 { "apikey" } else { "work" };
            format!(
                "{CONFIG}:{line}: `{key}` is outside any section and is ignored: put it below `[default]`"
            )
        })
    );
}

#[test]
fn only_the_profile_in_use_is_judged() {
    let config = "[default]\nretries = 1\n[work]\nretries = 'many'\nfromat = 1\n[sinks.siem]\nurl = 'https://siem.example'\n";
    assert_eq!(warnings(config), [""; 0]);
}

#[test]
fn a_default_that_is_misspelt_is_pointed_out() {
    let config = "\n[defualt]\nretries = 1\n";
    assert_eq!(
        warnings(config),
        [format!(
            "{CONFIG}:2: `[defualt]` is not read unless --profile names it: did you mean `[default]`?"
        )]
    );
    assert_eq!(warnings("[work]\n"), [""; 0]);
}

#[test]
fn sections_may_be_written_in_any_way_of_toml() {
    for config in [
        "[default]\nscan.visibility = 'public'",
        "[default.scan]\nvisibility = 'public'",
        "[default]\nscan = { visibility = 'public' }",
        "default.scan.visibility = 'public'",
        "default = { scan = { visibility = 'public' } }",
        "\u{feff}[default]\r\nscan.visibility = 'public'\r\n",
    ] {
        let settings = resolve(&Flags::default(), &[], Some(config)).expect(config);
        assert_eq!(
            settings.scan_visibility,
            Some(crate::model::visibility::Visibility::Public)
        );
        assert_eq!(settings.warnings, [], "{config}");
    }
}

#[test]
fn values_of_another_kind_are_errors_with_their_line() {
    for (line, kind) in [
        ("retries = '5'", "(string): write a whole number, like 5"),
        ("retries = 5.0", "(float): write a whole number, like 5"),
        ("timeout = 60", "(integer): write a string, like \"60s\""),
        ("timeout = ['60s']", "(array): write a string, like \"60s\""),
        ("sandbox = 1", "(integer): write true or false, like true"),
        (
            "apikey = 1234567890",
            "(integer): write a string, like \"…\"",
        ),
    ] {
        let key = line.split(' ').next().unwrap_or_default();
        assert_eq!(
            error(&format!("# a comment\n[default]\n{line}\n")),
            format!("{CONFIG}:3: {key}: the value has the wrong type {kind}")
        );
    }
    assert!(error("[default]\nretries = -1\n").starts_with(&format!("{CONFIG}:2: retries: `-1` ")));
}

#[test]
fn what_is_no_toml_is_named_with_line_and_column_alone() {
    let text = error("[default]\nrate = '4/m'\napikey = \"s3cret\n");
    assert!(text.starts_with(&format!("{CONFIG}:3:")), "{text}");
    assert!(!text.contains("s3cret"), "{text}");
    let text = error("[default]\nrate = '4/m'\nrate = '5/m'\n");
    assert!(text.starts_with(&format!("{CONFIG}:3:1: ")), "{text}");
}

#[test]
fn a_profile_that_is_named_must_be_there() {
    let named = |name: &str| Flags {
        profile: Some(name.into()),
        ..Flags::default()
    };
    let config = Some("[default]\n[work]\n");
    let error = resolve(&named("wrok"), &[], config).expect_err("no profile");
    assert_eq!(
        error.to_string(),
        format!("--profile: there is no profile `wrok`: {CONFIG} has `default`, `work`")
    );
    assert_eq!(error.hint().as_deref(), Some("did you mean `work`?"));
    let error = resolve(&Flags::default(), &[("GTI_PROFILE", "home")], None).expect_err("no file");
    assert_eq!(
        error.to_string(),
        format!("GTI_PROFILE: there is no profile `home`: {CONFIG} has none")
    );
    assert_eq!(
        error.hint().as_deref(),
        Some("`gti auth login --profile home` creates it")
    );
    for config in [None, Some(""), config] {
        assert!(resolve(&named("default"), &[], config).is_ok());
        let new = Settings::resolve_for_writing(
            &named("new"),
            &environment(&[]),
            &files(config).expect("files"),
        );
        assert_eq!(new.expect("settings").profile, "new");
    }
}

#[test]
fn a_file_that_is_named_must_be_there_and_the_default_need_not() {
    let directory = tempfile::tempdir().expect("a directory");
    let home = Environment::new([], Some(directory.path().to_owned()));
    let named = Flags {
        config: Some(directory.path().join("none.toml")),
        ..Flags::default()
    };
    let files = Files::read(&named, &home).expect("files");
    let error = Settings::resolve(&named, &home, &files).expect_err("no file");
    assert!(
        error.to_string().starts_with("--config: there is no file "),
        "{error}"
    );
    assert!(Settings::resolve_for_writing(&named, &home, &files).is_ok());

    let flags = Flags::default();
    let files = Files::read(&flags, &home).expect("files");
    let settings = Settings::resolve(&flags, &home, &files).expect("settings");
    let path = directory.path().join(".config/gti/config.toml");
    assert_eq!(settings.config_path.as_deref(), Some(&*path));

    let unreadable = Flags {
        config: Some(directory.path().to_owned()),
        ..Flags::default()
    };
    let error = Files::read(&unreadable, &home).expect_err("a directory");
    assert!(error.to_string().starts_with("cannot read "), "{error}");
}

#[cfg(unix)]
#[test]
fn files_that_hold_secrets_and_are_open_are_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().expect("a directory");
    let home = Environment::new([], Some(directory.path().to_owned()));
    let config = directory.path().join(".config/gti/config.toml");
    std::fs::create_dir_all(config.parent().expect("a parent")).expect("made");
    let write = |path: &Path, text: &str, mode| {
        std::fs::write(path, text).expect("written");
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path, permissions).expect("set");
    };
    let warnings = || {
        let flags = Flags::default();
        let files = Files::read(&flags, &home).expect("files");
        let settings = Settings::resolve(&flags, &home, &files).expect("settings");
        settings.warnings
    };
    let open = |path: &Path, mode| Warning::OpenToOthers {
        path: path.to_owned(),
        mode,
    };
    for (text, mode, warned) in [
        ("[default]\nretries = 1", 0o644, false),
        ("[default]\nproxy = 'http://proxy.example'", 0o644, false),
        ("[default]\napikey = '0123456789ab'", 0o600, false),
        ("[default]\napikey = '0123456789ab'", 0o640, true),
        ("[work]\napikey = '0123456789ab'", 0o604, true),
        ("[default]\nproxy = 'http://u:w@proxy.example'", 0o644, true),
    ] {
        write(&config, text, mode);
        let expected = if warned {
            vec![open(&config, mode)]
        } else {
            vec![]
        };
        assert_eq!(warnings(), expected, "{text} {mode:o}");
    }
    assert_eq!(
        open(Path::new("/x/config.toml"), 0o640).to_string(),
        "/x/config.toml holds a secret and is open to other users (mode 0640): run `chmod 600 /x/config.toml`"
    );

    write(&config, "", 0o600);
    let vt = directory.path().join(".vt.toml");
    write(
        &vt,
        "apikey=\"0123456789ab\"\nproxy=\"proxy.example:80\"",
        0o644,
    );
    assert_eq!(warnings(), [open(&vt, 0o644)]);
    let vt = VtToml::read(directory.path())
        .expect("read")
        .expect("there");
    let proxy = vt.proxy().expect("a proxy").map(|proxy| proxy.to_string());
    assert_eq!(proxy.as_deref(), Some("http://proxy.example"));
}

#[test]
fn what_is_written_is_read_again() {
    use crate::client::key::ApiKey;
    let directory = tempfile::tempdir().expect("a directory");
    let home = Environment::new([], Some(directory.path().to_owned()));
    let flags = Flags {
        profile: Some("my team".into()),
        ..Flags::default()
    };
    let files = Files::read(&flags, &home).expect("files");
    let before = Settings::resolve_for_writing(&flags, &home, &files).expect("settings");
    let key = ApiKey::new("0123456789abcdef").expect("a key");
    let proxy = "socks5://u:w%40rd@proxy.example:1080"
        .parse()
        .expect("a proxy");
    let new = NewProfile {
        key: &key,
        proxy: Some(&proxy),
    };
    let path = before.config_path.expect("a path");
    write_profile(&path, &before.profile, &new).expect("written");

    let files = Files::read(&flags, &home).expect("files");
    let after = Settings::resolve(&flags, &home, &files).expect("settings");
    let loaded = after.credential.expect("one").load(&mut std::io::empty());
    assert_eq!(loaded.expect("a key").key.expose(), key.expose());
    let https = after.proxies.https.expect("a proxy");
    assert_eq!(https.expose(), proxy.expose());
    assert_eq!(after.warnings, []);
}
