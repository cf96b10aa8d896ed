//! From names to addresses, as the system knows them, but for those of this
//! machine.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::loopback::is_localhost;

/// Names below `localhost` are this machine's, whatever a server of names would
/// say (RFC 6761, section 6.3): what may travel unencrypted must not leave it.
pub(super) struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            if is_localhost(name.as_str()) {
                let here = [
                    SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
                    SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
                ];
                return Ok(Box::new(here.into_iter()) as Addrs);
            }
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<_> = found.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
