//! The one test binary: the program from outside.

mod ingest;
mod scan;
