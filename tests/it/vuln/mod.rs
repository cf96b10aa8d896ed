//! `gti vuln get`, `gti vuln list` and `gti ingest vuln`, against the sandbox.

mod get;
mod hostile;
mod ingest;
mod list;
