//! Where a database is, and as whom: from a URL, keys of a section, and the variables
//! that `PostgreSQL`'s own clients read.
//!
//! Longer than other files: where each part of the answer comes from is one order of
//! precedence, and a fifth of it is its table of tests.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use super::pgpass;
use crate::client::tls::{Authorities, Identity, Tls, Verification};
use crate::model::error::Error;

/// What is said of a database, before the variables have filled in the rest.
#[derive(Default)]
pub(crate) struct Given {
    /// `postgres://…`
    pub url: Option<String>,
    /// The file with the password.
    pub password_file: Option<PathBuf>,
    /// The user, unless the URL says it.
    pub user: Option<String>,
    /// How TLS is used: `disable`, `prefer`, `require`, `verify-ca`, `verify-full`.
    pub ssl_mode: Option<String>,
    /// The authorities that are trusted, as a PEM file.
    pub ssl_root_cert: Option<PathBuf>,
    /// The schema that the tables are in.
    pub schema: Option<String>,
    /// Authorities that are trusted besides the system's, as PEM.
    pub ca_cert: Option<Vec<u8>>,
}

/// A database that can be connected to.
#[derive(Clone)]
pub(crate) struct Target {
    pub(super) config: Config,
    pub(super) tls: Option<Tls>,
    pub(super) schema: String,
    password: Option<SecretString>,
    shown: String,
}

/// Where the tables are unless a section says it.
const SCHEMA: &str = "gti";

impl Target {
    /// Decides where the database is.
    ///
    /// # Errors
    /// Usage: something that cannot be understood or read. No message has a password.
    pub(crate) fn resolve(
        given: Given,
        variable: &dyn Fn(&str) -> Option<String>,
        home: Option<&Path>,
    ) -> Result<Self, Error> {
        let port = variable("PGPORT");
        let url = given.url.as_deref().unwrap_or("postgres://");
        let url = Parts::of(url, port.as_deref())?;
        let mut config = url.config;
        hosts(&mut config, variable)?;
        let own_user = || {
            ["USER", "LOGNAME", "USERNAME"]
                .into_iter()
                .find_map(variable)
        };
        if config.get_user().is_none() {
            let user = given.user.or_else(|| variable("PGUSER")).or_else(own_user);
            let user = user.ok_or_else(|| {
                usage("it is not known as which user to connect").hint(
                    "write the user into the URL, like postgres://soc@db.example/gti, or set PGUSER",
                )
            })?;
            config.user(user);
        }
        if config.get_dbname().is_none() {
            let user = config.get_user().unwrap_or_default().to_owned();
            config.dbname(variable("PGDATABASE").unwrap_or(user));
        }
        if config.get_application_name().is_none() {
            config.application_name(variable("PGAPPNAME").unwrap_or_else(|| "gti".to_owned()));
        }
        if config.get_options().is_none()
            && let Some(options) = variable("PGOPTIONS")
        {
            config.options(options);
        }
        if config.get_connect_timeout().is_none() {
            let seconds = variable("PGCONNECT_TIMEOUT").and_then(|text| text.parse().ok());
            config.connect_timeout(Duration::from_secs(seconds.unwrap_or(10)));
        }
        // A host that has vanished is noticed within half a minute.
        config
            .keepalives_idle(Duration::from_secs(10))
            .keepalives_interval(Duration::from_secs(5))
            .keepalives_retries(3)
            .tcp_user_timeout(Duration::from_secs(30));
        if config.get_hosts().len() > 1 {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        let password = password(&config, given.password_file.as_deref(), variable, home)?;
        if let Some(password) = &password {
            config.password(password.expose_secret());
        }
        let mode = url.ssl_mode.or(given.ssl_mode);
        let mode = mode.or_else(|| variable("PGSSLMODE"));
        let file =
            |named: Option<PathBuf>, name| named.or_else(|| variable(name).map(PathBuf::from));
        let root = url.ssl_root_cert.map(PathBuf::from).or(given.ssl_root_cert);
        let root = file(root, "PGSSLROOTCERT");
        let certificate = file(url.ssl_cert.map(PathBuf::from), "PGSSLCERT");
        let key = file(url.ssl_key.map(PathBuf::from), "PGSSLKEY");
        let identity = match (certificate, key) {
            (Some(certificate), Some(key)) => Some(Identity {
                certificates: read(&certificate)?,
                key: read(&key)?,
            }),
            _ => None,
        };
        let (ssl, verification) = tls_of(mode.as_deref(), root.is_some(), is_local(&config))?;
        config.ssl_mode(ssl);
        let authorities = Authorities {
            only: root.is_some(),
            pem: match root {
                Some(path) => Some(read(&path)?),
                None => given.ca_cert,
            },
        };
        let tls = match ssl {
            SslMode::Disable => None,
            _ => Some(Tls::new(verification, &authorities, identity.as_ref())?),
        };
        let schema = given.schema.unwrap_or_else(|| SCHEMA.to_owned());
        if schema.is_empty() || schema.len() > 63 || schema.contains('\0') {
            return Err(usage(format!("`{schema}` cannot be the name of a schema")));
        }
        Ok(Self {
            shown: shown(&config),
            config,
            tls,
            schema,
            password,
        })
    }

    /// The password, which nothing may show.
    pub(crate) fn password(&self) -> Option<&str> {
        self.password
            .as_ref()
            .map(secrecy::ExposeSecret::expose_secret)
    }

    /// The schema that the tables are in.
    pub(crate) fn schema(&self) -> &str {
        &self.schema
    }

    /// Whether both are the same tables.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.shown == other.shown && self.schema == other.schema
    }
}

