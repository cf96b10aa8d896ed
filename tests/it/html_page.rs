//! The page of `-f html` in a browser: it loads nothing, runs nothing, fits small and
//! large screens and paper, light and dark, and can be used by everybody.

use serde_json::{Value, json};

use crate::support::{Gti, site};
use crate::widget_page::{CONTRAST, axe, browser};

const FILE: &str = "d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed";

const OUTLINE: &str = r"({
  lang: document.documentElement.lang,
  title: document.title,
  h1: document.querySelectorAll('h1').length,
  main: document.querySelectorAll('main').length,
  skipped: [...document.querySelectorAll('h1,h2,h3')].map(e => +e.tagName[1]).filter((l, i, all) => i && l > all[i - 1] + 1).length,
  sections: [...document.querySelectorAll('section')].filter(
    e => document.getElementById(e.getAttribute('aria-labelledby'))?.textContent).length,
  drawings: [...document.querySelectorAll('svg')].filter(e => !e.querySelector('title')?.textContent).length,
  regions: [...document.querySelectorAll('.scroll')].filter(e => e.tabIndex !== 0 || !e.getAttribute('aria-label')).length,
  heads: [...document.querySelectorAll('table')].filter(e => !e.querySelector('thead th[scope=col]')).length,
  ids: [...document.querySelectorAll('[id]')].length === new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size,
  dangling: [...document.querySelectorAll('a[href^=\x22#\x22]')].filter(e => !document.getElementById(e.getAttribute('href').slice(1))).length,
  links: [...document.querySelectorAll('a:not([href^=\x22#\x22])')].filter(e => !e.href.startsWith('https://www.virustotal.com/') || e.rel !== 'noopener noreferrer').length,
  scripts: document.scripts.length,
})";

#[test]
fn pages_fit_and_are_accessible() {
    let Some(mut browser) = browser() else { return };
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (name, arguments, sections) in [
        (
            "batch.html",
            &[
                "enrich",
                "evil.example",
                "hostile.example",
                "203.0.113.9",
                "notfound.example",
                FILE,
                "--relationships",
                "--mitre",
            ][..],
            5,
        ),
        (
            "cves.html",
            &[
                "vuln",
                "get",
                "CVE-2099-0001",
                "CVE-2099-0011",
                "--associations",
            ],
            2,
        ),
        (
            "report.html",
            &[
                "collection",
                "get",
                "report--25-20000000",
                "--iocs",
                "--timeline",
                "--mitre",
            ],
            1,
        ),
    ] {
        let all = [arguments, &["-f", "html", "-o", name]].concat();
        let ran = gti.run(&all);
        assert!([0, 5].contains(&ran.code), "{}", ran.stderr);
        let page = gti.work().join(name);
        let before = sandbox.requests();
        for (media, scheme) in [("screen", "light"), ("screen", "dark"), ("print", "light")] {
            browser.call(
                "Emulation.setEmulatedMedia",
                &json!({"media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]}),
            );
            for width in [360, 1280] {
                browser.load(&page, width);
                let place = format!("{name} {media} {scheme} {width}");
                let outline = browser.evaluate(OUTLINE);
                assert_eq!(outline["lang"], "en", "{place}");
                assert_eq!(outline["sections"], sections, "{place}");
                for (what, count) in [("h1", 1), ("main", 1)] {
                    assert_eq!(outline[what], count, "{place}: {what}");
                }
                for what in [
                    "skipped", "drawings", "regions", "heads", "dangling", "links", "scripts",
                ] {
                    assert_eq!(outline[what], 0, "{place}: {what}");
                }
                assert_eq!(outline["ids"], true, "{place}");
                let wide = browser.evaluate("document.documentElement.scrollWidth");
                if media == "screen" {
                    assert!(wide.as_u64() <= Some(u64::from(width)), "{place}: {wide}");
                }
                let contrast = CONTRAST.replace("'h1,h2,p'", "'h1,h2,h3,p,a,td,th,dt,dd,li,span'");
                for ratio in browser.evaluate(&contrast).as_array().expect("ratios") {
                    assert!(ratio.as_f64() >= Some(7.0), "{place}: {ratio}");
                }
            }
        }
        assert_eq!(sandbox.requests(), before, "{name}");
        let asked = browser.events.iter().filter_map(|event| {
            let is_request = event["method"] == "Network.requestWillBeSent";
            let url = event["params"]["request"]["url"].as_str();
            url.filter(|url| is_request && !url.starts_with("file://"))
        });
        assert_eq!(asked.collect::<Vec<_>>(), Vec::<&str>::new(), "{name}");
        assert_eq!(browser.complaints(), Vec::<String>::new(), "{name}");
        if let Some(axe) = axe() {
            browser.evaluate(&format!("{axe}; null"));
            let violations = browser.evaluate(
                "axe.run(document).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))",
            );
            assert_eq!(violations, json!([]), "{name}");
        }
    }
    let _: Value = browser.call("Emulation.setEmulatedMedia", &json!({"media": ""}));
}

#[test]
fn a_page_is_the_same_but_for_when_it_was_written() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let page = || {
        let ran = gti.run(&["enrich", "evil.example", "--relationships", "-f", "html"]);
        let page = ran.exits(0).stdout;
        let lines = page.lines().filter(|line| !line.contains(">Written "));
        lines.collect::<Vec<_>>().join("\n")
    };
    let first = page();
    assert!(first.contains("evil[.]example") && !first.contains(">evil.example<"));
    assert_eq!(page(), first);
}
