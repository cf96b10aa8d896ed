//! The sandbox: a simulated Google Threat Intelligence API on loopback, for
//! trying the program out and for tests. All it says is invented.
//!
//! Any indicator gets an answer, the same one every time: verdict, score, names
//! and dates grow from its value. About a quarter of all indicators is
//! malicious, a seventh suspicious, a fifth benign, the rest undetected.
//!
//! # Documented indicators
//!
//! These answer in a particular way. A URL answers as its host does:
//! `http://evil.example/a` is malicious. The files are named by the SHA-256 of
//! the text `gti sandbox ROLE file`; MD5 and SHA-1 of the text find them too.
//!
//! | role | IP address | domain | answer |
//! |---|---|---|---|
//! | malicious | `203.0.113.7` | `evil.example` | score 87, severity high; all lists below |
//! | suspicious | `203.0.113.8` | `suspicious.example` | score 42, severity medium |
//! | benign | `203.0.113.9` | `benign.example` | score 0; its file was run in no sandbox (404) |
//! | undetected | `203.0.113.10` | `undetected.example` | score 1; its file has empty ATT&CK trees (`{}`) |
//! | unassessed | `203.0.113.11` | `unassessed.example` | detections, but no `gti_assessment` |
//! | not found | `192.0.2.44` | `notfound.example` | 404 `NotFoundError`; the file whose hash is all zeros |
//! | forbidden | `203.0.113.13` | `forbidden.example` | `related_threat_actors` is closed: 403, or an `error` in its place in a report |
//! | hostile | `203.0.113.66` | `hostile.example` | text that attacks terminals, spreadsheets, browsers and line-based formats; numbers that no double holds |
//! | sparse | `203.0.113.14` | `sparse.example` | few attributes, most of them null |
//! | odd | `203.0.113.15` | `odd.example` | every integer as a string or as a float |
//! | slow | `203.0.113.16` | `slow.example` | answers after two seconds |
//!
//! | file | MD5, SHA-1, SHA-256 |
//! |---|---|
//! | malicious | `ea7602380b74a6d477c6bdedd87db214` `a9e56f9cef6649180c7ce2760c6173818bc22cbc` `d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed` |
//! | suspicious | `202238234ceb34a878d613cf093be212` `938e3421efa625a0836a153832442fd29606b8d6` `85ef404703de27b4831a2fdbcc4acc44979f2924dc449b938c1acb3aab6cb7b3` |
//! | benign | `30ea814c0615f916dcf82a407d3a403f` `438778c4d3dbf0d328a4462260a988137bc47724` `1d0ff413645b50dd63fd37005e20c9b5861ee03e16da5ce2af470332f11413c9` |
//! | undetected | `6db4830ee90516e5d39d98da6a6a70fb` `4b70c4b19af1083faf5ab98e5dda6da2aa6ef338` `71b159fa13bf1fd3d08d2c62e7b1b726a8ae7bada38182a4d10630941d453e22` |
//! | unassessed | `2cb14140790c3208b24b1f8b6955e6bd` `6cb50cfdbd4cb8c729fa88b8d23cd6b5e04cd446` `4a5112dec5f967bb5ad091c59136de7b63c251cf74ec178e75b63f326955c70e` |
//! | forbidden | `762d23e7b5d7d5b6659a4e7d069d38bb` `c1260f0f5b0a27c5d3d6f28db50ab09b1a350f77` `da7a6e86e305ef3dfc514d552b2edc433998116ecb4441f81d3f081333724136` |
//! | hostile | `b944b38478243a225ca676238a786fc0` `e2932506a0e7d094a2c1153817c653bf6c735d28` `d26f2e0794ad410a5b102df6cc281e320fc44fcc8c0bb4ef7253908815d6e5d3` |
//! | sparse | `e4f03ae0182bda546d4eec3a63f4bb6e` `970e8d10713654465e489b2cd9633d20905df665` `cff3e8d99a193bd919889bd891b7d5cb3a2678af179b118b372768d5111e8ce5` |
//! | odd | `05022dcb08eb4be73c39d6d414ab8345` `8c0a613c471ed163fd7fff5529ef0dbcf24241df` `dc2468f075163767d6e6b84637e3304d55adc07c5b9cf7a8dcfc39f7eba2493e` |
//! | slow | `623857368de41b0c15131b9a88711e74` `e4ab29e607f1cb1165383a60dbe22024200b787b` `8109e83cd57e25242f2a1d4ed12d1521cf04a14e492b00de156aa94a9a36c230` |
//!
//! # Lists
//!
//! The malicious indicators have `communicating_files` and `execution_parents`
//! of 81 items, `resolutions` and `contacted_domains` of 47, `collections` of
//! 23 (the third can't be loaded and carries an `error`), and `reports` of 12
//! with an empty page after the fifth that is not the last. Lists end in the
//! three ways of the service: without a cursor, with a null one, with an empty
//! one. A cursor belongs to its list.
//!
//! # Scanning
//!
//! Files and URLs can be submitted, publicly and privately; their analyses get
//! on from poll to poll. A public file whose SHA-256 begins with `000` is
//! unknown until it is submitted; a private one is known to private paths
//! alone, from its analysis to its expiry or deletion. Names that begin with
//! `late`, `stuck`, `strange`, `corrupt` or `busy` meet trouble on the way, as
//! does the password `wrong`. The analysis that a rescan of the odd file starts has a
//! number for an id.
//!
//! # Streams and packages
//!
//! `/ioc_stream` grows by a few notifications a minute, and by 47 of one second
//! every half hour; every sixth one appears four minutes late, and one is dated at
//! the beginning of next year. The second page of every walk is empty and not the
//! last; cursors are good for ten minutes. `/threat_lists` has the documented
//! lists, packages of the last seven days, each published when its hour is over:
//! `malware` has more entries than one answer holds, `linux` lacks the packages of
//! noon, `infostealer` is part of no licence.
//!
//! `/collections/sync/ioc-deltas` has an archive for each hour of the last seven days
//! and each type of indicators, published twenty minutes after its hour is over. That of
//! five o'clock is missing, that of 17 o'clock appears three hours late, and that of
//! midnight has 6,000 files. Archives consist of several compressed streams, with
//! directories, empty members and names that lead out of any directory.
//!
//! # Collections
//!
//! `/collections` and `/intelligence/search` have threat objects and indicators
//! out of fixed pools, and 1 200 vulnerabilities, `CVE-2099-10000` to
//! `CVE-2099-11199`, each modified again every six hours to two days, 47 of them
//! in the same second at midnight. The second page of a list is empty and not the
//! last, and only its link has the cursor; cursors are good for ten minutes. The keys
//! of the API notes filter and the orders sort; keys that the sandbox does not follow keep a share. Other CVE
//! ids can be asked for one by one; about one in twelve is not known. These are
//! documented:
//!
//! | id | answer |
//! |---|---|
//! | `CVE-2099-0001` | critical, priority P0, widely exploited, on the KEV list, once a zero day; 81 reports and files |
//! | `CVE-2099-0002` | high, exploitation confirmed, once a zero day, not on the KEV list |
//! | `CVE-2099-0003` | not rated (`""`), predicted low |
//! | `CVE-2099-0004` | high, exploit code is public, no priority |
//! | `CVE-2099-0005` | medium; no CVSS, EPSS, KEV, CPE, CWE and exploitation dates |
//! | `CVE-2099-0006` | every attribute null |
//! | `CVE-2099-0007` | every integer as a string or as a float |
//! | `CVE-2099-0008` | medium, exploitation suspected; CVSS of version 4 alone, and its translation |
//! | `CVE-2099-0009` | low, nothing known |
//! | `CVE-2099-0010` | `threat_actors` is closed: 403, or an `error` in its place |
//! | `CVE-2099-0011` | text that attacks terminals, spreadsheets and browsers |
//! | `CVE-2099-0404` | 404 `NotFoundError` |
//!
//! One in twenty threat objects is modified again every six hours, the fourth and the
//! 24th of each type among them. The fourth has 3,000 files, the 24th counts more
//! indicators than it has. All but vulnerabilities have an ATT&CK tree and a timeline,
//! reports a PDF, whose link is good for an hour and refuses a key.
//!
//! # Alerts and issues
//!
//! `/dtm/alerts` grows by an alert every couple of minutes, and by 31 of one
//! moment every four hours; every seventh one appears ten minutes late. Two in
//! five change their status within days. A list shows the alerts as they were at
//! its first page; the link to the next one leads to another host. Alerts that
//! are always there: `sandboxalertnew00001`, `sandboxalertescal001`,
//! `sandboxalertclosed01`, `sandboxalerthostile1`, `sandboxalertsparse01` and
//! `sandboxalertlarge001` (a document of 300 kB).
//!
//! `/asm` has the projects 1001 (the one call where none is named), 1002, and
//! 1003, in which there is nothing. Every six hours a scan finds new issues and
//! sees most of the open ones again. Issues that are always there, in project
//! 1001: 63 zeros and `1` (new), `2` (triaged), `3` (closed) or `4` (hostile text).
//! What is changed stays changed.
//!
//! # GTI Alerts
//!
//! `/v1beta/projects/PROJECT/alerts` is the newer alerts API, with errors in its own
//! words, behind a token that `/realms/master/exchange/api-key` gives for a key. An alert
//! or two come every twenty minutes, and 31 of one moment every eight hours; every
//! seventh one appears ten minutes late, and two in five are changed by somebody
//! within two days. Always there: `alert-new`, `alert-escalated`, `alert-resolved`
//! (which can only be escalated), `alert-contested` (somebody else is always faster:
//! 409), `alert-critical`, `alert-hostile` and `alert-sparse`. Projects that begin with
//! `foreign` are somebody else's. A token of a key that begins with `brief` is good
//! for three requests.
//!
//! # Widgets
//!
//! `/gtiwidget` gives an address beside the API, whose page needs no key, shows
//! the colours that were asked for, and is gone after three days.
//!
//! # Keys
//!
//! Any key is accepted, save that those that start with `wrong` are wrong,
//! those with `inactive` belong to an account that is not active, and those
//! with `unlicensed` get no assessments and 403 for premium data (also for a
//! report that asks for such relationships).
//!
//! # Quota and faults
//!
//! A request costs one of the daily quota, embedded relationships included.
//! `/users/…` and `/metadata` cost nothing, and only what stands between client
//! and service fails them on purpose: pages of HTML and meaningless answers. No
//! answer says `Retry-After`, as no recorded one does; every second 5xx fault is an
//! HTML page. A reset ends the
//! connection within the body, every second one before the head; garbage is
//! broken JSON and an HTML page by turns. A fault that replaces the answer (all
//! but reset and truncate) costs no quota.
//!
//! Drawn shares (`429:10%`) repeat with [`Options::seed`] as long as requests
//! come in the same order; counted ones (`429:1/3`: every third) always do.

mod alerts;
mod asm;
mod auth;
mod behaviours;
mod call;
mod collections;
mod cve;
mod dates;
mod deltas;
mod dtm;
mod engines;
mod entity;
mod fault;
mod filter;
mod gate;
mod gzip;
mod hashes;
mod indicator;
mod json;
mod options;
mod paging;
mod relationships;
mod reply;
mod routes;
mod scan;
mod seed;
mod server;
mod service;
mod states;
mod stream;
mod template;
mod threat_lists;
mod timeline;
mod url_id;
mod users;
mod widgets;

#[cfg(test)]
mod tests;

use std::time::Duration;

pub use auth::KEY;
pub use fault::{Fault, FaultError};
pub use indicator::MALICIOUS_FILE;
pub use options::Options;
pub use server::Sandbox;

/// The root of the API below the host.
const ROOT: &str = "/api/v3";
/// How long the slow indicators take.
const SLOW: Duration = Duration::from_secs(2);
