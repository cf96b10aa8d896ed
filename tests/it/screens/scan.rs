//! `gti scan`: submissions, and what became of them.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn files() {
    let stage = Stage::new().write("sample.bin", "synthetic");
    assert_snapshot!(stage.run("scan file --private /room/sample.bin --no-wait"), @r#"
    $ gti scan file --private /room/sample.bin --no-wait
    {"target":"/room/sample.bin","type":"file","visibility":"private","analysis_id":"c2ltdWxhdGVkOmIzY2MwNDc1YmI3OGE1MDI2MDk4ODU4ZTk4ODlhY2Y2NjZkMzEwNjJkNTEzZDMwMzMxNGVjYTMxZDM2ZTcyZjI6MTc2NjIzMjAwMDAwMQ==","status":"submitted","sha256":"b3cc04… (254 more characters)
    --- exit 0
    "#);
    assert_snapshot!(stage.run("scan file --public /room/sample.bin --poll-interval 1ms -f text"), @"
    $ gti scan file --public /room/sample.bin --poll-interval 1ms -f text
    /room/sample.bin  file
      scan        completed, public
      verdict     UNDETECTED  score 9/100  severity none  (GTI assessment)
      engines     0 of 66 call it malicious
      why         Synthetic data: nothing speaks against this indicator.
      factors     gti confidence score 9, mandiant confidence score 2, safebrowsing
                  verdict harmless
      file        sample.bin  Win32 EXE  9 bytes
      sha256      b3cc0475bb78a5026098858e9889acf666d31062d513d303314eca31d36e72f2
      sha1        306266198c10e90d1aae630d687c88764cab2048
      md5         a3fc736497a45c3ee1a7372c6457c55f
      seen        first 2024-03-16  last 2025-01-29  analysed 2025-12-20
                  created 2018-09-02
      tags        peexe
      link        https://www.virustotal.com/gui/file/b3cc0475bb78a5026098858e9889acf666d31062d513d303314eca31d36e72f2
    --- exit 0
    ");
    assert_snapshot!(stage.run("scan file /room/sample.bin"), @"
    $ gti scan file /room/sample.bin
    --- stderr
    error: choose who can see the submission: --private or --public; nothing was sent
    hint: --private keeps submission and report within your organisation (Private Scanning licence); --public shares them with the whole community and cannot be undone; scan.visibility in the configuration file sets a default
    --- exit 2
    ");
    assert_snapshot!(stage.run("scan file --private /room/none.bin"), @r#"
    $ gti scan file --private /room/none.bin
    {"target":"/room/none.bin","type":"file","visibility":"private","analysis_id":null,"status":"failed","sha256":null,"verdict":null,"threat_score":null,"detections":null,"link":null,"error":{"kind":"invalid","code":null,"http_status":null,"me… (111 more characters)
    --- stderr
    error: cannot read `/room/none.bin`: No such file or directory (os error 2)
    --- exit 3
    "#);
}

#[test]
fn urls() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("scan url --public http://evil.example/ --no-wait"), @r#"
    $ gti scan url --public http://evil.example/ --no-wait
    {"target":"http://evil.example/","type":"url","visibility":"public","analysis_id":"u-cd1f302fe2d01d7159341f29bdd135e2d713ebc83071f85e8abd5ff362c128f5-1766232000001","status":"submitted","sha256":null,"verdict":null,"threat_score":null,"dete… (161 more characters)
    --- exit 0
    "#);
    assert_snapshot!(stage.run("scan url --private http://evil.example/ --poll-interval 1ms -f text"), @"
    $ gti scan url --private http://evil.example/ --poll-interval 1ms -f text
    http://evil.example/  url
      scan        completed, private
      verdict     MALICIOUS  score 87/100  severity high  (GTI assessment)
      why         Synthetic data: an invented analyst tied this indicator to
                  invented malware and to the actor behind it.
                  Synthetic.Phish
      factors     mandiant analyst malicious, mandiant association actor, mandiant
                  association malware, mandiant association report, google malware
                  analysis, associated malware configuration, high severity related
                  files, gti confidence score 87, mandiant confidence score 45,
                  normalised categories malware/phishing, safebrowsing verdict
                  malicious
      title       Simulated page
      leads to    http://evil.example/#landing  (HTTP 302)
      categories  command and control, malicious web sites, newly registered
      seen        first 2024-09-18  last 2025-01-16  analysed 2025-01-16
      tags        third-party-cookies, iframes
      linked to   an actor, malware, a report; `gti enrich --relationships` names
                  them
      link        https://www.virustotal.com/gui/private-scanning/url/cd1f302fe2d01d7159341f29bdd135e2d713ebc83071f85e8abd5ff362c128f5
    --- exit 0
    ");
    assert_snapshot!(stage.run("scan url http://evil.example/"), @"
    $ gti scan url http://evil.example/
    --- stderr
    error: choose who can see the submission: --private or --public; nothing was sent
    hint: --private keeps submission and report within your organisation (Private Scanning licence); --public shares them with the whole community and cannot be undone; scan.visibility in the configuration file sets a default
    --- exit 2
    ");
}

#[test]
fn analyses() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("scan status --public nonsense"), @r#"
    $ gti scan status --public nonsense
    {"target":"nonsense","type":null,"visibility":"public","analysis_id":"nonsense","status":"failed","sha256":null,"verdict":null,"threat_score":null,"detections":null,"link":null,"error":{"kind":"not_found","code":"NotFoundError","http_status… (83 more characters)
    --- stderr
    error: 404 NotFoundError: Analysis "nonsense" not found
    hint: the service has no such object; check the spelling
    --- exit 5
    "#);
    assert_snapshot!(stage.run("scan rescan d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed --no-wait"), @r#"
    $ gti scan rescan d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed --no-wait
    {"target":"d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed","type":"file","visibility":"public","analysis_id":"NmY3ZTMyN2FlY2M5ZGNiZmYxYzIwNmU2YWNkZTk5OWE6MTc2NjIzMjAwMDAwMQ==","status":"submitted","sha256":null,"verdict":n… (175 more characters)
    --- exit 0
    "#);
    assert_snapshot!(stage.run("scan delete d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed"), @r#"
    $ gti scan delete d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed
    {"target":"d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed","type":"file","visibility":"private","status":"failed","sha256":"d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed","error":{"kind":"not_found","cod… (152 more characters)
    --- stderr
    error: 404 NotFoundError: File "d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed" not found
    hint: the service has no such object; check the spelling
    --- exit 5
    "#);
}
