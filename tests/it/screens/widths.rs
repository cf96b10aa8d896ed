//! What a terminal shows, at three widths: pictures in `at_width`, to be looked at.

use unicode_width::UnicodeWidthStr;

use super::stage::Stage;
use crate::support::FILES;

/// The widths of terminals that people have.
const WIDTHS: [usize; 3] = [80, 100, 160];

const ASSETS: &str = "\
asset,cve,criticality
web-01.example,CVE-2099-0001,5
db-01.example,CVE-2099-0009,1
mail.example,CVE-2099-0002,3
mail.example,CVE-2099-0404,3
";

/// Plays a line at each width, and holds what shows against its picture.
fn pictures(name: &str, line: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("at_width");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for width in WIDTHS {
            let stage = Stage::new()
                .write("assets.csv", ASSETS)
                .with("NO_COLOR", "1")
                .at(width);
            let shown = stage.run(line);
            fits(&shown, width);
            insta::assert_snapshot!(format!("{name}-{width}"), shown);
        }
    });
}

/// Checks that no line is wider than the page but for a value that can't be broken.
#[track_caller]
fn fits(shown: &str, width: usize) {
    for line in shown.lines().skip(1).filter(|line| line.width() > width) {
        let longest = line.split("  ").map(|part| part.trim().width()).max();
        assert!(longest > Some(20), "{line}");
    }
}

#[test]
fn enrich() {
    let file = format!("enrich {}", FILES.malicious);
    for (name, line) in [
        ("enrich-ip", "enrich 203.0.113.7"),
        ("enrich-domain", "enrich evil.example"),
        ("enrich-url", "enrich http://evil.example/a"),
        ("enrich-file", &file),
        (
            "enrich-domain-relationships",
            "enrich evil.example --relationships",
        ),
        ("enrich-file-mitre", &format!("{file} --mitre --behaviours")),
        (
            "enrich-several",
            "enrich evil.example notfound.example nonsense",
        ),
    ] {
        pictures(name, line);
    }
}

#[test]
fn alerts_and_issues() {
    let issue = format!("asm show {:064x}", 1);
    for (name, line) in [
        ("dtm-show", "dtm show sandboxalertnew00001"),
        ("dtm-list", "dtm list -n 5"),
        ("asm-show", &issue),
        ("asm-list", "asm list --since 2025-12-20T00:00:00Z -n 5"),
    ] {
        pictures(name, line);
    }
}

#[test]
fn vulnerabilities() {
    for (name, line) in [
        ("vuln-get", "vuln get CVE-2099-0001"),
        ("vuln-list", "vuln list -n 5"),
        ("vuln-rank", "vuln rank -i /room/assets.csv"),
    ] {
        pictures(name, line);
    }
}

#[test]
fn quota_and_errors() {
    for (name, line) in [
        ("quota", "quota"),
        ("error", "scan file /room/assets.csv"),
        ("error-usage", "dtm update x --status nonsense"),
        ("error-rules", "enrich x --proxy nonsense://"),
    ] {
        pictures(name, line);
    }
}

