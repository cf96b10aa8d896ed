//! The options that every command takes, before or after its name.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use crate::settings::Flags;

/// Options of every command. Values stay as typed: flags, variables and the
/// configuration file are understood in one place, by the same rules.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Output format: text, json, jsonl, csv or stix [default: text on a
    /// terminal, jsonl otherwise]
    #[arg(short, long, global = true, value_name = "FORMAT")]
    format: Option<String>,
    /// Write to FILE instead of standard output, replacing it in one step
    /// (ingest appends)
    #[arg(short, long, global = true, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Keep what a run that fails has got, in FILE.partial beside the -o FILE
    /// that it leaves as it was
    #[arg(long, global = true, requires = "output", hide_short_help = true)]
    keep_partial: bool,
    /// Run each JSON record through a jq program (built in)
    #[arg(long, global = true, value_name = "EXPR")]
    jq: Option<String>,
    /// Columns of text and csv, keys of json and jsonl: a,b.c
    #[arg(long, global = true, value_name = "LIST")]
    fields: Option<String>,
    /// Read the API key from FILE (- is standard input)
    #[arg(long, global = true, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
    /// Section of the configuration file [default: default]
    #[arg(long, global = true, value_name = "NAME", hide_short_help = true)]
    profile: Option<String>,
    /// Configuration file [default: ~/.config/gti/config.toml]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    config: Option<PathBuf>,
    /// Where the API is; https, or http to a loopback address [default:
    /// `https://www.virustotal.com/api/v3`]
    #[arg(long, global = true, value_name = "URL", hide_short_help = true)]
    base_url: Option<String>,
    /// The x-tool header, which names the integration to the service
    #[arg(long, global = true, value_name = "VALUE", hide_short_help = true)]
    x_tool: Option<String>,
    /// Longest silence on a connection [default: 60s]
    #[arg(long, global = true, value_name = "DURATION", hide_short_help = true)]
    timeout: Option<String>,
    /// Tries after the first, for rate limits, 5xx and network faults
    /// [default: 5]
    #[arg(long, global = true, value_name = "N", hide_short_help = true)]
    retries: Option<String>,
    /// Longest single wait before a retry; a longer one ends the run with exit
    /// code 6 [default: 2m]
    #[arg(long, global = true, value_name = "DURATION", hide_short_help = true)]
    max_wait: Option<String>,
    /// Requests in a span of time at most: 4/m, 50/s
    #[arg(long, global = true, value_name = "N/UNIT")]
    rate: Option<String>,
    /// Requests in flight [default: 8]
    #[arg(short = 'j', long, global = true, value_name = "N")]
    concurrency: Option<String>,
    /// Budget of requests for this run, repeats counted
    #[arg(long, global = true, value_name = "N")]
    max_requests: Option<String>,
    /// Proxy: http, https, socks5 or socks5h URL
    #[arg(long, global = true, value_name = "URL", hide_short_help = true)]
    proxy: Option<String>,
    /// PEM file with more certificate authorities to trust
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    ca_cert: Option<PathBuf>,
    /// Ask the built-in simulated API; needs no key
    #[cfg(feature = "sandbox")]
    #[arg(long, global = true)]
    sandbox: bool,
    /// Say more on standard error: -v retries, -vv requests, -vvv everything
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Write logs to FILE instead of standard error
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    log_file: Option<PathBuf>,
    /// Form of logs and errors: text or json [default: text]
    #[arg(long, global = true, value_name = "FORM", hide_short_help = true)]
    log_format: Option<String>,
    /// Colour: auto, always or never [default: auto]
    #[arg(long, global = true, value_name = "WHEN", hide_short_help = true)]
    color: Option<String>,
}

impl From<GlobalArgs> for Flags {
    fn from(args: GlobalArgs) -> Self {
        Self {
            format: args.format,
            output: args.output,
            keep_partial: args.keep_partial,
            jq: args.jq,
            fields: args.fields,
            api_key_file: args.api_key_file,
            profile: args.profile,
            config: args.config,
            base_url: args.base_url,
            x_tool: args.x_tool,
            timeout: args.timeout,
            retries: args.retries,
            max_wait: args.max_wait,
            rate: args.rate,
            concurrency: args.concurrency,
            max_requests: args.max_requests,
            proxy: args.proxy,
            ca_cert: args.ca_cert,
            #[cfg(feature = "sandbox")]
            sandbox: args.sandbox,
            #[cfg(not(feature = "sandbox"))]
            sandbox: false,
            verbose: args.verbose,
            quiet: args.quiet,
            log_file: args.log_file,
            log_format: args.log_format,
            color: args.color,
        }
    }
}
