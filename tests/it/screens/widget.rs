//! `gti widget`: pages to show inside others.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn addresses() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("widget evil.example"), @r#"
    $ gti widget evil.example
    {"ioc":"evil.example","type":"domain","status":"ok","url":"http://127.0.0.1:8080/gtiwidget/aW9jPWV2aWwuZXhhbXBsZSZzYWlkPUtub3duJnVudGlsPTE3NjY0OTEyMDAmdGhlbWU9","found":true,"expires_at":"2026-01-02T03:04:05Z"}
    --- exit 0
    "#);
    assert_snapshot!(stage.run("widget evil.example --iframe"), @r#"
    $ gti widget evil.example --iframe
    <iframe title="Google Threat Intelligence on evil.example" src="http://127.0.0.1:8080/gtiwidget/aW9jPWV2aWwuZXhhbXBsZSZzYWlkPUtub3duJnVudGlsPTE3NjY0OTEyMDAmdGhlbWU9" sandbox="allow-forms allow-scripts allow-same-origin allow-popups allow-st… (71 more characters)
    --- exit 0
    "#);
    assert_snapshot!(stage.run("widget notfound.example"), @r#"
    $ gti widget notfound.example
    {"ioc":"notfound.example","type":"domain","status":"not_found","url":"http://127.0.0.1:8080/gtiwidget/aW9jPW5vdGZvdW5kLmV4YW1wbGUmc2FpZD1Ob3QrZm91bmQmdW50aWw9MTc2NjQ5MTIwMCZ0aGVtZT0","found":false,"expires_at":"2026-01-02T03:04:05Z"}
    --- stderr
    exit 5: nothing of what was looked up was found
    --- exit 5
    "#);
    assert_snapshot!(stage.run("widget"), @"
    $ gti widget
    --- exit 0
    ");
}
