//! Members of what concerns destinations.

use crate::output::Members;

/// `gti sink init`.
pub(in crate::commands) const PREPARED: Members = Members::Own(&["
sink: string  the name of the sink
detail: string  what was created
"]);

/// `gti sink test`.
pub(in crate::commands) const TRIED: Members = Members::Own(&["
sink: string  the name of the sink
check: string  what was tried
status: string  ok or fail
detail: string  what was found
hint: string|null  what to do
"]);
