//! Members of what concerns the mirror.

use crate::output::{ERROR, Members};

/// `gti mirror status` and `sync`.
pub(in crate::commands) const STATUS: Members = Members::Own(&["
path: string  where the mirror is
entries: integer  indicators in it
ip: integer  addresses among them
domain: integer  domains among them
url: integer  URLs among them
file: integer  files among them
oldest: string|null  when the feeds last told of the one that they have not told of for longest
newest: string|null  when they last told of any
changed_at: string|null  when it last changed
disk_bytes: integer  the size of its file
sources: array  the feeds that it is filled from
sources.name: string  the feed
sources.service: string  the service
sources.until: string|null  how far it was read
sources.synced_at: string  when it was last read
sources.read: integer  lines of it that were read
"]);

/// `gti mirror get`.
pub(in crate::commands) const ENTRY: Members = Members::Own(&[
    "
ioc: string  the input as given
value: string|null  the indicator, refanged and normalised
type: string|null  ip, domain, url or file
status: string  ok, not_found or invalid
verdict?: string|null  malicious, suspicious, undetected or unknown
severity?: string|null  the service's severity, in lower case
threat_score?: integer|null  0 to 100
lists?: array  threat lists that have it
actors?: array  threat actors that it belongs to
malware?: array  malware that it belongs to
first_seen?: string|null  when it was first seen
last_seen?: string|null  when it was last seen
updated_at?: string  when a feed last told of it
link?: string|null  the page about it
",
    ERROR,
]);

/// `gti mirror prune`.
pub(in crate::commands) const PRUNED: Members = Members::Own(&["
removed: integer  indicators that were removed
"]);

/// `gti mirror export`.
pub(in crate::commands) const EXPORTED: Members = Members::Own(&["
file: string  the file
entries: integer  indicators in it
bytes: integer  its size
sha256: string  the checksum that stands in it
signed: boolean  whether it is signed
"]);

/// `gti mirror import`.
pub(in crate::commands) const IMPORTED: Members = Members::Own(&["
file: string  the file
entries: integer  indicators in it
changed_at: string|null  when the mirror that it was made of had last changed
verified: boolean  whether its signature was checked
"]);

/// `gti mirror publish`.
pub(in crate::commands) const PUBLISHED: Members = Members::Own(&["
file: string  the file
format: string  values, zeek, suricata, stix or rpz
entries: integer  indicators that were written
"]);
