//! The page of `gti widget --html` in a browser: it loads its frames, breaks no
//! policy, fits small and large screens, and can be used by everybody.

use std::io::Write;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::{Browser, Gti, site};

/// The width of a narrow phone, a phone, and a desktop, in CSS pixels.
const WIDTHS: [u32; 3] = [320, 360, 1280];

/// What `.ci/run` sets where it has seen a browser: then these tests are not skipped.
const REQUIRED: (&str, &str) = ("GTI_TEST_BROWSER", "required");

/// The browser, or a note where all can see it that there is none.
pub(crate) fn browser() -> Option<Browser> {
    let browser = Browser::start();
    if browser.is_none() {
        let (name, value) = REQUIRED;
        assert_ne!(
            std::env::var(name).as_deref(),
            Ok(value),
            "there is no Chromium, and {name} says that there is"
        );
        note("no Chromium here: pages are not tested");
    }
    browser
}

/// Says something past the harness, which hides what passing tests print.
fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "note: {text}");
}

/// Ratios of the text's contrast (WCAG 2, 1.4.3) by element.
pub(crate) const CONTRAST: &str = r"(() => {
  const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const luminance = c => { const [r, g, b] = c.match(/[\d.]+/g).map(Number);
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b); };
  const back = luminance(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll('h1,h2,p,nav a,nav span,nav strong')].map(e => {
    const text = luminance(getComputedStyle(e).color);
    return (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05); });
})()";

const OUTLINE: &str = r"({
  lang: document.documentElement.lang,
  title: document.title,
  h1: document.querySelectorAll('h1').length,
  main: document.querySelectorAll('main').length,
  outside: [...document.body.children].filter(e => e.tagName !== 'MAIN').length,
  levels: [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(e => +e.tagName[1]),
  sections: [...document.querySelectorAll('section')].filter(
    e => document.getElementById(e.getAttribute('aria-labelledby'))?.textContent).length,
  titles: [...document.querySelectorAll('iframe')].map(e => e.title),
  ids: [...document.querySelectorAll('[id]')].length === new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size,
  scripts: document.scripts.length,
  index: [...document.querySelectorAll('nav li')].map(e => e.textContent),
  targets: [...document.querySelectorAll('nav a')].every(e => document.querySelector(e.hash)),
})";

/// The checks of axe-core, where `.ci/run` has fetched it.
pub(crate) fn axe() -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("target/axe/node_modules/axe-core/axe.min.js");
    let script = std::fs::read_to_string(path).ok();
    if script.is_none() {
        note("no axe-core in target/axe: only the suite's own accessibility checks are made");
    }
    script
}

