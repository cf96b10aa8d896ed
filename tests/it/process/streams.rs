//! Standard streams that are closed, full or broken from the start.

use std::fs::{self, File};
use std::process::{Command, Stdio};

use super::{COMMANDS, world};
use crate::support::{Gti, KEY};

/// The program with some of its streams closed, as `>&-` does.
fn closing(gti: &Gti, streams: &str, line: &str) -> Command {
    let inner = gti.command(&[]);
    let mut command = Command::new("/bin/sh");
    command
        .arg("-c")
        .arg(format!("exec \"$0\" {line} {streams}"))
        .arg(inner.get_program())
        .env_clear()
        .current_dir(gti.work())
        .stdin(Stdio::null());
    for (name, value) in inner.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command
}

#[test]
fn a_closed_standard_output_is_told_before_anything_is_done() {
    for line in COMMANDS {
        let gti = world().with("GTI_SANDBOX", "1");
        let ran = closing(&gti, ">&-", line).output().expect("a run");
        let stderr = String::from_utf8(ran.stderr).expect("UTF-8");
        assert_eq!(ran.status.code(), Some(9), "{line}: {stderr}");
        assert!(
            stderr.contains("error: cannot write standard output: it is closed\nhint: "),
            "{line}: {stderr}"
        );
        // Neither a checkpoint nor a kept answer.
        let left: Vec<_> = ["state", "cache"]
            .iter()
            .filter(|place| gti.world().join(place).exists())
            .collect();
        assert!(left.is_empty(), "{line}: {left:?}");
    }
}

#[test]
fn with_a_file_to_write_nobody_needs_standard_output() {
    for closed in [">&-", ">&- <&-", ">&- 2>&-", ">&- 2>&- <&-"] {
        let gti = world().with("GTI_SANDBOX", "1");
        let line = "enrich evil.example -f csv --fields ioc -o out.csv";
        let ran = closing(&gti, closed, line).output().expect("a run");
        assert_eq!(ran.status.code(), Some(0), "{closed}: {ran:?}");
        let written = fs::read_to_string(gti.work().join("out.csv")).expect("written");
        assert_eq!(written, "ioc\r\nevil.example\r\n", "{closed}");
    }
}

#[test]
fn a_closed_standard_error_or_input_does_no_harm() {
    for closed in ["2>&-", "<&-", "2>&- <&-"] {
        for line in [
            "enrich evil.example -f csv --fields ioc",
            "--sandbox -vvv quota",
        ] {
            let open = closing(&world().with("GTI_SANDBOX", "1"), "", line)
                .output()
                .expect("a run");
            let ran = closing(&world().with("GTI_SANDBOX", "1"), closed, line)
                .output()
                .expect("a run");
            assert_eq!(ran.status.code(), Some(0), "{closed} {line}");
            assert_eq!(ran.stdout.is_empty(), open.stdout.is_empty(), "{closed}");
        }
        let ran = closing(
            &world().with("GTI_SANDBOX", "1"),
            closed,
            "enrich --type x y",
        )
        .output();
        assert_eq!(ran.expect("a run").status.code(), Some(2), "{closed}");
    }
}

/// What only can't be written is no closed stream: the null device swallows, as
/// those ask who redirect to it.
#[test]
fn the_null_device_is_no_closed_stream() {
    let gti = world().with("GTI_SANDBOX", "1");
    let null = |read| {
        let file = File::options().read(read).write(true).open("/dev/null");
        Stdio::from(file.expect("the device"))
    };
    for read in [true, false] {
        let mut command = gti.command(&["enrich", "evil.example"]);
        let status = command.stdout(null(read)).stderr(Stdio::null()).status();
        assert_eq!(status.expect("a run").code(), Some(0), "{read}");
    }
    let input = File::open("/dev/null").expect("the device");
    let mut command = gti.command(&["enrich", "evil.example"]);
    let ran = command.stdout(Stdio::from(input)).output().expect("a run");
    assert_eq!(ran.status.code(), Some(9));
}

#[test]
fn a_key_from_a_closed_standard_input_is_none() {
    let gti = Gti::at("http://127.0.0.1:9/api/v3").without("GTI_API_KEY");
    let ran = closing(&gti, "<&-", "quota --api-key-file -").output();
    let ran = ran.expect("a run");
    assert_eq!(ran.status.code(), Some(4), "{ran:?}");
    assert!(!String::from_utf8_lossy(&ran.stderr).contains(KEY));
}

#[test]
fn a_file_without_an_end_is_refused() {
    let gti = Gti::at("https://0.0.0.0:1/api/v3");
    for option in ["--config", "--ca-cert", "--api-key-file"] {
        let ran = gti.run(&["quota", option, "/dev/zero"]);
        assert!([2, 4].contains(&ran.code), "{option}: {ran:?}");
        assert!(ran.stderr.contains("/dev/zero"), "{}", ran.stderr);
    }
    for line in [
        "rules check /dev/zero",
        "ingest ioc-stream --rules /dev/zero",
        "ingest ioc-stream --jq @/dev/zero",
        "ingest ioc-stream --webhook https://192.0.2.1/ --webhook-secret-file /dev/zero",
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let ran = gti.run(&words);
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
        assert!(ran.stderr.contains("/dev/zero"), "{}", ran.stderr);
    }
    let ran = gti.run(&["doctor", "--ca-cert", "/dev/zero"]);
    let told = format!("{}{}", ran.stdout, ran.stderr);
    assert!(told.contains("it is larger than 16 MiB"), "{ran:?}");
}

/// Nobody may ever write to it.
#[cfg(unix)]
#[test]
fn a_named_pipe_is_refused_and_one_of_the_shell_is_read() {
    let gti = Gti::at("https://0.0.0.0:1/api/v3");
    let made = std::process::Command::new("mkfifo")
        .arg(gti.home().join("fifo"))
        .status()
        .expect("mkfifo runs");
    assert!(made.success());
    let fifo = gti.home().join("fifo").display().to_string();
    for line in [
        "quota --config FIFO",
        "quota --ca-cert FIFO",
        "quota --api-key-file FIFO",
        "rules check FIFO",
        "ingest ioc-stream --rules FIFO",
        "ingest ioc-stream --jq @FIFO",
        "ingest ioc-stream --webhook https://192.0.2.1/ --webhook-secret-file FIFO",
        "api users/x -X POST --data @FIFO",
    ] {
        let line = line.replace("FIFO", &fifo);
        let words: Vec<&str> = line.split(' ').collect();
        let ran = gti.run(&words);
        assert!([2, 4].contains(&ran.code), "{line}: {ran:?}");
        assert!(ran.stderr.contains("named pipe"), "{line}: {}", ran.stderr);
    }
    let rule = r#"printf '[[rule]]\nname = "all"\naction = "keep"\n'"#;
    let script = format!("\"$0\" rules check <({rule})");
    let ran = std::process::Command::new("bash")
        .args(["-c", &script, env!("CARGO_BIN_EXE_gti")])
        .output();
    let ran = ran.expect("bash runs");
    assert!(ran.status.success(), "{ran:?}");
}

#[test]
fn a_body_without_an_end_is_refused() {
    let gti = Gti::at("https://0.0.0.0:1/api/v3");
    for option in ["--data", "-F"] {
        let value = if option == "-F" {
            "x=@/dev/zero"
        } else {
            "@/dev/zero"
        };
        let ran = gti.run(&["api", "users/x", "-X", "POST", option, value]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains("larger than 8 MiB"), "{}", ran.stderr);
    }
}