/// Where it is, without what is secret.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({self})")
    }
}

/// A URL, taken apart.
struct Parts {
    config: Config,
    ssl_mode: Option<String>,
    ssl_root_cert: Option<String>,
    ssl_cert: Option<String>,
    ssl_key: Option<String>,
}

impl Parts {
    /// Takes out of a URL what the library does not know, and lets it read the rest.
    fn of(url: &str, port: Option<&str>) -> Result<Self, Error> {
        // The URL is not repeated: it may hold a password.
        let invalid =
            || usage("invalid PostgreSQL URL").hint("write one like postgres://soc@db.example/gti");
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(invalid());
        }
        let (front, query) = url.split_once('?').unwrap_or((url, ""));
        let mut rest = Vec::new();
        let mut own: [(&str, Option<String>); 4] = [
            ("sslmode", None),
            ("sslrootcert", None),
            ("sslcert", None),
            ("sslkey", None),
        ];
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, _) = pair.split_once('=').unwrap_or((pair, ""));
            match own.iter_mut().find(|(known, _)| *known == name) {
                Some((_, value)) => {
                    let mut decoded = url::form_urlencoded::parse(pair.as_bytes());
                    *value = decoded.next().map(|(_, value)| value.into_owned());
                }
                None => rest.push(pair),
            }
        }
        let mut text = with_port(front, port);
        if !rest.is_empty() {
            text = format!("{text}?{}", rest.join("&"));
        }
        let config = text.parse::<Config>().map_err(|_| invalid())?;
        let [
            (_, ssl_mode),
            (_, ssl_root_cert),
            (_, ssl_cert),
            (_, ssl_key),
        ] = own;
        Ok(Self {
            config,
            ssl_mode,
            ssl_root_cert,
            ssl_cert,
            ssl_key,
        })
    }
}

/// A URL with this port, if it has one host and says no port.
fn with_port(url: &str, port: Option<&str>) -> String {
    let begin = url.find("://").map_or(0, |at| at + 3);
    let end = url[begin..].find('/').map_or(url.len(), |at| begin + at);
    let host = &url[begin..end];
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let silent = !host.contains(',') && (host.ends_with(']') || !host.contains(':'));
    match port {
        Some(port) if silent && !host.is_empty() => {
            format!("{}:{port}{}", &url[..end], &url[end..])
        }
        _ => url.to_owned(),
    }
}

/// The hosts and ports, where the URL does not say them.
fn hosts(config: &mut Config, variable: &dyn Fn(&str) -> Option<String>) -> Result<(), Error> {
    if config.get_hosts().is_empty() {
        let socket = "/var/run/postgresql";
        let host = variable("PGHOST").unwrap_or_else(|| {
            let host = if Path::new(socket).is_dir() {
                socket
            } else {
                "localhost"
            };
            host.to_owned()
        });
        for host in host.split(',') {
            config.host(host);
        }
    }
    if config.get_ports().is_empty()
        && let Some(ports) = variable("PGPORT")
    {
        for port in ports.split(',') {
            let port = port.trim().parse().map_err(|_| {
                usage(format!(
                    "invalid PGPORT `{ports}`: expected a port, such as 5432"
                ))
            })?;
            config.port(port);
        }
    }
    Ok(())
}

fn password(
    config: &Config,
    file: Option<&Path>,
    variable: &dyn Fn(&str) -> Option<String>,
    home: Option<&Path>,
) -> Result<Option<SecretString>, Error> {
    if let Some(password) = config.get_password() {
        let text = String::from_utf8_lossy(password).into_owned();
        return Ok(Some(SecretString::from(text)));
    }
    if let Some(path) = file {
        let text = String::from_utf8_lossy(&read(path)?).into_owned();
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            return Err(usage(format!("`{}` is empty", path.display()))
                .hint("write one line into it: the password"));
        }
        return Ok(Some(SecretString::from(text)));
    }
    if let Some(password) = variable("PGPASSWORD") {
        return Ok(Some(SecretString::from(password)));
    }
    let named = variable("PGPASSFILE").map(PathBuf::from);
    let Some(path) = named.or_else(|| Some(home?.join(".pgpass"))) else {
        return Ok(None);
    };
    let Ok(text) = std::fs::read_to_string(&path) else {
        return Ok(None);
    };
    if pgpass::is_open_to_others(&path) {
        tracing::warn!(
            "`{}` is not used, because others may read it: chmod 600 makes it private",
            path.display()
        );
        return Ok(None);
    }
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let database = config.get_dbname().unwrap_or_default();
    let user = config.get_user().unwrap_or_default();
    let host = config.get_hosts().first().map(host_text);
    Ok(host.and_then(|host| pgpass::password(&text, &host, port, database, user)))
}

