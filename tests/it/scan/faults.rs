//! Scans through faults.

use super::{MALICIOUS, Site, each};

#[test]
fn no_submission_is_lost_to_faults() {
    for faults in [
        &["503:1/3"][..],
        &["reset:1/3"],
        &["429:1/3"],
        &["503:12%", "reset:12%", "429:12%"],
    ] {
        let site = Site::with_faults(faults);
        let names: Vec<String> = (0..10).map(|number| format!("{number}.bin")).collect();
        for name in &names {
            // Larger than what a connection holds, so that it breaks half-way.
            site.file(name, name.repeat(100_000));
        }
        let line = format!(
            "file --private {} --fields target,status,sha256,analysis_id,error.message --retries 12",
            names.join(" ")
        );
        let records = site.scan(&line).records(0);
        assert_eq!(each(&records, "target"), names, "{faults:?}");
        assert_eq!(
            each(&records, "status"),
            vec!["completed"; 10],
            "{faults:?}"
        );
        for (record, name) in records.iter().zip(&names) {
            assert_eq!(record["sha256"], super::sha256(name.repeat(100_000)));
        }
        assert_eq!(site.public_endpoints(), Vec::<String>::new());
    }
}

#[test]
fn each_try_of_a_large_file_has_an_upload_url_of_its_own() {
    // The third request is the first upload to an upload URL.
    let site = Site::with_faults(&["503:1/3"]);
    site.file("small.bin", "a");
    site.sized("large.bin", 30 * 1024 * 1024 + 1);
    let records = site
        .scan("file --public small.bin large.bin -j 1 --no-wait")
        .records(0);
    assert_eq!(each(&records, "status"), ["submitted", "submitted"]);
    assert_eq!(site.asked("POST _ah/upload/public"), 2);
    assert_eq!(site.asked("GET files"), 2);
}

#[test]
fn a_spent_quota_ends_the_run_and_sends_no_more() {
    let site = Site::new();
    for name in ["a", "b", "c"] {
        site.file(name, name);
    }
    let run = site.scan("file --private a b c -j 1 --max-requests 1 --no-wait");
    let records = run.records(6);
    assert_eq!(each(&records, "status"), ["submitted", "failed", "failed"]);
    assert_eq!(records[2]["error"]["kind"], "quota");
    assert_eq!(site.sandbox.requests(), 1);
}

#[test]
fn a_bad_password_is_told_from_a_bad_key() {
    let site = Site::new();
    site.file("a.zip", "PK\x03\x04 simulated");
    site.file("plain.bin", MALICIOUS);
    for visibility in ["private", "public"] {
        let wrong = format!("file --{visibility} a.zip plain.bin --password wrong");
        let records = site.scan(&wrong).records(3);
        assert_eq!(
            each(&records, "status"),
            ["failed", "failed"],
            "{visibility}"
        );
        assert_eq!(records[0]["error"]["kind"], "invalid");
        let message = records[0]["error"]["message"].as_str().unwrap_or("");
        assert!(message.contains("--password"), "{message}");
        let right = format!("file --{visibility} a.zip --password infected");
        assert_eq!(site.scan(&right).record(0)["status"], "completed");

        let line = format!("scan file --{visibility} a.zip --password infected");
        let output = site
            .command(&line)
            .env("GTI_API_KEY", "wrong-key-0123456789")
            .output();
        let run = super::Run::from(output.expect("the program runs"));
        assert_eq!(run.record(4)["error"]["kind"], "auth");
    }
}

#[test]
fn a_key_without_the_licence_is_refused_and_nothing_goes_public() {
    let site = Site::new();
    site.file("a.bin", "a");
    let output = site
        .command("scan file --private a.bin")
        .env("GTI_API_KEY", "unlicensed-key-0123456789")
        .output();
    let run = super::Run::from(output.expect("the program runs"));
    assert_eq!(run.record(4)["error"]["kind"], "forbidden");
    assert!(run.stderr.contains("licence"), "{}", run.stderr);
    assert_eq!(site.public_endpoints(), Vec::<String>::new());
}

/// Takes one request in, a piece at a time with a pause after each, and answers
/// it; or stops taking it in after some pieces.
fn slow_service(pieces: usize) -> String {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().expect("a connection");
        let mut piece = vec![0; 1024 * 1024];
        for _ in 0..pieces {
            if connection.read_exact(&mut piece).is_err() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        let body = r#"{"data":{"type":"private_analysis","id":"slow="}}"#;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        if pieces > 20 {
            let _ = connection.write_all(format!("{head}{body}").as_bytes());
        }
        std::thread::sleep(std::time::Duration::from_secs(15));
    });
    format!("http://{address}/api/v3")
}

#[test]
fn a_slow_upload_is_no_silence_and_a_stalled_one_is() {
    let site = Site::new();
    site.sized("slow.bin", 28 * 1024 * 1024);
    let scan = |pieces: usize| {
        let mut command =
            site.command("scan file --private slow.bin --no-wait --timeout 2s --retries 0");
        let output = command.env("GTI_BASE_URL", slow_service(pieces)).output();
        super::Run::from(output.expect("the program runs"))
    };
    // 28 pieces and a little: 2.8 s in all, never near 2 s without any.
    assert_eq!(scan(28).record(0)["analysis_id"], "slow=");
    assert_eq!(scan(2).record(7)["error"]["kind"], "timeout");
}
