//! `dtm list`, `asm list` and `collection list`: newest first, 25 or as many as asked.

use crate::support::{Gti, site};

#[test]
fn lists_are_newest_first_and_say_that_there_is_more() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (command, time) in [
        (&["dtm", "list"][..], ".created_at"),
        (&["asm", "list"], ".last_seen"),
        (
            &["collection", "list", "--type", "report,campaign"],
            ".attributes.last_modification_date",
        ),
    ] {
        let run = |more: &[&str]| gti.run(&[command, more, &["--jq", time]].concat()).exits(0);
        let ran = run(&[]);
        let times: Vec<&str> = ran.stdout.lines().collect();
        assert_eq!(times.len(), 25, "{command:?}");
        assert!(
            times.is_sorted_by(|one, next| one >= next),
            "{command:?}: {times:?}"
        );
        assert!(ran.stderr.contains("--all all"), "{}", ran.stderr);
        let few = run(&["-n", "3"]);
        assert_eq!(
            few.stdout.lines().collect::<Vec<_>>(),
            times[..3],
            "{command:?}"
        );
        let all = run(&["--all"]).silently();
        assert!(all.stdout.lines().count() > 25, "{command:?}");
    }
}

#[test]
fn filters_narrow_a_list_and_slips_are_named() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (command, member, value) in [
        (
            "dtm list --severity high --since 7d --all",
            "severity",
            "high",
        ),
        (
            "collection list --type threat-actor -n 5",
            "type",
            "collection",
        ),
    ] {
        let ran = gti.run(&command.split(' ').collect::<Vec<_>>()).exits(0);
        let values = ran.each(member);
        assert!(
            !values.is_empty() && values.iter().all(|it| it == value),
            "{command}"
        );
    }
    let ran = gti
        .run(&["asm", "list", "severity_lte:2", "--all"])
        .exits(0);
    assert!(
        ran.records()
            .iter()
            .all(|it| it["summary"]["severity"].as_u64() <= Some(2))
    );
    for (command, named) in [
        ("dtm list --severity hihg", "did you mean `high`?"),
        ("asm list severity:high", "did you mean `severity:2`?"),
        (
            "asm list --since 1d --until 2d",
            "--since is earlier than --until",
        ),
        ("collection list --type reprot", "'report'"),
    ] {
        let ran = gti.run(&command.split(' ').collect::<Vec<_>>()).exits(2);
        assert!(ran.stderr.contains(named), "{command}: {}", ran.stderr);
    }
    let ran = gti.run(&["asm", "list", "name:nothing_like_it"]).exits(0);
    assert_eq!(
        (ran.stdout.as_str(), ran.stderr.as_str()),
        ("", "nothing matches\n")
    );
}
