//! The global options, as they were typed.

use std::path::PathBuf;

/// Every global option as it stands on the command line, not yet understood:
/// flags, variables and the configuration file go through the same parsers, so
/// that a wrong value is explained in the same words wherever it stood.
///
/// It has no `Debug`: `--proxy` may hold a password.
#[derive(Clone, Default)]
pub struct Flags {
    /// `-f, --format F`.
    pub format: Option<String>,
    /// `-o, --output FILE`.
    pub output: Option<PathBuf>,
    /// `--keep-partial`.
    pub keep_partial: bool,
    /// `--jq EXPR`.
    pub jq: Option<String>,
    /// `--fields a,b.c`.
    pub fields: Option<String>,
    /// `--api-key-file FILE`; `-` is standard input.
    pub api_key_file: Option<PathBuf>,
    /// `--profile NAME`.
    pub profile: Option<String>,
    /// `--config FILE`.
    pub config: Option<PathBuf>,
    /// `--base-url URL`.
    pub base_url: Option<String>,
    /// `--x-tool VALUE`.
    pub x_tool: Option<String>,
    /// `--timeout DUR`.
    pub timeout: Option<String>,
    /// `--retries N`.
    pub retries: Option<String>,
    /// `--max-wait DUR`.
    pub max_wait: Option<String>,
    /// `--rate N/UNIT`.
    pub rate: Option<String>,
    /// `-j, --concurrency N`.
    pub concurrency: Option<String>,
    /// `--max-requests N`.
    pub max_requests: Option<String>,
    /// `--proxy URL`.
    pub proxy: Option<String>,
    /// `--ca-cert FILE`.
    pub ca_cert: Option<PathBuf>,
    /// `--sandbox`.
    pub sandbox: bool,
    /// How often `-v` was given.
    pub verbose: u8,
    /// `-q`.
    pub quiet: bool,
    /// `--log-file FILE`.
    pub log_file: Option<PathBuf>,
    /// `--log-format text|json`.
    pub log_format: Option<String>,
    /// `--color WHEN`.
    pub color: Option<String>,
}
