//! `gti sandbox`: serve the simulated API to other programs.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use clap::Args;

use super::context::Context;
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;
use crate::model::time::parse_duration;
use crate::sandbox::{Fault, KEY, Options, Sandbox};

/// Serve the simulated API on a loopback port, until Ctrl-C
///
/// The data is synthetic and the same for every run. Its address is printed on
/// standard output; any key is accepted.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SandboxArgs {
    /// Port to listen on; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    port: u16,
    /// Answer a share of the requests with a fault: 429:10%, 503:5%, quota:1%,
    /// reset:1/3, truncate:5%, garbage:5%, hang:1%, html404:1/5, empty:1/5; may
    /// be repeated. An unknown kind lists them all
    #[arg(long, value_name = "FAULT")]
    fault: Vec<Fault>,
    /// Wait this long before every answer
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value = "0ms")]
    latency: Duration,
    /// Requests until the daily quota is used up
    #[arg(long, value_name = "N")]
    quota: Option<u64>,
    /// Seed of the faults: the same number gives the same faults
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

const EXAMPLES: &str = "\
Examples:
  gti sandbox --port 8080
  gti sandbox --port 8080 --fault 429:10% --fault 503:5% --latency 50ms
  export GTI_API_KEY=any GTI_BASE_URL=http://127.0.0.1:8080/api/v3
  gti enrich evil.example";

pub(crate) async fn run(args: SandboxArgs, cx: &mut Context) -> Result<Exit, Error> {
    use std::io::Write;

    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    let options = Options {
        fault: args.fault,
        latency: args.latency,
        quota: args.quota,
        seed: args.seed,
        require_key: None,
        now: cx.clock,
    };
    let sandbox = Sandbox::start_on(address, options).map_err(|error| {
        Error::new(
            ErrorKind::State,
            format!("cannot listen on {address}: {error}"),
        )
        .hint("choose another --port; 0 picks a free one")
    })?;
    let mut stdout = cx.ui.take_stdout();
    // A reader that wants only the first line is no reason to stop serving.
    let _ = writeln!(stdout, "{}", sandbox.base_url()).and_then(|()| stdout.flush());
    cx.ui.note(&format!(
        "sandbox: simulated data; any key is accepted, such as {KEY}; Ctrl-C stops it"
    ));
    cx.signals.wait().await;
    cx.ui.note(&format!(
        "sandbox: answered {} requests",
        sandbox.requests()
    ));
    Ok(Exit::Done)
}
