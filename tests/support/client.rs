//! The client as a library, with waits that a test can bear.

use std::time::Duration;

use gti::client::endpoints::indicators::{Object, Place, Selection};
use gti::client::key::ApiKey;
use gti::client::retry::Policy;
use gti::client::{Client, Config, Egress, ProxyRoute, Route};
use gti::model::error::Error;
use gti::model::report::JudgedReport;

use super::KEY;

/// A client of the service at this address that tries once, without cache,
/// throttle and budget.
pub(crate) fn configuration(base_url: &str) -> Config {
    Config {
        route: Route {
            base_url: base_url.parse().expect("an address"),
            key: Some(ApiKey::new(KEY).expect("a key")),
            x_tool: Some("gti-cli.gti.0.1".to_owned()),
            redirects: true,
            egress: Egress {
                user_agent: "gti/test (gzip)".to_owned(),
                // Far longer than loopback takes on a machine that is busy.
                idle_timeout: Duration::from_mins(1),
                proxies: ProxyRoute::default(),
                ca_cert: None,
            },
        },
        token: None,
        policy: Policy {
            retries: 0,
            max_wait: Duration::from_millis(1),
        },
        rate: None,
        concurrency: 8,
        max_requests: None,
        cache: None,
        clock: jiff::Timestamp::now,
    }
}

/// Asks for the report on a domain, which costs one request.
pub(crate) async fn report(client: &Client, domain: &str) -> Result<Object, Error> {
    let place = Place {
        collection: "domains",
        id: domain,
    };
    let selection = Selection::default();
    let (object, _) = client.report::<JudgedReport>(place, &selection).await?;
    Ok(object)
}
