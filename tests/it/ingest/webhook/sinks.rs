//! Named sinks of the configuration file.

use super::receiver::{Meets, Receiver};
use super::{counted, filled};

#[test]
fn a_named_webhook_takes_its_settings_from_the_file() {
    let (stream, room) = filled(12);
    let refuses = Receiver::start(|_, body| {
        if body.contains("000001") {
            Meets::Status(400, "")
        } else {
            Meets::Ok
        }
    });
    let configure = |url: &str| {
        let text = format!(
            "[sinks.soc]\nkind = \"webhook\"\nurl = \"{url}\"\nbatch = 5\nheader_files = {{ X-Token = \"token\" }}\n"
        );
        std::fs::write(room.path("config.toml"), text).expect("write");
    };
    std::fs::write(room.path("token"), "s3cret\n").expect("write");
    configure(&refuses.url());
    let run = "ingest ioc-stream --since 12h --checkpoint c --sink soc --config {}/config.toml";
    let outcome = room.run(run).exits(3);
    assert_eq!(outcome.stdout, "");
    assert_eq!(refuses.deliveries()[0].header("x-token"), Some("s3cret"));

    // Its address may change: checkpoint and dead letters know it by its name.
    let takes = Receiver::start(|_, _| Meets::Ok);
    configure(&takes.url());
    room.run(run).exits(0);
    room.run("state replay c --config {}/config.toml").exits(0);
    let mut all = refuses.taken();
    all.extend(takes.taken());
    assert_eq!(counted(&all), stream.ids());
}

#[test]
fn a_named_file_is_appended_to() {
    let (stream, room) = filled(12);
    let text = "[sinks.archive]\nkind = \"file\"\npath = \"archive.jsonl\"\n";
    std::fs::write(room.path("config.toml"), text).expect("write");
    let run = "ingest ioc-stream --since 12h --checkpoint c --sink archive --config {}/config.toml";
    let outcome = room.run(run).exits(0);
    assert_eq!(outcome.stdout, "");
    room.run(run).exits(0);
    assert_eq!(room.ids("archive.jsonl"), stream.ids());
}

#[test]
fn what_is_wrong_with_a_sink_is_told_with_its_line() {
    let (_stream, room) = filled(1);
    let text =
        "[default]\n\n[sinks.soc]\nkind = \"webhook\"\nurl = \"https://a.example\"\nbatches = 2\n";
    std::fs::write(room.path("config.toml"), text).expect("write");
    // Nobody is bothered who does not use it.
    room.run("ingest ioc-stream --since 12h --config {}/config.toml")
        .exits(0);
    let outcome = room
        .run("ingest ioc-stream --since 12h --sink soc --config {}/config.toml")
        .exits(2);
    assert!(
        outcome.stderr.contains(
            "config.toml:6: sinks.soc.batches: this sink has no such key; did you mean `batch`?"
        ),
        "{}",
        outcome.stderr
    );
}
