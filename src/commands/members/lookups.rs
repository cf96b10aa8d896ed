//! Members of what is looked up by indicator or id.

use crate::output::{ERROR, Members};

/// `gti enrich`.
pub(in crate::commands) const ENRICH: Members = Members::Own(&[
    "
ioc: string  the input as given
value: string|null  the indicator, refanged and normalised
type: string|null  ip, domain, url or file
id?: string|null  the API's id of the object
status: string  ok, not_found, invalid, skipped, error or not_attempted
verdict?: string|null  malicious, suspicious, undetected, benign or unknown
severity?: string|null  the service's severity, in lower case
threat_score?: integer|null  0 to 100
verdict_source?: string|null  gti_assessment or detections
detections?: object|null  verdicts of engines, counted
detections.malicious: integer  engines that say malicious
detections.suspicious: integer  engines that say suspicious
detections.undetected: integer  engines that found nothing
detections.harmless: integer  engines that say harmless
detections.timeout: integer  engines that did not answer in time
detections.total: integer  all of them
link?: string  the page about it
fetched_at?: string  when the report was fetched
cached?: boolean  whether it came from the local cache
kind?: string  indicator
title?: string|null  what it is called: a file by its most telling name
time?: string|null  when the service made the object
first_seen?: string|null  when it was first seen
last_seen?: string|null  when it was last seen
sources?: array  where it comes from: type, id and name of each
actors?: array  names of threat actors that the object names
malware?: array  names of malware that the object names
tags?: array  tags
relationships?: object  with --relationships: count, truncated and items of each, by name
mitre?: array  with --mitre: tactics and techniques, by sandbox
behaviours?: array  with --behaviours: reports of sandboxes
errors?: array  parts that could not be fetched or read
report?: object  the API's object, untouched
",
    ERROR,
]);

/// `gti enrich --estimate`.
pub(in crate::commands) const ESTIMATE: Members = Members::Own(&["
inputs: integer  all inputs
done: integer  those whose records the checkpoint has
invalid: integer  those that are no indicators
skipped: integer  those that are not worth a look-up
repeats: integer  those that came before
cached: integer  those that the cache answers
requests: integer  requests to be sent, at least
quota: string|null  the quota of requests of which the least is left
quota_left: integer|null  what is left of it
quota_resets_at: string|null  when it counts from zero again
fits_quota: boolean|null  whether what is left is enough
seconds: number  how long it takes, about
"]);

/// `gti scan`.
pub(in crate::commands) const SCAN: Members = Members::Own(&[
    "
target: string  the file, URL, indicator or id, as given
type: string|null  file or url
visibility: string  private or public
analysis_id: string|null  the id of the analysis
status: string  completed, timeout, failed, submitted or known
sha256: string|null  of a file
verdict: string|null  malicious, suspicious, undetected, benign or unknown
threat_score: integer|null  0 to 100
detections: object|null  verdicts of engines, counted
detections.malicious: integer  engines that say malicious
detections.suspicious: integer  engines that say suspicious
detections.undetected: integer  engines that found nothing
detections.harmless: integer  engines that say harmless
detections.timeout: integer  engines that did not answer in time
detections.total: integer  all of them
link: string|null  the page about it
relationships?: object  with --relationships: count, truncated and items of each, by name
mitre?: array  with --mitre: tactics and techniques, by sandbox
behaviours?: array  with --behaviours: reports of sandboxes
errors?: array  parts that could not be fetched or read
report: object|null  the API's object, untouched
",
    ERROR,
]);

/// `gti scan delete`.
pub(in crate::commands) const DELETED: Members = Members::Own(&[
    "
target: string  the hash as given
type: string  file
visibility: string  private
status: string  what became of it
sha256: string|null  of the file
",
    ERROR,
]);

/// `gti collection get`.
pub(in crate::commands) const COLLECTION: Members = Members::Own(&[
    "
id: string  the id
type?: string|null  collection
collection_type?: string|null  threat-actor, malware-family, campaign, report, …
name?: string|null  the name
status: string  ok, not_found, invalid, error or not_attempted
link?: string|null  the page about it
fetched_at?: string  when it was fetched
cached?: boolean  whether it came from the local cache
relationships?: object  with --relationships: count, truncated and items of each, by name
mitre?: array  with --mitre: tactics and techniques, by source
timeline?: array  with --timeline: its events as the service sends them
iocs?: object  with --iocs: count, truncated and items (type, id, value, verdict, severity, threat_score)
errors?: array  parts that could not be fetched or read
report?: object  the API's object, untouched
",
    ERROR,
]);

/// `gti widget`.
pub(in crate::commands) const WIDGET: Members = Members::Own(&[
    "
ioc: string  the input as given
type: string|null  ip, domain, url or file
status: string  ok, not_found, invalid, skipped, error or not_attempted
url: string|null  the address to embed
found: boolean|null  whether the service knows the indicator
expires_at: string|null  when the address stops working
",
    ERROR,
]);

/// `gti report -f json`.
pub(in crate::commands) const REPORT: Members = Members::Own(&["
written_at: string  when it was made
records: integer  records that were counted
unread: integer  lines that are no records
flagged_count: integer  indicators that are malicious or suspicious
panels: array  name, title, bars (name, count) and others of each
flagged: array  the worst of them: value, type, verdict, severity, score, time
"]);

/// `gti extract`.
pub(in crate::commands) const EXTRACT: Members = Members::Own(&["
value: string  the indicator, refanged and normalised
type: string  ip, domain, url, file, email or cve
ioc: string  as written
source: string  the file, or - for standard input
line: integer|null  the line, from 1
column: integer|null  the column, from 1
format: string  text, html, eml, csv, json, stix or misp
context?: string  with --context: what stands around it
"]);

/// `gti match`.
pub(in crate::commands) const MATCH: Members = Members::Own(&["
line: integer  the line, from 1
source: string  the file, or - for standard input
value: string  the indicator of the mirror, or of the list
type: string  ip, domain, url or file; of a list, email or cve too
matched: string  exact, or parent: a name below the domain stands in the line
verdict: string|null  malicious, suspicious, undetected or unknown; null for a list
severity: string|null  critical, high, medium, low, none or unknown; null for a list
threat_score: integer|null  0 to 100; null for a list
link: string|null  the page about it
lists: array  threat lists that have it; the files of a list
text: string  the line
"]);

/// `gti match --count`.
pub(in crate::commands) const MATCH_COUNT: Members = Members::Own(&["
source: string  the file, or - for standard input
count: integer  its lines that match
"]);
