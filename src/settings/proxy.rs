//! The way out of a company's network.

use std::fmt;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::sources::Sources;
use super::table::{self, Row};
use super::{Environment, Origin, SettingsError};

/// A proxy's address. It may hold a password, so that it shows itself only
/// without.
#[derive(Clone)]
pub(crate) struct ProxyUrl {
    address: SecretString,
    shown: String,
}

/// The proxies that apply to addresses of each scheme, and what goes past them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Proxies {
    /// For https addresses.
    pub https: Option<ProxyUrl>,
    /// For http addresses.
    pub http: Option<ProxyUrl>,
    /// Hosts that are reached without a proxy, as `NO_PROXY` lists them. It holds
    /// for a proxy of any origin, as it does for curl.
    pub bypass: Option<String>,
}

impl ProxyUrl {
    /// The whole address, password included: for the transport, and for writing
    /// the configuration. Never for a message.
    pub(crate) fn expose(&self) -> &str {
        self.address.expose_secret()
    }
}

impl FromStr for ProxyUrl {
    type Err = String;

    /// Takes `http`, `https`, `socks5` and `socks5h`, and `host:port` as http,
    /// as curl does. Messages show no part that may be of a password.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let url = if text.contains("://") {
            Url::parse(text)
        } else {
            Url::parse(&format!("http://{text}"))
        };
        let url = url
            .ok()
            .filter(|url| url.host_str().is_some_and(|host| !host.is_empty()))
            .ok_or(
                "the value is not a proxy URL: write one like http://HOST:PORT or socks5://USER:PASSWORD@HOST:PORT, with special characters in the password percent-encoded",
            )?;
        if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") {
            return Err(format!(
                "unsupported proxy scheme `{}`: use http, https, socks5 or socks5h",
                url.scheme()
            ));
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(
                "a proxy URL ends after the host and port: PAC files are not supported, and special characters in a password are percent-encoded"
                    .to_owned(),
            );
        }
        let user = if url.username().is_empty() && url.password().is_none() {
            ""
        } else {
            "***@"
        };
        let port = url.port().map(|port| format!(":{port}"));
        let shown = format!(
            "{}://{user}{}{}",
            url.scheme(),
            url.host_str().unwrap_or_default(),
            port.unwrap_or_default()
        );
        Ok(Self {
            address: String::from(url).into(),
            shown,
        })
    }
}

impl fmt::Display for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyUrl({})", self.shown)
    }
}

impl Proxies {
    /// The one of the flag for all, else those of the environment, else the one
    /// of the profile.
    pub(super) fn resolve(flag: Option<&str>, from: Sources<'_>) -> Result<Self, SettingsError> {
        let environment = from.environment;
        let bypass = environment
            .text(&table::NO_PROXY)?
            .map(|(_, hosts)| hosts.to_owned());
        if flag.is_some() {
            let proxy = from.find(&table::PROXY, flag)?;
            return Ok(Self {
                https: proxy.clone(),
                http: proxy,
                bypass,
            });
        }
        let rest = match of_variable(environment, &table::ALL_PROXY)? {
            None => from.find(&table::PROXY, None)?,
            found => found,
        };
        Ok(Self {
            https: of_variable(environment, &table::HTTPS_PROXY)?.or_else(|| rest.clone()),
            http: of_variable(environment, &table::HTTP_PROXY)?.or(rest),
            bypass,
        })
    }
}

