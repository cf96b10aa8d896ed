//! What the tests of the program stand on: the built binary in a world of its
//! own, servers that behave as told, and clients to ask them with.

#[cfg(unix)]
mod browser;
mod client;
#[cfg(unix)]
mod cluster;
mod gti;
mod http;
mod killer;
mod raw_server;
#[cfg(unix)]
mod rsyslog;
mod served;
mod site;
mod tls_server;
mod tree;

#[cfg(unix)]
pub(crate) use browser::Browser;
pub(crate) use client::{configuration, report};
#[cfg(unix)]
pub(crate) use cluster::Cluster;
#[cfg(unix)]
pub(crate) use gti::signal;
pub(crate) use gti::{Gti, Ran};
pub(crate) use http::get;
pub(crate) use killer::Killer;
pub(crate) use raw_server::{Act, RawServer, answer, object_of};
#[cfg(unix)]
pub(crate) use rsyslog::Rsyslog;
pub(crate) use served::Served;
pub(crate) use site::{FILES, Fault, Options, Sandbox, hosts, sandbox, site};
pub(crate) use tls_server::{TlsServer, authority};
pub(crate) use tree::{read, rust_files};

/// A key as the service gives them out, of no account.
pub(crate) const KEY: &str = "7e57a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e";
