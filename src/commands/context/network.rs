//! The way out of this machine, to the service and elsewhere.

use std::num::NonZeroUsize;

use super::Context;
use crate::client::retry::Policy;
use crate::client::{Bypass, Egress, ProxyRoute};
use crate::deliver::Network;
use crate::model::error::Error;
use crate::settings::{ProxyUrl, bounded};

/// The name that the service is to know the program by. It compresses only for
/// agents with `gzip` in their name (API notes, section 1.1).
const USER_AGENT: &str = concat!("gti/", env!("CARGO_PKG_VERSION"), " (gzip)");

impl Context {
    /// How patient requests are, to the service and elsewhere.
    pub(super) fn policy(&self) -> Policy {
        Policy {
            retries: self.settings.retries,
            max_wait: self.settings.max_wait,
        }
    }

    /// The way out of this machine, to the service and elsewhere.
    pub(crate) fn egress(&self) -> Result<Egress, Error> {
        let settings = &self.settings;
        let ca_cert = match &settings.ca_cert {
            Some(path) => Some(bounded::read_bundle(path).map_err(|error| {
                Error::usage(format!(
                    "cannot read the CA bundle `{}`: {error}",
                    path.display()
                ))
                .hint("--ca-cert and SSL_CERT_FILE take a PEM file")
            })?),
            None => None,
        };
        let proxy = |proxy: &ProxyUrl| proxy.expose().to_owned();
        Ok(Egress {
            user_agent: USER_AGENT.to_owned(),
            idle_timeout: settings.timeout,
            proxies: ProxyRoute {
                https: settings.proxies.https.as_ref().map(proxy),
                http: settings.proxies.http.as_ref().map(proxy),
                bypass: Bypass::parse(settings.proxies.bypass.as_deref().unwrap_or_default()),
            },
            ca_cert,
        })
    }

    /// The way to destinations that are reached over the network.
    pub(crate) fn network(&self) -> Result<Network, Error> {
        Ok(Network {
            egress: self.egress()?,
            policy: self.policy(),
            in_flight: NonZeroUsize::MIN,
            clock: self.clock,
        })
    }
}