/// Colour where the terminal has it, and none for whoever wants or knows none.
#[test]
fn colours() {
    let line = "enrich 203.0.113.9";
    let played = |name, value| Stage::new().with(name, value).at(80).run(line);
    let colourful = played("TERM", "xterm");
    insta::assert_snapshot!(colourful.replace('\x1b', "␛"), @"
    $ gti enrich 203.0.113.9
    ␛[1m203.0.113.9␛[0m  ␛[2mip␛[0m
      ␛[2mverdict    ␛[0m ␛[32mBENIGN␛[0m  score 0/100  severity none  ␛[2m(GTI assessment)␛[0m
      ␛[2mengines    ␛[0m 0 of 71 call it malicious
      ␛[2mwhy        ␛[0m Synthetic data: an invented analyst found this indicator harmless.
      ␛[2mfactors    ␛[0m mandiant analyst benign, pervasive indicator, gti confidence score
      ␛[2m           ␛[0m 0, mandiant confidence score 0
      ␛[2mnetwork    ␛[0m 203.0.113.0/24  AS64507  Example Networks 73 (simulated)  XB
      ␛[2mseen       ␛[0m first 2024-11-03  last 2025-06-20  analysed 2025-06-20
      ␛[2mlink       ␛[0m https://www.virustotal.com/gui/ip-address/203.0.113.9
    --- exit 0
    ");
    let plain = played("NO_COLOR", "1");
    assert!(!plain.contains('\x1b'), "{plain}");
    assert_eq!(played("TERM", "dumb"), plain);
}

/// What is longer than the screen goes through the pager, where one is wanted.
#[cfg(unix)]
#[test]
fn a_pager() {
    let stage = |pager: &str| {
        let stage = Stage::new().with("NO_COLOR", "1").at(80).tall(20);
        let script = stage.path("pager.sh");
        let paged = stage.path("paged");
        let script = script.display().to_string();
        let stage = stage.write("pager.sh", format!("cat >'{}'", paged.display()));
        stage.with(
            "GTI_PAGER",
            &pager.replace("SCRIPT", &format!("sh {script}")),
        )
    };
    let long = "enrich evil.example --relationships";
    let through = stage("SCRIPT");
    assert_eq!(through.run(long), format!("$ gti {long}\n--- exit 0"));
    let paged = std::fs::read_to_string(through.path("paged")).expect("paged");
    assert!(paged.starts_with("evil.example  domain\n"), "{paged}");
    assert!(paged.contains("  link        https://"), "{paged}");

    // What fits needs none, nor does a file, nor who wants none.
    for (pager, line) in [
        ("SCRIPT", "enrich notfound.example"),
        ("SCRIPT", "enrich evil.example --relationships -o /room/out"),
        ("SCRIPT", "enrich evil.example --relationships --no-pager"),
        ("cat", long),
        ("", long),
    ] {
        let stage = stage(pager);
        let shown = stage.run(line);
        assert!(!stage.path("paged").exists(), "{pager} {line}: {shown}");
        assert!(
            line.contains("-o ") || shown.contains("example  domain\n"),
            "{shown}"
        );
    }
    // Leaving it early is no failure.
    let left = stage("true").run("enrich evil.example --relationships --full");
    assert!(left.ends_with("--- exit 0"), "{left}");
}

/// Links where the terminal follows them, also without colour; a repeat is one line.
#[test]
fn links_and_repeats() {
    let shown = Stage::new()
        .with("TERM_PROGRAM", "WezTerm")
        .with("NO_COLOR", "1")
        .at(80)
        .run("enrich 203.0.113.9 203.0.113.9");
    insta::assert_snapshot!(shown.replace('\x1b', "␛"), @r"
    $ gti enrich 203.0.113.9 203.0.113.9
    203.0.113.9  ip
      verdict     BENIGN  score 0/100  severity none  (GTI assessment)
      engines     0 of 71 call it malicious
      why         Synthetic data: an invented analyst found this indicator harmless.
      factors     mandiant analyst benign, pervasive indicator, gti confidence score
                  0, mandiant confidence score 0
      network     203.0.113.0/24  AS64507  Example Networks 73 (simulated)  XB
      seen        first 2024-11-03  last 2025-06-20  analysed 2025-06-20
      link        ␛]8;;https://www.virustotal.com/gui/ip-address/203.0.113.9␛\https://www.virustotal.com/gui/ip-address/203.0.113.9␛]8;;␛\

    203.0.113.9  ip  as above
    --- exit 0
    ");
    let marked = |stage: Stage| stage.run("enrich 203.0.113.9").contains("\x1b]8;");
    let known = || Stage::new().with("TERM_PROGRAM", "WezTerm");
    assert!(!marked(known()), "in a pipe");
    assert!(!marked(known().with("TERM", "dumb").at(80)));
    assert!(
        !marked(Stage::new().at(80)),
        "at a terminal that is not known"
    );
}
