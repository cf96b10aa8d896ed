//! `gti auth`: where the key comes from, what it may do, and how it is kept.

use std::fs;

use serde_json::Value;

use crate::support::{Act, Gti, KEY, Options, RawServer, Sandbox, answer, sandbox, site};

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).expect("metadata").permissions().mode() & 0o7777
}

fn single(stdout: &str) -> Value {
    serde_json::from_str(stdout).expect("one document")
}

fn strict() -> Sandbox {
    sandbox(Options {
        require_key: Some(KEY.to_owned()),
        ..Options::default()
    })
}

#[test]
fn status_shows_source_and_privileges_and_of_the_key_its_end() {
    let sandbox = strict();
    let gti = Gti::asking(&sandbox);
    for format in ["json", "jsonl"] {
        let status = single(
            &gti.run(&["auth", "status", "-f", format])
                .exits(0)
                .silently()
                .stdout,
        );
        assert_eq!(status["source"], "GTI_API_KEY");
        assert_eq!(status["key"], format!("…{}", &KEY[KEY.len() - 4..]));
        assert_eq!(status["profile"], "default");
        assert_eq!(status["base_url"], sandbox.base_url());
        assert_eq!(status["valid"], true);
        assert_eq!(status["user"], "sandbox_user");
        let privileges = status["privileges"].as_array().expect("a list");
        assert!(privileges.contains(&"gti-assessment".into()));
    }
    let ran = gti.run(&["auth", "status", "-f", "text"]).exits(0);
    assert!(
        ran.stdout.contains("(from GTI_API_KEY), accepted"),
        "{}",
        ran.stdout
    );
    // It costs no quota.
    let quota = sandbox_quota(&sandbox);
    assert_eq!(quota, 0);
}

fn sandbox_quota(sandbox: &Sandbox) -> u64 {
    let (_, body) = crate::support::get(&format!(
        "{}/users/{KEY}/overall_quotas",
        sandbox.base_url()
    ));
    let quotas: Value = serde_json::from_str(&body).expect("JSON");
    quotas["data"]["api_requests_daily"]["group"]["used"]
        .as_u64()
        .expect("a number")
}

#[test]
fn a_licence_without_a_privilege_shows_it() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox).with("GTI_API_KEY", "unlicensed-0123456789abcdef");
    let status = single(&gti.run(&["auth", "status"]).exits(0).stdout);
    assert_eq!(status["valid"], true);
    assert_eq!(status["privileges"], serde_json::json!(["api-access"]));
}

#[test]
fn a_refused_key_is_told_with_its_status() {
    let sandbox = strict();
    let gti = Gti::asking(&sandbox).with("GTI_API_KEY", "another-key-0123456789");
    let ran = gti.run(&["auth", "status"]).exits(4);
    assert_eq!(single(&ran.stdout)["valid"], false);
    assert!(
        ran.stderr
            .starts_with("error: the service refused the key: 401"),
        "{}",
        ran.stderr
    );
    for key in ["inactive-0123456789", "wrong-0123456789"] {
        let gti = Gti::asking(&sandbox).with("GTI_API_KEY", key);
        gti.run(&["auth", "status"]).exits(4);
    }
}

/// A service that can't be asked says nothing about the key.
#[test]
fn an_unreachable_service_leaves_the_question_open() {
    let server = RawServer::start(|_, _| Act::Send(answer("502 Bad Gateway", "", "")));
    let gti = Gti::at(&server.base_url()).with("GTI_RETRIES", "0");
    let ran = gti.run(&["auth", "status"]).exits(7);
    assert_eq!(single(&ran.stdout)["valid"], Value::Null);
}

#[test]
fn without_a_key_there_is_no_status() {
    let ran = Gti::new().run(&["auth", "status"]).exits(4);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("gti auth login"), "{}", ran.stderr);
}

#[test]
fn login_checks_the_key_and_keeps_it_for_its_owner_alone() {
    let sandbox = strict();
    let gti = Gti::asking(&sandbox).without("GTI_API_KEY");
    let ran = gti.run_on(&["auth", "login"], format!("{KEY}\n")).exits(0);
    assert_eq!(ran.stdout, "");
    assert_eq!(
        ran.stderr,
        format!(
            "key …{} accepted; written to profile `default` in {}\n",
            &KEY[KEY.len() - 4..],
            gti.config().display()
        )
    );
    assert_eq!(
        fs::read_to_string(gti.config()).expect("read"),
        format!("[default]\napikey = \"{KEY}\"\n")
    );
    #[cfg(unix)]
    {
        assert_eq!(mode(&gti.config()), 0o600);
        assert_eq!(mode(gti.config().parent().expect("a directory")), 0o700);
    }
    let status = single(&gti.run(&["auth", "status"]).exits(0).silently().stdout);
    assert_eq!(
        status["source"],
        format!("profile `default` in {}", gti.config().display())
    );
    gti.run(&["enrich", "evil.example"]).exits(0).silently();
}

