//! `gti open`.

use clap::Args;

use super::browser;
use super::context::Context;
use crate::enrich::collection::id;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::gui;
use crate::model::indicator::Indicator;

/// Open the service's page about an indicator, a CVE or a collection in a browser
///
/// Prints the address too. No request is sent to the service, and the browser does not
/// get the key: the page shows what the user logged in there may see.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct OpenArgs {
    /// An IP address, domain, URL, file hash, CVE id, or the id of a collection
    #[arg(value_name = "IOC|ID")]
    what: String,
    /// Print the address only
    #[arg(long)]
    print: bool,
}

const EXAMPLES: &str = "\
Examples:
  gti open 'evil[.]example'
  gti open CVE-2021-44228
  gti open threat-actor--87caccbe-5bbe-548f-8ec0-c90efb2f5391 --print";

pub(crate) fn run(args: &OpenArgs, cx: &mut Context) -> Result<Exit, Error> {
    let address = address(&args.what)?;
    cx.print_line(&address)?;
    if !args.print
        && let Err(error) = browser::open(cx, address.as_ref())
    {
        // The address is there to be opened by hand, as over ssh.
        cx.ui.note(&format!("no browser was opened: {error}"));
    }
    Ok(Exit::Done)
}

/// The address of the page about something.
fn address(what: &str) -> Result<String, Error> {
    match Indicator::parse(what, None) {
        Ok(indicator) => Ok(indicator.link()),
        Err(invalid) => match id::read(what) {
            // A word alone is more often a mistake than the id of a collection.
            Ok(id) if id.contains("--") => Ok(gui::collection(&id)),
            _ => Err(Error::usage(invalid.to_string())
                .hint("a CVE id or the id of a collection, such as malware--…, is accepted too")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_page() {
        for (what, page) in [
            ("203.0.113.7", "ip-address/203.0.113.7"),
            ("evil[.]example", "domain/evil.example"),
            ("hxxp://evil.example/", "url/aHR0cDovL2V2aWwuZXhhbXBsZS8"),
            ("cve-2099-0001", "collection/vulnerability--cve-2099-0001"),
            ("malware--1", "collection/malware--1"),
        ] {
            let address = address(what).expect(what);
            assert_eq!(address, format!("https://www.virustotal.com/gui/{page}"));
        }
        assert!(address("word").is_err());
    }
}
