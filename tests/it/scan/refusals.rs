//! What is refused before anything is sent.

use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::Site;

#[test]
fn the_visibility_has_to_be_said() {
    let site = Site::new();
    site.file("a.bin", "a");
    for line in ["file a.bin", "url http://a.example/", "status abc"] {
        let run = site.run(&format!("scan {line}"));
        assert_eq!(run.code, Some(2), "{line}");
        assert_eq!(run.stdout, "");
        for word in ["--private", "--public", "nothing was sent", "undone"] {
            assert!(run.stderr.contains(word), "{word}: {}", run.stderr);
        }
    }
    assert_eq!(site.run("scan file --private --public a.bin").code, Some(2));
    assert_eq!(site.sandbox.requests(), 0);
}

#[test]
fn what_can_t_be_submitted_is_told_and_not_sent() {
    let site = Site::new();
    site.file("empty.bin", "");
    site.file("dir/file", "x");
    site.sized("over.bin", 651_000_000);
    let unreadable = site.file("unreadable.bin", "x");
    let mut cases = vec![
        ("empty.bin", "is empty"),
        ("missing.bin", "cannot read"),
        ("dir", "--recursive"),
        ("over.bin", "650 MB"),
        ("/dev/null", "not a regular file"),
    ];
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let nobody = std::fs::Permissions::from_mode(0o000);
        std::fs::set_permissions(&unreadable, nobody).expect("permissions");
    }
    // Whoever may read everything can't be shown an unreadable file.
    if std::fs::File::open(&unreadable).is_err() {
        cases.push(("unreadable.bin", "cannot read"));
    }
    for visibility in ["private", "public"] {
        for (file, reason) in &cases {
            let run = site.scan(&format!("file --{visibility} {file}"));
            let record = run.record(3);
            assert_eq!(record["status"], "failed");
            assert_eq!(record["error"]["kind"], "invalid");
            let message = record["error"]["message"].as_str().unwrap_or("");
            assert!(message.contains(reason), "{message}");
            assert!(run.stderr.contains(reason), "{}", run.stderr);
        }
    }
    assert_eq!(site.sandbox.requests(), 0);
}

#[tokio::test]
async fn neither_key_nor_file_goes_to_another_origin() {
    let (service, elsewhere) = (MockServer::start().await, MockServer::start().await);
    let address = format!("{{\"data\":\"{}/_ah/upload/x\"}}", elsewhere.uri());
    Mock::given(method("GET"))
        .and(path("/api/v3/private/files/upload_url"))
        .respond_with(ResponseTemplate::new(200).set_body_string(address))
        .mount(&service)
        .await;
    let run = tokio::task::spawn_blocking({
        let base = format!("{}/api/v3", service.uri());
        move || {
            let site = Site::new();
            site.sized("large.bin", 31 * 1024 * 1024);
            let mut command = site.command("scan file --private large.bin");
            let output = command.env("GTI_BASE_URL", base).output();
            super::Run::from(output.expect("the program runs"))
        }
    })
    .await
    .expect("it ends");
    let record = run.record(1);
    let message = record["error"]["message"].as_str().unwrap_or("");
    assert!(message.contains("neither key nor file"), "{message}");
    assert_eq!(
        elsewhere.received_requests().await.map(|seen| seen.len()),
        Some(0)
    );
}