fn of_variable(
    environment: &Environment,
    variable: &Row,
) -> Result<Option<ProxyUrl>, SettingsError> {
    let Some((name, text)) = environment.text(variable)? else {
        return Ok(None);
    };
    match text.parse() {
        Ok(proxy) => Ok(Some(proxy)),
        Err(problem) => Err(SettingsError::Value {
            origin: Origin::Variable(name),
            problem,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::tests::environment;

    #[test]
    fn addresses_that_are_taken() {
        for (text, address, shown) in [
            (
                "http://proxy.example:3128",
                "http://proxy.example:3128/",
                "http://proxy.example:3128",
            ),
            (
                "proxy.example:3128",
                "http://proxy.example:3128/",
                "http://proxy.example:3128",
            ),
            (
                "https://user:word@proxy.example/",
                "https://user:word@proxy.example/",
                "https://***@proxy.example",
            ),
            (
                "socks5h://u:p%40ss@192.0.2.1:1080",
                "socks5h://u:p%40ss@192.0.2.1:1080",
                "socks5h://***@192.0.2.1:1080",
            ),
            (
                "socks5://[2001:db8::1]:1080",
                "socks5://[2001:db8::1]:1080",
                "socks5://[2001:db8::1]:1080",
            ),
            (
                "user:word@proxy.example:80",
                "http://user:word@proxy.example/",
                "http://***@proxy.example",
            ),
        ] {
            let proxy: ProxyUrl = text.parse().expect(text);
            assert_eq!(proxy.expose(), address, "{text}");
            assert_eq!(proxy.to_string(), shown, "{text}");
            assert_eq!(format!("{proxy:?}"), format!("ProxyUrl({shown})"));
        }
    }

    #[test]
    fn addresses_that_are_refused() {
        for (text, reason) in [
            ("", "like http://HOST:PORT"),
            ("http://", "like http://HOST:PORT"),
            ("socks5://", "like http://HOST:PORT"),
            ("http://proxy.example:port", "like http://HOST:PORT"),
            ("ftp://proxy.example", "`ftp`"),
            ("socks4://proxy.example:1080", "`socks4`"),
            ("http://proxy.example/proxy.pac", "PAC"),
            ("http://proxy.example:3128?x", "ends after"),
        ] {
            let message = text.parse::<ProxyUrl>().map(|_| ()).expect_err(text);
            assert!(message.contains(reason), "{text}: {message}");
        }
    }

    fn resolve(flag: Option<&str>, variables: &[(&str, &str)]) -> Result<Proxies, SettingsError> {
        let from = Sources {
            environment: &environment(variables),
            profile: None,
        };
        Proxies::resolve(flag, from)
    }

    #[test]
    fn each_scheme_has_its_variable_and_all_the_rest() {
        let shown = |variables: &[(&str, &str)]| {
            let proxies = resolve(None, variables).expect("proxies");
            [proxies.https, proxies.http].map(|proxy| proxy.map(|proxy| proxy.to_string()))
        };
        let of = |host: &str| Some(format!("http://{host}.example"));
        assert_eq!(shown(&[]), [None, None]);
        assert_eq!(
            shown(&[("https_proxy", "a.example"), ("HTTP_PROXY", "b.example")]),
            [of("a"), of("b")]
        );
        assert_eq!(
            shown(&[("HTTPS_PROXY", "a.example"), ("all_proxy", "c.example")]),
            [of("a"), of("c")]
        );
        assert_eq!(shown(&[("ALL_PROXY", "c.example")]), [of("c"), of("c")]);
        assert_eq!(
            resolve(None, &[("https_proxy", "x://y")])
                .expect_err("no proxy")
                .to_string(),
            "https_proxy: unsupported proxy scheme `x`: use http, https, socks5 or socks5h"
        );
    }

    #[test]
    fn the_flag_is_for_all_and_the_bypass_stays() {
        let wrong_but_unused = ("HTTPS_PROXY", "x://y");
        let proxies = resolve(
            Some("socks5://a.example"),
            &[wrong_but_unused, ("no_proxy", "b.example,127.0.0.0/8")],
        )
        .expect("proxies");
        for proxy in [proxies.https, proxies.http] {
            assert_eq!(
                proxy.map(|proxy| proxy.to_string()).as_deref(),
                Some("socks5://a.example")
            );
        }
        assert_eq!(proxies.bypass.as_deref(), Some("b.example,127.0.0.0/8"));
    }
}
