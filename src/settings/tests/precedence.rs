//! Flag, environment, profile, default: for every setting. Long, because it is one
//! table with a row for each.

use secrecy::ExposeSecret;

use super::*;

/// A setting: how it is set in each place, and how its values look.
struct Row {
    name: &'static str,
    /// What the flag sets; `None` for a setting without flag.
    flag: Option<fn(&mut Flags)>,
    /// `None` for a setting without variable.
    variable: Option<(&'static str, &'static str)>,
    /// `None` for a setting that no profile holds.
    line: Option<&'static str>,
    shown: fn(&Settings) -> String,
    /// The values of flag, variable, profile and default, as shown.
    values: [&'static str; 4],
}

fn path(path: Option<&PathBuf>) -> String {
    path.map_or_else(|| "none".to_owned(), |path| path.display().to_string())
}

fn shown<T: ToString>(value: Option<&T>) -> String {
    value.map_or_else(|| "none".to_owned(), T::to_string)
}

const ROWS: &[Row] = &[
    Row {
        name: "format",
        flag: Some(|flags| flags.format = Some("csv".into())),
        variable: Some(("GTI_FORMAT", "json")),
        line: Some("format = 'stix'"),
        shown: |settings| shown(settings.format.as_ref()),
        values: ["csv", "json", "stix", "none"],
    },
    Row {
        name: "output",
        flag: Some(|flags| flags.output = Some("a.jsonl".into())),
        variable: None,
        line: None,
        shown: |settings| path(settings.output.as_ref()),
        values: ["a.jsonl", "", "", "none"],
    },
    Row {
        name: "output, standard",
        flag: Some(|flags| flags.output = Some("-".into())),
        variable: None,
        line: None,
        shown: |settings| path(settings.output.as_ref()),
        values: ["none", "", "", "none"],
    },
    Row {
        name: "jq",
        flag: Some(|flags| flags.jq = program(".ioc").ok()),
        variable: None,
        line: None,
        shown: |settings| shown(settings.jq.as_ref().map(|jq| &jq.text)),
        values: [".ioc", "", "", "none"],
    },
    Row {
        name: "fields",
        flag: Some(|flags| flags.fields = Some("a, b.c".into())),
        variable: None,
        line: None,
        shown: |settings| format!("{:?}", settings.fields),
        values: [r#"Some(["a", "b.c"])"#, "", "", "None"],
    },
    Row {
        name: "shape",
        flag: Some(|flags| flags.shape = Some("raw".into())),
        variable: Some(("GTI_SHAPE", "record")),
        line: Some("shape = 'record'"),
        shown: |settings| format!("{:?}", settings.shape),
        values: ["Some(Raw)", "Some(Record)", "Some(Record)", "None"],
    },
    Row {
        name: "min_score",
        flag: Some(|flags| flags.min_score = Some(60)),
        variable: None,
        line: None,
        shown: |settings| shown(settings.min_score.as_ref()),
        values: ["60", "", "", "none"],
    },
    Row {
        name: "target",
        flag: Some(|flags| flags.list_target = Some("rpz".into())),
        variable: None,
        line: None,
        shown: |settings| settings.list_target.to_string(),
        values: ["rpz", "", "", "plain"],
    },
    Row {
        name: "index",
        flag: Some(|flags| flags.index = Some("a".into())),
        variable: Some(("GTI_INDEX", "b")),
        line: Some("index = 'c'"),
        shown: |settings| shown(settings.index.as_ref()),
        values: ["a", "b", "c", "none"],
    },
    Row {
        name: "tlp",
        flag: Some(|flags| flags.tlp = Some("red".into())),
        variable: Some(("GTI_TLP", "TLP:AMBER+STRICT")),
        line: Some("tlp = 'green'"),
        shown: |settings| shown(settings.tlp.as_ref()),
        values: ["red", "amber+strict", "green", "none"],
    },
    Row {
        name: "valid_for",
        flag: Some(|flags| flags.valid_for = Some("ip=1d".into())),
        variable: Some(("GTI_VALID_FOR", "url=2d")),
        line: Some("valid_for = 'file=3d,domain=4d'"),
        shown: |settings| settings.valid_for.to_string(),
        values: [
            "ip=1d,domain=30d,url=14d,file=365d",
            "ip=7d,domain=30d,url=2d,file=365d",
            "ip=7d,domain=4d,url=14d,file=3d",
            "ip=7d,domain=30d,url=14d,file=365d",
        ],
    },
    Row {
        name: "include_benign",
        flag: Some(|flags| flags.include_benign = true),
        variable: Some(("GTI_INCLUDE_BENIGN", "1")),
        line: Some("include_benign = true"),
        shown: |settings| settings.include_benign.to_string(),
        values: ["true", "true", "true", "false"],
    },
    Row {
        name: "profile",
        flag: Some(|flags| flags.profile = Some("one".into())),
        variable: Some(("GTI_PROFILE", "two")),
        line: None,
        shown: |settings| settings.profile.clone(),
        values: ["one", "two", "", "default"],
    },
    Row {
        name: "base_url",
        flag: Some(|flags| flags.base_url = Some("https://a.example/v3/".into())),
        variable: Some(("GTI_BASE_URL", "https://b.example/v3")),
        line: Some("base_url = 'https://c.example/v3'"),
        shown: |settings| settings.base_url.to_string(),
        values: [
            "https://a.example/v3",
            "https://b.example/v3",
            "https://c.example/v3",
            "https://www.virustotal.com/api/v3",
        ],
    },
    Row {
        name: "alerts.url",
        flag: Some(|flags| flags.alerts_url = Some("https://a.example/".into())),
        variable: Some(("GTI_ALERTS_URL", "https://b.example/v1beta")),
        line: Some("alerts.url = 'https://c.example/x'"),
        shown: |settings| settings.alerts_url.to_string(),
        values: [
            "https://a.example/",
            "https://b.example/",
            "https://c.example/x",
            "https://threatintelligence.googleapis.com/",
        ],
    },
    Row {
        name: "alerts.token_url",
        flag: Some(|flags| flags.token_url = Some("https://a.example/".into())),
        variable: Some(("GTI_TOKEN_URL", "https://b.example/token")),
        line: Some("alerts.token_url = 'https://c.example/x'"),
        shown: |settings| settings.token_url.to_string(),
        values: [
            "https://a.example/realms/master/exchange/api-key",
            "https://b.example/token",
            "https://c.example/x",
            "https://idp.prod.identity.proactive.virustotal.com/realms/master/exchange/api-key",
        ],
    },
    Row {
        name: "alerts.project",
        flag: None,
        variable: Some(("GTI_ALERTS_PROJECT", "projects/two")),
        line: Some("alerts.project = 'three'"),
        shown: |settings| {
            let project = settings.alerts_project.as_ref();
            project.map_or_else(String::new, |project| project.id().to_owned())
        },
        values: ["", "two", "three", ""],
    },
    Row {
        name: "x_tool",
        flag: Some(|flags| flags.x_tool = Some("a".into())),
        variable: Some(("GTI_X_TOOL", "b")),
        line: Some("x_tool = 'c'"),
        shown: |settings| settings.x_tool.clone(),
        values: [
            "a",
            "b",
            "c",
            concat!(
                "gti-cli.gti.",
                env!("CARGO_PKG_VERSION_MAJOR"),
                ".",
                env!("CARGO_PKG_VERSION_MINOR")
            ),
        ],
    },
    Row {
        name: "timeout",
        flag: Some(|flags| flags.timeout = Some("1s".into())),
        variable: Some(("GTI_TIMEOUT", "2s")),
        line: Some("timeout = '3s'"),
        shown: |settings| format!("{:?}", settings.timeout),
        values: ["1s", "2s", "3s", "60s"],
    },
    Row {
        name: "retries",
        flag: Some(|flags| flags.retries = Some("0".into())),
        variable: Some(("GTI_RETRIES", "2")),
        line: Some("retries = 3"),
        shown: |settings| settings.retries.to_string(),
        values: ["0", "2", "3", "5"],
    },
    Row {
        name: "max_wait",
        flag: Some(|flags| flags.max_wait = Some("0s".into())),
        variable: Some(("GTI_MAX_WAIT", "1m")),
        line: Some("max_wait = '3s'"),
        shown: |settings| format!("{:?}", settings.max_wait),
        values: ["0ns", "60s", "3s", "120s"],
    },
    Row {
        name: "rate",
        flag: Some(|flags| flags.rate = Some("1/s".into())),
        variable: Some(("GTI_RATE", "2/m")),
        line: Some("rate = '3/h'"),
        shown: |settings| shown(settings.rate.as_ref()),
        values: ["1/s", "2/m", "3/h", "none"],
    },
    Row {
        name: "concurrency",
        flag: Some(|flags| flags.concurrency = Some("1".into())),
        variable: Some(("GTI_CONCURRENCY", "2")),
        line: Some("concurrency = 3"),
        shown: |settings| settings.concurrency.to_string(),
        values: ["1", "2", "3", "8"],
    },
    Row {
        name: "max_requests",
        flag: Some(|flags| flags.max_requests = Some("0".into())),
        variable: Some(("GTI_MAX_REQUESTS", "2")),
        line: Some("max_requests = 3"),
        shown: |settings| shown(settings.max_requests.as_ref()),
        values: ["0", "2", "3", "none"],
    },
    Row {
        name: "proxy",
        flag: Some(|flags| flags.proxy = Some("a.example".into())),
        variable: Some(("HTTPS_PROXY", "b.example")),
        line: Some("proxy = 'c.example'"),
        shown: |settings| shown(settings.proxies.https.as_ref()),
        values: [
            "http://a.example",
            "http://b.example",
            "http://c.example",
            "none",
        ],
    },
    Row {
        name: "proxy of http",
        flag: Some(|flags| flags.proxy = Some("a.example".into())),
        variable: Some(("ALL_PROXY", "b.example")),
        line: Some("proxy = 'c.example'"),
        shown: |settings| shown(settings.proxies.http.as_ref()),
        values: [
            "http://a.example",
            "http://b.example",
            "http://c.example",
            "none",
        ],
    },
    Row {
        name: "ca_cert",
        flag: Some(|flags| flags.ca_cert = Some("a.pem".into())),
        variable: Some(("SSL_CERT_FILE", "b.pem")),
        line: Some("ca_cert = 'c.pem'"),
        shown: |settings| path(settings.ca_cert.as_ref()),
        values: ["a.pem", "b.pem", "/home/ann/.config/gti/c.pem", "none"],
    },
    Row {
        name: "sandbox, on",
        flag: Some(|flags| flags.sandbox = true),
        variable: Some(("GTI_SANDBOX", "1")),
        line: Some("sandbox = true"),
        shown: |settings| settings.sandbox.to_string(),
        values: ["true", "true", "true", "false"],
    },
    Row {
        name: "sandbox, off again",
        flag: None,
        variable: Some(("GTI_SANDBOX", "0")),
        line: Some("sandbox = true"),
        shown: |settings| settings.sandbox.to_string(),
        values: ["", "false", "true", "false"],
    },
    Row {
        name: "quiet",
        flag: Some(|flags| flags.quiet = true),
        variable: None,
        line: None,
        shown: |settings| settings.quiet.to_string(),
        values: ["true", "", "", "false"],
    },
    Row {
        name: "log",
        flag: Some(|flags| flags.verbose = 2),
        variable: Some(("GTI_LOG", "gti=trace")),
        line: Some("log = 'info'"),
        shown: |settings| settings.logging.filter.clone(),
        values: ["warn,gti=debug", "gti=trace", "info", "off,gti=warn"],
    },
    Row {
        name: "log, quiet",
        flag: Some(|flags| flags.quiet = true),
        variable: Some(("GTI_LOG", "gti=trace")),
        line: Some("log = 'info'"),
        shown: |settings| settings.logging.filter.clone(),
        values: ["off,gti=error", "gti=trace", "info", "off,gti=warn"],
    },
    Row {
        name: "log_file",
        flag: Some(|flags| flags.log_file = Some("a.log".into())),
        variable: None,
        line: Some("log_file = '~/c.log'"),
        shown: |settings| path(settings.logging.file.as_ref()),
        values: ["a.log", "", "/home/ann/c.log", "none"],
    },
    Row {
        name: "log_format",
        flag: Some(|flags| flags.log_format = Some("text".into())),
        variable: None,
        line: Some("log_format = 'json'"),
        shown: |settings| format!("{:?}", settings.logging.format),
        values: ["Text", "", "Json", "Text"],
    },
    Row {
        name: "color",
        flag: Some(|flags| flags.color = Some("always".into())),
        variable: Some(("NO_COLOR", "1")),
        line: Some("color = 'always'"),
        shown: |settings| format!("{:?}", settings.color),
        values: ["Always", "Never", "Always", "Auto"],
    },
    Row {
        name: "scan.visibility",
        flag: None,
        variable: None,
        line: Some("scan.visibility = 'private'"),
        shown: |settings| shown(settings.scan_visibility.as_ref()),
        values: ["", "", "private", "none"],
    },
    #[cfg(feature = "postgres")]
    Row {
        name: "state",
        flag: Some(|flags| flags.state = Some("postgres://a/b".into())),
        variable: Some(("GTI_STATE_URL", "postgres://c/d")),
        line: None,
        shown: |settings| {
            let state = settings.state.as_ref();
            state.map_or("none", |url| url.expose_secret()).to_owned()
        },
        values: ["postgres://a/b", "postgres://c/d", "", "none"],
    },
    Row {
        name: "state directory",
        flag: None,
        variable: Some(("GTI_STATE_DIR", "/s")),
        line: None,
        shown: |settings| {
            settings
                .directories
                .state()
                .expect("one")
                .display()
                .to_string()
        },
        values: ["", "/s", "", "/home/ann/.local/state/gti"],
    },
    Row {
        name: "cache directory",
        flag: None,
        variable: Some(("GTI_CACHE_DIR", "/k")),
        line: None,
        shown: |settings| {
            settings
                .directories
                .cache()
                .expect("one")
                .display()
                .to_string()
        },
        values: ["", "/k", "", "/home/ann/.cache/gti"],
    },
];

#[test]
fn flag_before_environment_before_profile_before_default() {
    for row in ROWS {
        let name = row.name;
        // Every set of places: the first that speaks is heard.
        for places in 0..8 {
            let [with_flag, with_variable, with_line] = [1, 2, 4].map(|bit| places & bit != 0);
            let mut flags = Flags::default();
            let mut variables = Vec::new();
            let mut config = "[one]\n[two]\n[default]\n".to_owned();
            let mut expected = row.values[3];
            if let Some(line) = row.line.filter(|_| with_line) {
                config.push_str(line);
                expected = row.values[2];
            }
            if let Some(variable) = row.variable.filter(|_| with_variable) {
                variables.push(variable);
                expected = row.values[1];
            }
            if let Some(flag) = row.flag.filter(|_| with_flag) {
                flag(&mut flags);
                expected = row.values[0];
            }
            let settings = resolve(&flags, &variables, Some(&config)).expect(name);
            assert_eq!((row.shown)(&settings), expected, "{name}, case {places}");
            assert_eq!(settings.warnings, [], "{name}");
        }
    }
}

#[test]
fn every_key_of_the_file_has_a_row() {
    // The order of the keys is a table of its own.
    for key in table::keys().filter(|key| !key.name.starts_with("apikey")) {
        assert!(
            ROWS.iter().any(|row| row
                .line
                .is_some_and(|line| line.starts_with(&format!("{} ", key.name)))),
            "{}",
            key.name
        );
    }
}

#[test]
fn an_empty_variable_is_not_set() {
    for row in ROWS {
        let (Some((variable, _)), Some(line)) = (row.variable, row.line) else {
            continue;
        };
        let config = format!("[default]\n{line}\n");
        let settings =
            resolve(&Flags::default(), &[(variable, "")], Some(&config)).expect(row.name);
        assert_eq!((row.shown)(&settings), row.values[2], "{}", row.name);
    }
}

#[test]
fn a_wrong_value_is_named_with_its_place() {
    let flag = |set: fn(&mut Flags)| {
        let mut flags = Flags::default();
        set(&mut flags);
        flags
    };
    let message = |flags: &Flags, variables: &[(&str, &str)], config: &str| {
        resolve(flags, variables, Some(config))
            .expect_err("a wrong value")
            .to_string()
    };
    let none = Flags::default();
    assert_eq!(
        message(&flag(|flags| flags.rate = Some("4".into())), &[], ""),
        "--rate: `4` is not a rate: write a number from 1, `/`, and s, m, h or d, like 4/m or 50/s"
    );
    assert_eq!(
        message(&none, &[("GTI_TIMEOUT", "60")], ""),
        "GTI_TIMEOUT: `60` is not a duration: write a number and a unit, like 250ms, 90s, 15m, 2h or 7d"
    );
    assert_eq!(
        message(&none, &[], "\n[default]\n\nscan.visibility = 'secret'\n"),
        format!(
            "{CONFIG}:4: scan.visibility: `secret` is not a visibility: write private or public"
        )
    );
    for set in [
        (|flags| flags.timeout = Some("0s".into())) as fn(&mut Flags),
        |flags| flags.retries = Some("-1".into()),
        |flags| flags.max_wait = Some("2".into()),
        |flags| flags.concurrency = Some("0".into()),
        |flags| flags.max_requests = Some("many".into()),
        |flags| flags.proxy = Some(String::new()),
        |flags| flags.color = Some("blue".into()),
        |flags| flags.log_format = Some("xml".into()),
        |flags| flags.fields = Some(String::new()),
        |flags| flags.x_tool = Some(String::new()),
        |flags| flags.profile = Some(String::new()),
        |flags| flags.base_url = Some("gti.example".into()),
    ] {
        let text = message(&flag(set), &[], "");
        assert!(text.starts_with("--"), "{text}");
    }
    for variable in ["GTI_SANDBOX", "GTI_LOG", "GTI_RETRIES", "ALL_PROXY"] {
        let text = message(&none, &[(variable, "gti=x://y")], "");
        assert!(text.starts_with(&format!("{variable}: ")), "{text}");
    }
}

#[test]
fn the_sandbox_is_given_neither_key_nor_proxy() {
    let flags = Flags {
        sandbox: true,
        api_key_file: Some("key".into()),
        ..Flags::default()
    };
    let variables = [
        ("HTTP_PROXY", "proxy.example"),
        ("GTI_API_KEY", "0123456789ab"),
    ];
    let settings = resolve(&flags, &variables, None).expect("settings");
    assert!(settings.credential.is_none());
    assert!(settings.proxies.http.is_none());
}
