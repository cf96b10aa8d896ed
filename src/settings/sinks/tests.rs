use super::*;

const CONFIG: &str = r#"[default]
rate = "4/m"

[sinks.soc]
kind = "webhook"
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

const KINDS: [&str; 2] = ["webhook", "file"];

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
    assert_eq!(soc.name(), "soc");
    assert_eq!(soc.kind(&KINDS).expect("a kind"), "webhook");
    assert_eq!(soc.number("batch").expect("a number"), Some(50));
    assert_eq!(soc.text("body").expect("nothing"), None);
    assert_eq!(soc.path("soc.secret"), Path::new("/etc/gti/soc.secret"));
    assert_eq!(soc.path("~/soc.token"), Path::new("/home/ana/soc.token"));
    let headers = soc.pairs("headers").expect("headers");
    assert_eq!(headers, [("X-Team".to_owned(), "soc".to_owned())]);
    let archive = file.sink("archive", home).expect("a sink").expect("a sink");
    assert_eq!(archive.kind(&KINDS).expect("by its former name"), "file");
    assert!(file.sink("nobody", home).expect("no error").is_none());
}

/// Reads a section as a kind does.
fn read(lines: &str) -> Result<(), SettingsError> {
    let file = file(&format!("[sinks.a]\n{lines}\n"));
    let sink = file.sink("a", None)?.expect("a sink");
    match sink.kind(&KINDS)? {
        "webhook" => {
            sink.only(&["url", "batch", "headers", "header_files"])?;
            sink.required("url", "\"https://a.example\"")?;
            sink.number("batch")?;
            sink.pairs("headers").map(|_| ())
        }
        _ => sink.only(&["path"]),
    }
}

#[test]
fn mistakes_are_told_with_their_line() {
    for (lines, told) in [
        ("batch = 1", ":1: sinks.a: `kind` is missing"),
        (
            "kind = \"mail\"",
            ":2: sinks.a.kind: `mail` is not a kind of sink: write webhook or file",
        ),
        (
            "type = \"webhok\"",
            ":2: sinks.a.type: `webhok` is not a kind of sink; did you mean `webhook`?",
        ),
        (
            "kind = \"file\"\ntype = \"file\"",
            ":3: sinks.a.type: `type` is the former name of `kind`",
        ),
        ("kind = \"webhook\"", ":1: sinks.a: `url` is missing"),
        (
            "kind = \"webhook\"\nurl = \"https://a.example\"\nheader_file = {}",
            ":4: sinks.a.header_file: this sink has no such key; did you mean `header_files`?",
        ),
        (
            "kind = \"webhook\"\nurl = \"https://a.example\"\nbatch = \"many\"",
            ":4: sinks.a.batch: the value is not a whole number",
        ),
        (
            "type = \"webhook\"\nurl = \"https://a.example\"\nheaders = { A = 1 }",
            ":4: sinks.a.headers: write a table",
        ),
        (
            "kind = \"file\"\npath = \"a\"\nurl = \"b\"",
            ":4: sinks.a.url: this sink has no such key",
        ),
        ("kind = 1", ":2: sinks.a.kind: the value is not a string"),
    ] {
        let error = read(lines).expect_err(lines).to_string();
        assert!(error.contains(told), "{error}");
    }
}