fn host_text(host: &Host) -> String {
    match host {
        Host::Tcp(host) => host.clone(),
        #[cfg(unix)]
        Host::Unix(path) => path.display().to_string(),
    }
}

fn is_local(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(host) => matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1"),
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}

/// What a mode asks for. Without one, another machine has to prove who it is, which
/// `libpq` does not ask.
fn tls_of(mode: Option<&str>, root: bool, local: bool) -> Result<(SslMode, Verification), Error> {
    let some = if root {
        Verification::Authority
    } else {
        Verification::Nothing
    };
    Ok(match mode {
        None if local => (SslMode::Prefer, some),
        None | Some("verify-full") => (SslMode::Require, Verification::Full),
        Some("disable") => (SslMode::Disable, Verification::Nothing),
        Some("allow" | "prefer") => (SslMode::Prefer, some),
        Some("require") => (SslMode::Require, some),
        Some("verify-ca") => (SslMode::Require, Verification::Authority),
        Some(other) => {
            return Err(usage(format!(
                "invalid sslmode `{other}`: expected disable, prefer, require, verify-ca or verify-full"
            )));
        }
    })
}

fn shown(config: &Config) -> String {
    let hosts: Vec<String> = config.get_hosts().iter().map(host_text).collect();
    let ports: Vec<String> = config.get_ports().iter().map(u16::to_string).collect();
    let port = match &ports[..] {
        [] => String::new(),
        ports => format!(":{}", ports.join(",")),
    };
    let database = config.get_dbname().unwrap_or_default();
    format!(
        "PostgreSQL database `{database}` at {}{port}",
        hosts.join(",")
    )
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| {
        usage(format!("cannot read `{}`: {error}", path.display())).caused_by(error)
    })
}

fn usage(message: impl Into<String>) -> Error {
    Error::usage(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(url: &str, variables: &[(&str, &str)]) -> Result<Target, Error> {
        let given = Given {
            url: Some(url.to_owned()),
            ..Given::default()
        };
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Target::resolve(given, &variable, None)
    }

    #[test]
    fn the_url_comes_first_and_the_variables_fill_in_the_rest() {
        let variables = [
            ("PGHOST", "other.example"),
            ("PGPORT", "6432"),
            ("PGUSER", "ana"),
            ("PGDATABASE", "intel"),
            ("PGPASSWORD", "s3cret"),
            ("PGSSLMODE", "require"),
        ];
        let one = resolved("postgres://", &variables).expect("a target");
        assert_eq!(
            one.to_string(),
            "PostgreSQL database `intel` at other.example:6432"
        );
        assert_eq!(one.config.get_user(), Some("ana"));
        assert_eq!(one.password(), Some("s3cret"));
        assert_eq!(one.config.get_ssl_mode(), SslMode::Require);
        let url = "postgres://soc:w%40rd@db.example:5433/gti?sslmode=disable&connect_timeout=3";
        let other = resolved(url, &variables).expect("a target");
        assert_eq!(
            other.to_string(),
            "PostgreSQL database `gti` at db.example:5433"
        );
        assert_eq!(other.password(), Some("w@rd"));
        assert!(other.tls.is_none());
        assert!(!format!("{other:?}").contains("w@rd"));
        assert!(!one.is_same(&other));
        let other = resolved("postgres://soc@db.example/gti", &variables).expect("a target");
        assert_eq!(other.config.get_ports(), [6432]);
        let local = resolved("postgres://soc@localhost", &[]).expect("a target");
        assert_eq!(local.config.get_ssl_mode(), SslMode::Prefer);
        assert_eq!(local.config.get_dbname(), Some("soc"));
        let remote = resolved("postgres://soc@db.example", &[]).expect("a target");
        assert_eq!(remote.config.get_ssl_mode(), SslMode::Require);
    }

    #[test]
    fn mistakes_are_told_without_the_password() {
        for (url, variables, told) in [
            (
                "mysql://soc:s3cret@db.example",
                &[][..],
                "invalid PostgreSQL URL",
            ),
            (
                "postgres://soc:s3cret@db.example:port/x",
                &[],
                "invalid PostgreSQL URL",
            ),
            ("postgres://db.example", &[], "as which user"),
            (
                "postgres://a@b.example?sslmode=on",
                &[],
                "invalid sslmode `on`",
            ),
            (
                "postgres://a@b.example",
                &[("PGPORT", "x")],
                "invalid PostgreSQL URL",
            ),
            ("postgres://a@", &[("PGPORT", "x")], "invalid PGPORT"),
            (
                "postgres://a@b.example?sslrootcert=/nowhere",
                &[],
                "cannot read `/nowhere`",
            ),
        ] {
            let error = resolved(url, variables).expect_err(url).to_string();
            assert!(error.contains(told) && !error.contains("s3cret"), "{error}");
        }
    }
}
