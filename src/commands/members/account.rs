//! Members of what concerns the key and this machine.

use crate::output::Members;

/// `gti auth status`.
pub(in crate::commands) const KEY: Members = Members::Own(&["
source: string|null  where the key comes from
key: string|null  its last characters
fingerprint: string|null  what its cache is kept under
profile: string  the profile
base_url: string  the service
valid: boolean|null  whether the service takes it
user: string|null  whose it is
privileges: array  what it may do
"]);

/// `gti quota`.
pub(in crate::commands) const QUOTA: Members = Members::Own(&["
quota: string  its name
scope: string  user or group
used: integer  used so far
allowed: integer|null  how much is allowed; null without a limit
remaining: integer|null  how much is left
resets_at: string|null  when it starts again
"]);

/// `gti doctor`.
pub(in crate::commands) const CHECK: Members = Members::Own(&["
check: string  what was checked
status: string  ok, warning, failed or skipped
detail: string|null  what was found
hint: string|null  what to do
"]);

/// `gti config list`.
pub(in crate::commands) const SETTING: Members = Members::Own(&["
key: string  the key
value: string  its value
line: integer  where it stands
"]);

/// `gti cache stats`.
pub(in crate::commands) const CACHE: Members = Members::Own(&["
key: string  the fingerprint of the API key
path: string  where it is
entries: integer|null  answers in it
plain_bytes: integer|null  their size
packed_bytes: integer|null  their size, compressed
disk_bytes: integer|null  the size of the file
oldest: string|null  the oldest answer
newest: string|null  the newest answer
problem: string|null  why it cannot be read
"]);

/// `gti cache clear`.
pub(in crate::commands) const CLEARED: Members = Members::Own(&["
caches: integer  how many were deleted
entries: integer  answers in them
disk_bytes: integer  their size
"]);

/// `gti version`.
pub(in crate::commands) const VERSION: Members = Members::Own(&["
version: string  the version
commit: string|null  the commit that it was built from
date: string|null  the date of that commit
features: array  what was built in
target: string  the machine that it was built for
"]);
