//! The way to the service: base URL, identity, proxies, trusted certificates,
//! made into the HTTP client that the transport sends with.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::redirect;
use url::Url;

use super::bypass::Bypass;
use super::document::is_document;
use super::incoming::ACCEPTED;
use super::key::ApiKey;
use super::resolver::Resolver;
use crate::model::error::Error;

/// How the transport reaches the service. It has no `Debug`: a proxy's URL may
/// hold a password.
#[derive(Clone)]
pub struct Route {
    /// Base URL without a slash at its end; https, or http to loopback.
    pub base_url: Url,
    /// Sent to the origin of the base URL and nowhere else.
    pub key: Option<ApiKey>,
    /// The `x-tool` header; none where it is not the service that is called.
    pub x_tool: Option<String>,
    /// Whether redirects within the origin are followed; those that leave it
    /// never are.
    pub redirects: bool,
    /// The way out of this machine.
    pub egress: Egress,
}

/// The way out of this machine: the same to the service, to storages and to webhooks.
#[derive(Clone)]
pub struct Egress {
    /// The `User-Agent` header. The service compresses only for agents with
    /// `gzip` in their name (API notes, section 1.1).
    pub user_agent: String,
    /// The longest silence: while connecting, and between two bytes.
    pub idle_timeout: Duration,
    /// The proxies, if there are any.
    pub proxies: ProxyRoute,
    /// More trusted certificates, as PEM.
    pub ca_cert: Option<Vec<u8>>,
}

/// The proxies for addresses of each scheme, and the hosts reached without one.
#[derive(Clone, Default)]
pub struct ProxyRoute {
    /// URL of the proxy for https addresses.
    pub https: Option<String>,
    /// URL of the proxy for http addresses.
    pub http: Option<String>,
    /// What goes past them.
    pub bypass: Bypass,
}

impl Route {
    /// To an address that is none of the service's: without the key and all else that
    /// is meant for it, and without redirects.
    pub(super) fn elsewhere(url: &Url, egress: Egress) -> Self {
        Self {
            base_url: url.clone(),
            key: None,
            x_tool: None,
            redirects: false,
            egress,
        }
    }
}

impl ProxyRoute {
    /// The origin of the proxy that an address is reached through: without the name
    /// and the password that its URL may have.
    pub(super) fn through(&self, url: &Url) -> Option<String> {
        let proxy = match url.scheme() {
            "https" => &self.https,
            _ => &self.http,
        };
        let proxy = Url::parse(proxy.as_deref()?).ok()?;
        (!self.bypass.holds_for(url)).then(|| {
            let port = proxy
                .port()
                .map_or_else(String::new, |port| format!(":{port}"));
            let host = proxy.host_str().unwrap_or_default();
            format!("{}://{host}{port}", proxy.scheme())
        })
    }
}

pub(super) fn http_client(route: &Route) -> Result<reqwest::Client, Error> {
    // Fails only when a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();

    let mut headers = HeaderMap::new();
    let value = |text: &str, name| {
        HeaderValue::from_str(text).map_err(|error| {
            Error::usage(format!("`{text}` cannot be sent as the {name} header")).caused_by(error)
        })
    };
    if let Some(x_tool) = &route.x_tool {
        headers.insert("x-tool", value(x_tool, "x-tool")?);
    }
    headers.insert(
        reqwest::header::ACCEPT,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(
        reqwest::header::ACCEPT_ENCODING,
        HeaderValue::from_static(ACCEPTED),
    );
    if let Some(key) = route.key.as_ref().and_then(ApiKey::header) {
        headers.insert("x-apikey", key);
    }

    let mut builder = reqwest::Client::builder()
        .user_agent(value(&route.egress.user_agent, "User-Agent")?)
        .default_headers(headers)
        .connect_timeout(route.egress.idle_timeout)
        .dns_resolver(Resolver)
        .redirect(if route.redirects {
            same_origin_only(route.base_url.path())
        } else {
            redirect::Policy::none()
        })
        .tcp_nodelay(true)
        .http2_adaptive_window(true)
        .tls_backend_rustls();
    if route.base_url.scheme() == "http" {
        // Loading certificates costs more than all else at start.
        builder = builder.tls_certs_only([]);
    } else if let Some(pem) = &route.egress.ca_cert {
        let certificates = reqwest::Certificate::from_pem_bundle(pem)
            .map_err(|error| unusable_bundle(&error.to_string()).caused_by(error))?;
        if certificates.is_empty() {
            return Err(unusable_bundle("it is empty"));
        }
        builder = builder.tls_certs_merge(certificates);
    }
    // The library would read the environment by itself; here it comes resolved.
    builder = builder.no_proxy();
    if let Some(proxy) = proxy(&route.egress.proxies)? {
        builder = builder.proxy(proxy);
    }
    builder.build().map_err(|error| {
        let reason = error
            .source()
            .map_or_else(|| error.to_string(), ToString::to_string);
        Error::usage(format!("cannot set up the HTTP client: {reason}"))
            .hint("install the system's CA certificates, or name a bundle with --ca-cert")
            .caused_by(error)
    })
}

fn unusable_bundle(reason: &str) -> Error {
    Error::usage(format!(
        "the CA bundle holds no usable PEM certificate: {reason}"
    ))
    .hint("--ca-cert and SSL_CERT_FILE take a PEM file")
}

/// The proxy for each address; the library would not ask whether it is this
/// machine's.
fn proxy(route: &ProxyRoute) -> Result<Option<reqwest::Proxy>, Error> {
    let parse = |proxy: &Option<String>| match proxy.as_deref().map(Url::parse).transpose() {
        Ok(proxy) => Ok(proxy),
        // The URL is not shown: it may hold a password.
        Err(error) => Err(Error::usage(format!("invalid proxy URL: {error}"))
            .hint("`gti help environment` lists what sets it")
            .caused_by(error)),
    };
    let (https, http) = (parse(&route.https)?, parse(&route.http)?);
    if https.is_none() && http.is_none() {
        return Ok(None);
    }
    let bypass = route.bypass.clone();
    Ok(Some(reqwest::Proxy::custom(move |url| {
        let proxy = match url.scheme() {
            "https" => &https,
            _ => &http,
        };
        proxy.clone().filter(|_| !bypass.holds_for(url))
    })))
}

/// Follows a redirect within the origin, and stops at one that leaves it: the
/// key header would go along. One from a document leads to the storage, which gets
/// no key at the service's own origin either.
fn same_origin_only(base: &str) -> redirect::Policy {
    let base = base.trim_end_matches('/').to_owned();
    redirect::Policy::custom(move |attempt| {
        let stays = attempt.previous().first().is_some_and(|first| {
            let path = first.path().strip_prefix(&base);
            first.origin() == attempt.url().origin() && !path.is_some_and(is_document)
        });
        if !stays {
            attempt.stop()
        } else if attempt.previous().len() > 5 {
            attempt.error("more than five redirects")
        } else {
            attempt.follow()
        }
    })
}
