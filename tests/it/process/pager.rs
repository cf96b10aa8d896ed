//! The pager at a real terminal: Ctrl-C is its own, and nobody leaves it behind.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::Gti;

/// Says which process it pages for, and afterwards whether that has stayed.
const PAGER: &str = "#!/bin/sh
trap '' INT
echo $PPID > opened.new && mv opened.new opened
while [ ! -e asked ]; do sleep 0.02; done
cat > /dev/null
kill -0 $PPID && echo stayed > closed
";

/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn ctrl_c_twice_leaves_no_pager_behind() {
    let gti = Gti::new()
        .with("GTI_SANDBOX", "1")
        .with("GTI_PAGER", "./pager");
    let pager = gti.write("pager", PAGER);
    let executable = Command::new("chmod").arg("+x").arg(&pager).status();
    assert!(executable.expect("chmod").success());
    let inner = format!(
        "stty rows 10 cols 80; exec {} enrich 203.0.113.7 evil.example",
        env!("CARGO_BIN_EXE_gti")
    );
    // A terminal of its own.
    let mut command = gti.program("script");
    command
        .args(["-qec", &inner, "/dev/null"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else {
        let _ = writeln!(
            std::io::stderr(),
            "note: no `script`: the pager is not tried"
        );
        return;
    };
    let opened = gti.work().join("opened");
    let begun = Instant::now();
    while !opened.exists() {
        assert!(begun.elapsed() < PATIENCE, "no pager is opened");
        std::thread::yield_now();
    }
    let reader = fs::read_to_string(&opened).expect("a process");
    for _ in 0..2 {
        let sent = Command::new("kill").args(["-INT", reader.trim()]).status();
        assert!(
            sent.expect("kill").success(),
            "it has ended before its pager"
        );
    }
    gti.write("asked", "");
    child.wait().expect("its end");
    let closed = fs::read_to_string(gti.work().join("closed")).unwrap_or_default();
    assert_eq!(closed, "stayed\n");
}