#[test]
fn login_leaves_the_rest_of_the_configuration_alone() {
    let sandbox = strict();
    let gti = Gti::asking(&sandbox).without("GTI_API_KEY");
    gti.write_config("# mine\n[default]\nformat = \"csv\" # spreadsheets\n");
    gti.run_on(&["auth", "login", "--profile", "work"], KEY)
        .exits(0);
    assert_eq!(
        fs::read_to_string(gti.config()).expect("read"),
        format!(
            "# mine\n[default]\nformat = \"csv\" # spreadsheets\n\n[work]\napikey = \"{KEY}\"\n"
        )
    );
    let ran = gti
        .run(&["auth", "status", "--profile", "work", "-f", "json"])
        .exits(0);
    assert_eq!(single(&ran.stdout)["profile"], "work");
}

/// A file that others may read becomes private when a key is written to it.
#[cfg(unix)]
#[test]
fn login_closes_a_file_that_was_open() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = strict();
    let gti = Gti::asking(&sandbox).without("GTI_API_KEY");
    gti.write_config("[default]\nformat = \"csv\"\n");
    fs::set_permissions(gti.config(), fs::Permissions::from_mode(0o644)).expect("set");
    gti.run_on(&["auth", "login"], KEY).exits(0);
    assert_eq!(mode(&gti.config()), 0o600);
}

#[test]
fn a_key_that_is_refused_or_none_is_not_kept() {
    let sandbox = strict();
    let gti = Gti::asking(&sandbox).without("GTI_API_KEY");
    for (typed, code) in [
        ("wrong-0123456789abc", 4),
        ("", 2),
        ("\n", 2),
        ("two words", 2),
        ("ключ", 2),
    ] {
        let ran = gti.run_on(&["auth", "login"], typed).exits(code);
        assert!(
            ran.stderr
                .contains("https://www.virustotal.com/gui/my-apikey"),
            "{typed}: {}",
            ran.stderr
        );
        assert!(!gti.config().exists(), "{typed}");
    }
}

#[test]
fn a_configuration_that_can_t_be_written_is_told() {
    let sandbox = strict();
    let gti = Gti::asking(&sandbox).without("GTI_API_KEY");
    // A file where the directory should be.
    fs::write(gti.world().join("config"), "").expect("written");
    let ran = gti.run_on(&["auth", "login"], KEY);
    assert!(matches!(ran.code, 2 | 9), "{} {}", ran.code, ran.stderr);
    assert!(ran.stderr.contains("cannot write"), "{}", ran.stderr);
}

#[test]
fn import_takes_over_the_key_of_vt_cli() {
    let sandbox = strict();
    let gti = Gti::asking(&sandbox).without("GTI_API_KEY");
    let ran = gti.run(&["auth", "import"]).exits(4);
    assert!(
        ran.stderr
            .starts_with("error: there is no `apikey` in ~/.vt.toml"),
        "{}",
        ran.stderr
    );
    fs::write(gti.home().join(".vt.toml"), format!("apikey=\"{KEY}\"\n")).expect("written");
    let ran = gti.run(&["auth", "import"]).exits(0);
    assert!(ran.stderr.contains("copied from"), "{}", ran.stderr);
    assert_eq!(
        fs::read_to_string(gti.config()).expect("read"),
        format!("[default]\napikey = \"{KEY}\"\n")
    );
}

/// The order of the contract, from the last resort to the first choice.
#[test]
fn the_first_source_in_order_counts() {
    let sandbox = site();
    let key = |name: &str| format!("key-from-{name}-0123456789");
    let mut gti = Gti::asking(&sandbox).without("GTI_API_KEY");
    let source = |gti: &Gti, flags: &[&str]| {
        let ran = gti.run(&[&["auth", "status", "--jq", ".source"], flags].concat());
        let source: String = serde_json::from_str(&ran.exits(0).stdout).expect("text");
        source
    };
    fs::write(
        gti.home().join(".vt.toml"),
        format!("apikey=\"{}\"\n", key("vt")),
    )
    .expect("written");
    assert!(source(&gti, &[]).ends_with(".vt.toml"));
    gti.write_config(&format!("[default]\napikey = \"{}\"\n", key("profile")));
    assert!(source(&gti, &[]).starts_with("profile `default` in "));
    for name in [
        "VTCLI_APIKEY",
        "VT_APIKEY",
        "VT_API_KEY",
        "GTI_APIKEY",
        "GTI_API_KEY",
    ] {
        gti = gti.with(name, key(name));
        assert_eq!(source(&gti, &[]), name);
    }
    let path = gti.write("key.txt", key("file"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
    }
    gti = gti.with("GTI_API_KEY_FILE", &path);
    assert_eq!(
        source(&gti, &[]),
        format!("{} (GTI_API_KEY_FILE)", path.display())
    );
    assert_eq!(
        source(&gti, &["--api-key-file", "key.txt"]),
        "key.txt (--api-key-file)"
    );
}

#[test]
fn the_sandbox_never_sees_a_real_key() {
    let gti = Gti::new().with("GTI_API_KEY", KEY);
    let status = single(&gti.run(&["--sandbox", "auth", "status"]).exits(0).stdout);
    assert_eq!(status["source"], "the sandbox");
    assert_ne!(status["key"], format!("…{}", &KEY[KEY.len() - 4..]));
    let base_url = status["base_url"].as_str().expect("text");
    assert!(base_url.starts_with("http://127.0.0.1:"), "{base_url}");
}
