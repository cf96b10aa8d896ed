//! Which key is used when there are several.

use super::*;

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// Every place where a key may be, the first in order first.
const PLACES: [&str; 9] = [
    "/run/flag (--api-key-file)",
    "/run/variable (GTI_API_KEY_FILE)",
    "GTI_API_KEY",
    "GTI_APIKEY",
    "VT_API_KEY",
    "VT_APIKEY",
    "VTCLI_APIKEY",
    "profile `default` in /home/ann/.config/gti/config.toml",
    "/home/ann/.vt.toml",
];

/// Settings with a key in each of `PLACES[from..]`.
fn with_places(from: usize) -> Settings {
    let mut flags = Flags::default();
    if from == 0 {
        flags.api_key_file = Some("/run/flag".into());
    }
    let mut variables = Vec::new();
    for (at, name) in PLACES.iter().enumerate().take(7).skip(from.max(1)) {
        let variable = if at == 1 {
            ("GTI_API_KEY_FILE", "/run/variable")
        } else {
            (*name, KEY)
        };
        variables.push(variable);
    }
    let apikey = format!("apikey = '{KEY}'\n");
    let config = format!("[default]\n{}", if from <= 7 { &apikey } else { "" });
    let mut files = files(Some(&config)).expect("files");
    files.vt = VtToml::parse("/home/ann/.vt.toml".into(), &apikey, Some(0o644)).map(Some);
    Settings::resolve(&flags, &environment(&variables), &files).expect("settings")
}

#[test]
fn each_place_comes_before_those_after_it() {
    for (at, place) in PLACES.iter().enumerate() {
        let settings = with_places(at);
        let credential = settings.required_credential().expect("a credential");
        assert_eq!(credential.source().to_string(), *place);
        // Nobody is told to close a file whose key isn't used.
        assert_eq!(settings.warnings.len(), usize::from(at == 8), "{place}");
    }
}

#[test]
fn a_profile_may_name_a_file() {
    let from = |line: &str| {
        let config = format!("[work]\n{line}\n");
        let flags = Flags {
            profile: Some("work".into()),
            ..Flags::default()
        };
        resolve(&flags, &[], Some(&config))
    };
    for (line, path) in [
        ("apikey_file = 'k'", "/home/ann/.config/gti/k"),
        ("apikey_file = '~/k'", "/home/ann/k"),
        ("apikey_file = '/run/k'", "/run/k"),
    ] {
        let settings = from(line).expect(line);
        assert_eq!(
            settings.credential.expect("one").source(),
            &KeySource::ProfileFile {
                path: path.into(),
                config: CONFIG.into(),
                profile: "work".into()
            }
        );
    }
    assert_eq!(
        from("apikey_file = 'k'\napikey = 'x'")
            .expect_err("two keys")
            .to_string(),
        format!("{CONFIG}:3: apikey: the profile has `apikey_file` as well: keep one of the two")
    );
}

#[test]
fn standard_input_is_a_file_named_dash() {
    let flags = Flags {
        api_key_file: Some("-".into()),
        ..Flags::default()
    };
    let settings = resolve(&flags, &[], None).expect("settings");
    let credential = settings.credential.expect("one");
    assert_eq!(
        credential.source(),
        &KeySource::Stdin {
            named_by: "--api-key-file"
        }
    );
    let loaded = credential.load(&mut KEY.as_bytes()).expect("a key");
    assert_eq!(loaded.key.expose(), KEY);
}

#[test]
fn a_missing_key_is_an_error_only_for_who_needs_it() {
    let settings = resolve(&Flags::default(), &[], None).expect("settings");
    let error = settings.required_credential().expect_err("no key");
    assert_eq!(error.to_string(), "no API key is set");
    let hint = error.hint().expect("a hint");
    for way in [
        "GTI_API_KEY",
        "gti auth login",
        "--api-key-file",
        "https://www.virustotal.com/gui/my-apikey",
    ] {
        assert!(hint.contains(way), "{hint}");
    }
}

#[test]
fn trouble_with_vt_clis_file_matters_only_when_its_key_is_wanted() {
    let mut files = files(None).expect("files");
    files.vt = VtToml::parse("/home/ann/.vt.toml".into(), "apikey = ", None).map(Some);
    let warnings = |variables: &[(&str, &str)]| {
        let settings = Settings::resolve(&Flags::default(), &environment(variables), &files);
        settings.expect("settings").warnings
    };
    assert_eq!(warnings(&[("GTI_API_KEY", KEY)]), []);
    let [warning] = &warnings(&[])[..] else {
        panic!("one warning expected");
    };
    let text = warning.to_string();
    assert!(text.starts_with("/home/ann/.vt.toml:1:"), "{text}");
}
