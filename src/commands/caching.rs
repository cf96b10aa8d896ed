//! The options of commands that use kept answers.

use std::time::Duration;

use clap::Args;

use super::context::Caching;
use crate::model::time::parse_duration;

/// How to use kept answers.
#[derive(Debug, Args)]
pub(super) struct CachingArgs {
    /// Maximum age of an answer in the local cache
    #[arg(long, value_name = "DURATION", default_value = "15m", value_parser = parse_duration)]
    cache_ttl: Duration,
    /// Ask the service again, and cache the answers
    #[arg(long, conflicts_with_all = ["no_cache", "offline"])]
    refresh: bool,
    /// Neither read nor write the cache
    #[arg(long, conflicts_with = "offline")]
    no_cache: bool,
    /// Answer from the local cache alone, whatever its age
    #[arg(long)]
    offline: bool,
}

impl CachingArgs {
    /// What they ask of the cache.
    pub(super) fn caching(&self) -> Caching {
        Caching {
            kept: !self.no_cache,
            ttl: if self.refresh {
                Duration::ZERO
            } else {
                self.cache_ttl
            },
            offline: self.offline,
        }
    }
}