#[test]
fn pages_load_fit_and_are_accessible() {
    let Some(mut browser) = browser() else { return };
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let long = format!("https://evil.example/{}", "a".repeat(300));
    for (name, arguments) in [
        ("light.html", &["evil.example"][..]),
        (
            "dark.html",
            &[
                "hostile.example",
                "203.0.113.7",
                &long,
                "notfound.example",
                "--theme",
                "dark",
            ],
        ),
    ] {
        let all = [&["widget"], arguments, &["--html", "-o", name]].concat();
        gti.run(&all).exits(0);
        let page = gti.work().join(name);
        for width in WIDTHS {
            let before = sandbox.requests();
            browser.load(&page, width);
            let outline = browser.evaluate(OUTLINE);
            let frames = outline["titles"].as_array().expect("frames").len() as u64;
            assert!(frames > 0);
            assert_eq!(
                sandbox.requests() - before,
                frames,
                "{name} {width}: frames loaded"
            );

            let wide = browser.evaluate("document.documentElement.scrollWidth");
            assert!(
                wide.as_u64() <= Some(u64::from(width)),
                "{name} {width}: {wide}"
            );
            let narrow = browser.evaluate(
                "Math.min(...[...document.querySelectorAll('iframe')].map(e => e.clientWidth))",
            );
            assert!(
                narrow.as_u64() > Some(u64::from(width.min(1024)) * 8 / 10),
                "{narrow}"
            );

            assert_eq!(outline["lang"], "en");
            assert!(
                outline["title"]
                    .as_str()
                    .is_some_and(|title| title.len() > 10)
            );
            for (what, count) in [("h1", 1), ("main", 1), ("outside", 0), ("scripts", 0)] {
                assert_eq!(outline[what], count, "{what}: {outline}");
            }
            assert_eq!(outline["ids"], true);
            assert_eq!(outline["targets"], true);
            let index = outline["index"].as_array().expect("an index");
            if name == "dark.html" {
                assert_eq!(index.len(), 4);
                assert_eq!(index[1], "203.0.113.7 malicious, score 87/100");
            } else {
                assert_eq!(index.len(), 0, "one indicator needs none");
            }
            let levels = outline["levels"].as_array().expect("levels");
            assert_eq!(outline["sections"], levels.len() - 1);
            let mut titles: Vec<&str> = outline["titles"]
                .as_array()
                .expect("titles")
                .iter()
                .filter_map(Value::as_str)
                .filter(|title| !title.is_empty())
                .collect();
            titles.dedup();
            assert_eq!(titles.len() as u64, frames, "{outline}");
            for ratio in browser.evaluate(CONTRAST).as_array().expect("ratios") {
                assert!(ratio.as_f64() >= Some(7.0), "{name}: {ratio}");
            }
        }
        assert_eq!(browser.complaints(), Vec::<String>::new(), "{name}");
        // Last, since it is a script, which the page itself never runs.
        if let Some(axe) = axe() {
            browser.evaluate(&format!("{axe}; null"));
            let violations = browser.evaluate(
                "axe.run(document, {iframes: false}).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))",
            );
            assert_eq!(violations, serde_json::json!([]), "{name}");
        }
    }
}

/// The colours that were asked for reach the frame, and the policy lets nothing
/// else in.
#[test]
fn the_policy_holds() {
    let Some(mut browser) = browser() else { return };
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.run(&["widget", "hostile.example", "--html", "-o", "page.html"])
        .exits(0);
    browser.load(&gti.work().join("page.html"), 1280);
    let refused = browser.evaluate(
        "new Promise(resolve => {
           document.addEventListener('securitypolicyviolation', e => resolve(e.effectiveDirective));
           const image = new Image(); image.src = 'http://127.0.0.1:9/x.png'; document.body.append(image);
         })",
    );
    assert_eq!(refused, "img-src");
    let script = browser.evaluate(
        "new Promise(resolve => {
           document.addEventListener('securitypolicyviolation', e => resolve(e.effectiveDirective));
           const script = document.createElement('script'); script.textContent = 'window.ran = 1';
           document.body.append(script); if (window.ran) resolve('ran');
         })",
    );
    assert_eq!(script, "script-src-elem");
}

/// Without `--theme` the page is as the reader's browser is.
#[test]
fn the_theme_is_the_readers() {
    let Some(mut browser) = browser() else { return };
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.run(&[
        "widget",
        "evil.example",
        "benign.example",
        "--html",
        "-o",
        "page.html",
    ])
    .exits(0);
    for (theme, dark) in [("light", false), ("dark", true)] {
        let features =
            serde_json::json!({"features": [{"name": "prefers-color-scheme", "value": theme}]});
        browser.call("Emulation.setEmulatedMedia", &features);
        browser.load(&gti.work().join("page.html"), 1280);
        let back = browser.evaluate("getComputedStyle(document.body).backgroundColor");
        assert_eq!(back == "rgb(20, 23, 28)", dark, "{theme}: {back}");
        for ratio in browser.evaluate(CONTRAST).as_array().expect("ratios") {
            assert!(ratio.as_f64() >= Some(7.0), "{theme}: {ratio}");
        }
        if let Some(axe) = axe() {
            browser.evaluate(&format!("{axe}; null"));
            let violations = browser.evaluate(
                "axe.run(document, {iframes: false}).then(r => r.violations.map(v => v.id))",
            );
            assert_eq!(violations, serde_json::json!([]), "{theme}");
        }
    }
}
