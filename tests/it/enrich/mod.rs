//! `gti enrich` against the simulated service: exit code, standard output,
//! standard error.

mod answers;
mod bulk;
mod caching;
mod ending;
mod formats;
mod input;
mod journal;
mod output_file;
mod relations;
mod trouble;
