//! Completion in real shells: what they offer for options and arguments whose values
//! are known. Where a shell is not installed, a note says so.

use std::io::Write as _;
use std::process::{Output, Stdio};

use crate::support::Gti;

/// What is typed, and what has to be offered for its last word.
const TYPED: [(&str, &str); 13] = [
    ("gti enr", "enrich"),
    ("gti enrich --fail-on mal", "malicious"),
    ("gti dtm update x --status cl", "closed"),
    ("gti ingest threat-list mobi", "mobile"),
    ("gti --format cs", "csv"),
    ("gti help exi", "exit-codes"),
    ("gti state show so", "soc-stream"),
    ("gti quota --profile wo", "work"),
    ("gti quota --fields rem", "remaining"),
    ("gti sink test wareh", "warehouse"),
    ("gti alerts update x --state TRIA", "TRIAGED"),
    ("gti ingest deltas --type dom", "domain"),
    ("gti ingest collections --type threat-a", "threat-actor"),
];

/// A directory with a profile and a checkpoint, and the program in the search path.
fn place() -> Gti {
    let gti = Gti::new();
    gti.run(&[
        "--sandbox",
        "ingest",
        "ioc-stream",
        "-n",
        "1",
        "--checkpoint",
        "soc-stream",
    ])
    .exits(0);
    gti.run(&["config", "set", "rate", "4/m"]).exits(0);
    gti.run(&["--profile", "work", "config", "set", "rate", "4/m"])
        .exits(0);
    let config = gti.config();
    let mut text = std::fs::read_to_string(&config).expect("a configuration");
    text.push_str("\n[sinks.warehouse]\nkind = \"file\"\npath = \"records.jsonl\"\n");
    gti.write_config(&text);
    gti
}

/// Runs a shell on a script; none where it is not installed.
fn run(gti: &Gti, shell: &str, script: &str) -> Option<Output> {
    let path = gti.write("script", script);
    let ran = gti.program(shell).arg(path).stdin(Stdio::null()).output();
    if ran.is_err() {
        let _ = writeln!(
            std::io::stderr(),
            "note: {shell} is not installed: its completion is not tried"
        );
    }
    ran.ok()
}

/// Compares what each line of the answers offers.
fn compare(shell: &str, ran: &Output) {
    let text = String::from_utf8_lossy(&ran.stdout);
    let errors = String::from_utf8_lossy(&ran.stderr);
    for (line, (typed, offered)) in text.lines().zip(TYPED) {
        let found = line.split([' ', '\t']).any(|word| word == offered);
        assert!(found, "{shell}: `{typed}` offers `{line}`: {errors}");
    }
    assert_eq!(text.lines().count(), TYPED.len(), "{shell}: {text}{errors}");
}

#[test]
fn bash_offers_the_values() {
    let gti = place();
    let registration = gti.run(&["completions", "bash"]).exits(0).stdout;
    let mut script = format!(
        "{registration}\nask() {{ COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMP_TYPE=9; COMPREPLY=(); _clap_complete_gti gti \"${{@: -1}}\" \"${{@: -2:1}}\"; echo \"${{COMPREPLY[*]}}\"; }}\n"
    );
    for (typed, _) in TYPED {
        let _ = std::fmt::Write::write_fmt(&mut script, format_args!("ask {typed}\n"));
    }
    if let Some(ran) = run(&gti, "bash", &script) {
        compare("bash", &ran);
    }
}

#[test]
fn fish_offers_the_values() {
    let gti = place();
    let mut script = gti.run(&["completions", "fish"]).exits(0).stdout;
    for (typed, _) in TYPED {
        let _ = std::fmt::Write::write_fmt(
            &mut script,
            format_args!("\necho (complete -C '{typed}' | string join ' ')\n"),
        );
    }
    if let Some(ran) = run(&gti, "fish", &script) {
        compare("fish", &ran);
    }
}

#[test]
fn zsh_offers_the_values() {
    let gti = place();
    let registration = gti.run(&["completions", "zsh"]).exits(0).stdout;
    gti.write("_gti", registration);
    // A terminal of its own; what is completed is echoed there.
    let mut script = "zmodload zsh/zpty\nzpty z 'TERM=dumb zsh -f -i'\n\
        zpty -w z 'PS1=; PS2=; unsetopt beep; autoload -Uz compinit; compinit -u -D; source ./_gti; print rea''dy'\n\
        zpty -r z out '*ready*'\n"
        .to_owned();
    for (typed, offered) in TYPED {
        let _ = std::fmt::Write::write_fmt(
            &mut script,
            format_args!(
                "zpty -w -n z $'{typed}\\t'\nzpty -r z out '*{offered}*' && echo {offered}\nzpty -w -n z $'\\x15'\n"
            ),
        );
    }
    let Some(ran) = run(&gti, "zsh", &script) else {
        return;
    };
    compare("zsh", &ran);
}
