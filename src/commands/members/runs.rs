//! Members of what runs of feeds leave behind, and of what they would do.

use crate::output::{ERROR, Members};

/// `gti state list` and `rewind`, and `show` beside what it has of its own.
pub(in crate::commands) const CHECKPOINT: Members = Members::Own(&["
name: string  the name of the checkpoint
feed: string  the feed, or enrich
filters: string  what narrows it
base_url: string  the service
output: string  where records go
at: string|null  how far it has read
emitted: integer  records so far
created_at: string  when it was made
updated_at: string  when it last moved
file_bytes: integer|null  the committed length of its file
file_inode: integer|null  the file
dead_letters: integer  records that could not be delivered
held_by: integer|null  the process that holds it
seen?: integer  show: ids that it remembers
position?: object  show: the position itself
"]);

/// `gti state verify`.
pub(in crate::commands) const VERIFIED: Members = Members::Own(&["
name: string  the name of the checkpoint
ok: boolean  whether all is well
problems: array  what is not
uncommitted_bytes: integer|null  bytes in its file that no checkpoint covers
"]);

/// `gti state replay` to a webhook.
pub(in crate::commands) const REPLAYED: Members = Members::Own(&["
key: string  the idempotency key
records: integer  how many records
status: string  what became of them
http_status: integer|null  what the receiver answered
error: string|null  why it was refused
"]);

/// `gti rules check`.
pub(in crate::commands) const CHECKED: Members = Members::Own(&["
rule: string  the name of the rule
line: integer  its line
conditions: array  what it looks at
action: string  what it does
with: string|null  with what
"]);

/// `gti rules test`.
pub(in crate::commands) const TRIED: Members = Members::Own(&["
id: string|null  the id of the record
rule: string|null  the rule that matched
line: integer|null  its line
action: string  what is done
why: array  the conditions that were met
error: string|null  why it could not be judged
"]);

/// `gti ingest … --dry-run`.
pub(in crate::commands) const PLANNED: Members = Members::Own(&["
feed: string  the feed
method: string  the HTTP method
url: string  the address
checkpoint: string|null  the checkpoint
from: string|null  from when on
output: string  where records would go
"]);

/// `gti dtm update`, `gti asm update` and `gti alerts update`.
pub(in crate::commands) const CHANGED: Members = Members::Own(&[
    "
id: string|null  the id
from?: string|null  the status before
to?: string|null  the status that was asked for
status: string  updated, unchanged, skipped, would_update, error or not_attempted
tags?: array  the tags after
etag?: string  the version after, of GTI Alerts
",
    ERROR,
]);
