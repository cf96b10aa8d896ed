//! The one test binary: the program from outside.

#[cfg(unix)]
mod docs;
mod docs_reference;
mod ingest;
mod scan;
