//! What a command works with: settings, streams, and the client made from them.

use std::process::Command;
use std::sync::Arc;

use jiff::Timestamp;

use super::output_file::{Contents, Outcome, OutputFile};
use super::signal::Signals;
use crate::bulk::Teller;
use crate::client::cache::Freshness;
use crate::client::hook::Way;
use crate::client::key::ApiKey;
use crate::client::pace::Rate;
use crate::client::retry::Policy;
use crate::client::{Bypass, CacheUse, Client, Config, ProxyRoute, Route};
use crate::deliver::{Destination, Network, Own};
use crate::model::encoding::decoded;
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;
use crate::output::sink::{Opened, Sink, Target};
use crate::output::{Format, Layout, Options, Output, stix};
use crate::process;
use crate::settings::{Environment, Files, Flags, Settings, bounded};
use crate::state::Cache;
use crate::ui::Ui;

/// What a command works with.
pub(crate) struct Context {
    /// Standard streams and how they look.
    pub ui: Ui,
    /// The global options as typed, for commands that resolve settings anew.
    pub flags: Flags,
    /// The environment.
    pub environment: Environment,
    /// The configuration files as found.
    pub files: Files,
    /// Everything that is set.
    pub settings: Settings,
    /// What time it is.
    pub clock: fn() -> Timestamp,
    /// Ctrl-C and SIGTERM.
    pub signals: Signals,
    /// The file that `-o` names, until it is known how the run ended.
    pub output_file: OutputFile,
    /// The simulated API of this process, once it runs.
    #[cfg(feature = "sandbox")]
    pub sandbox: Option<crate::sandbox::Sandbox>,
}

/// How a command wants to use kept answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caching {
    /// Keep answers between runs; without it, only within this one.
    pub kept: bool,
    /// How old an answer may be; nothing for `--refresh`.
    pub ttl: std::time::Duration,
    /// Answer from the cache alone.
    pub offline: bool,
}

/// Bodies kept for one key at most, as they are on the disk.
const CACHE_LIMIT: u64 = 512 * 1024 * 1024;

/// The name that the service is to know the program by. It compresses only for
/// agents with `gzip` in their name (API notes, section 1.1).
const USER_AGENT: &str = concat!("gti/", env!("CARGO_PKG_VERSION"), " (gzip)");

impl Context {
    /// The key, fetched from where the settings say.
    pub(crate) fn key(&mut self) -> Result<ApiKey, Error> {
        let credential = self.settings.required_credential()?.clone();
        let mut stdin: Box<dyn std::io::Read> = match credential.source() {
            crate::settings::KeySource::Stdin { .. } => self.ui.take_stdin(),
            _ => Box::new(std::io::empty()),
        };
        let loaded = credential.load(&mut *stdin)?;
        self.ui.stderr.secrets.hide(loaded.key.expose());
        if let Some(warning) = loaded.warning {
            tracing::warn!("{warning}");
        }
        Ok(loaded.key)
    }

    /// A client for the configured service, or for the simulated one.
    pub(crate) fn client(&mut self, caching: Option<Caching>) -> Result<Client, Error> {
        if self.settings.sandbox {
            return self.sandbox_client(caching);
        }
        let key = self.key()?;
        let base_url = self.settings.base_url.clone();
        let scope = base_url.to_string();
        self.client_for(Some(key), base_url, scope, caching)
    }

    /// A client without a key, to see whether anybody is there.
    pub(crate) fn client_without_key(&self) -> Result<Client, Error> {
        let base_url = self.settings.base_url.clone();
        self.client_for(None, base_url, String::new(), None)
    }

    /// Another program, to be started without anything secret.
    pub(crate) fn child(&self, program: &str) -> Command {
        let secrets = &self.ui.stderr.secrets;
        process::child(program, self.environment.others(), |value| {
            secrets.stand_in(value)
        })
    }

    /// Where the service is that answers: the sandbox's own address, once it runs.
    pub(crate) fn service(&self) -> String {
        #[cfg(feature = "sandbox")]
        if let Some(sandbox) = &self.sandbox {
            return sandbox.base_url();
        }
        self.settings.base_url.to_string()
    }

    /// A client with this key instead of the configured one, to check it.
    pub(crate) fn client_with(&self, key: ApiKey) -> Result<Client, Error> {
        let base_url = self.settings.base_url.clone();
        self.client_for(Some(key), base_url, String::new(), None)
    }

    #[cfg(feature = "sandbox")]
    fn sandbox_client(&mut self, caching: Option<Caching>) -> Result<Client, Error> {
        use crate::sandbox::{KEY, Options as SandboxOptions, Sandbox};

        let failed = |error: &dyn std::fmt::Display| {
            Error::new(
                ErrorKind::State,
                format!("the sandbox did not start: {error}"),
            )
        };
        let sandbox = Sandbox::start(SandboxOptions {
            now: self.clock,
            ..SandboxOptions::default()
        })
        .map_err(|error| failed(&error))?;
        let base_url = sandbox.base_url().parse().map_err(|error| failed(&error))?;
        let key = ApiKey::new(KEY).map_err(|error| failed(&error))?;
        self.sandbox = Some(sandbox);
        self.ui.remark("sandbox: simulated data");
        // Its port differs from run to run, its answers don't.
        let scope = concat!("sandbox ", env!("CARGO_PKG_VERSION"), " ").to_owned();
        self.client_for(Some(key), base_url, scope, caching)
    }

    #[cfg(not(feature = "sandbox"))]
    fn sandbox_client(&mut self, _: Option<Caching>) -> Result<Client, Error> {
        Err(Error::usage("this gti was built without the sandbox")
            .hint("unset GTI_SANDBOX, or build with the default features"))
    }

    fn client_for(
        &self,
        key: Option<ApiKey>,
        base_url: url::Url,
        scope: String,
        caching: Option<Caching>,
    ) -> Result<Client, Error> {
        let settings = &self.settings;
        let cache = match caching.zip(key.as_ref()) {
            Some((caching, key)) => Some(CacheUse {
                store: Arc::new(self.cache(key, caching.kept)?),
                freshness: Freshness {
                    ttl: caching.ttl,
                    run_started: (self.clock)(),
                    offline: caching.offline,
                },
                scope,
            }),
            None => None,
        };
        let Way {
            user_agent,
            idle_timeout,
            proxies,
            ca_cert,
        } = self.way()?;
        let client = Client::new(Config {
            route: Route {
                base_url,
                key,
                x_tool: Some(settings.x_tool.clone()),
                redirects: true,
                user_agent,
                idle_timeout,
                proxies,
                ca_cert,
            },
            policy: self.policy(),
            rate: settings.rate.map(|rate| Rate {
                count: rate.count.get(),
                per: rate.unit.duration(),
            }),
            concurrency: settings.concurrency.get(),
            max_requests: settings.max_requests,
            cache,
            clock: self.clock,
        })?;
        Ok(client)
    }

    /// How patient requests are, to the service and elsewhere.
    fn policy(&self) -> Policy {
        Policy {
            retries: self.settings.retries,
            max_wait: self.settings.max_wait,
        }
    }

    /// The way out of this machine, to the service and elsewhere.
    pub(crate) fn way(&self) -> Result<Way, Error> {
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
        let proxy = |proxy: &crate::settings::ProxyUrl| proxy.expose().to_owned();
        Ok(Way {
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
            way: self.way()?,
            policy: self.policy(),
            clock: self.clock,
        })
    }

    /// Which files are the program's own.
    pub(crate) fn own(&self) -> Own<'_> {
        Own {
            settings: &self.settings,
            files: &self.files,
        }
    }

    /// The sink of a name in the configuration file.
    pub(crate) fn sink_named(&self, name: &str) -> Result<Destination, Error> {
        Destination::named(name, &self.files, self.environment.home())
    }

    fn cache(&self, key: &ApiKey, kept: bool) -> Result<Cache, Error> {
        if !kept {
            return Ok(Cache::temporary());
        }
        let directory = self.settings.directories.cache()?;
        let warn = |warning: String| tracing::warn!("{warning}");
        Ok(Cache::open(
            directory,
            &key.fingerprint(),
            CACHE_LIMIT,
            warn,
        ))
    }

    /// Standard input as a list of things to work on.
    ///
    /// # Errors
    /// Usage, when the key is to be read from there too.
    pub(crate) fn list_input(&mut self) -> Result<Box<dyn std::io::Read + Send>, Error> {
        let source = self
            .settings
            .credential
            .as_ref()
            .map(crate::settings::Credential::source);
        if matches!(source, Some(crate::settings::KeySource::Stdin { .. })) {
            return Err(
                Error::usage("the key and the list can't both come from standard input")
                    .hint("put one of them into a file"),
            );
        }
        Ok(Box::new(decoded(self.ui.take_stdin())))
    }

    /// The output that the global options ask for.
    pub(crate) fn output(&mut self, layout: Layout) -> Result<Output, Error> {
        let sink = self.sink()?;
        self.output_into(layout, sink)
    }

    /// Says on standard error what is submitted or changed where records may not.
    pub(crate) fn teller(&self) -> Teller {
        let shaped = self.settings.jq.is_some() || self.settings.fields.is_some();
        Teller {
            stderr: self.ui.stderr.clone(),
            hidden: shaped && !self.ui.quiet,
        }
    }

    /// Says what the records are, where they are more than answers: it decides what
    /// becomes of `-o FILE` when the run fails.
    pub(crate) fn records_are(&mut self, contents: Contents) {
        self.output_file.contents = contents;
    }

    /// The destination that the global options ask for, for what is no records.
    pub(crate) fn sink(&mut self) -> Result<Box<dyn Sink>, Error> {
        let target = self.target();
        if let Target::File(path) = &target {
            self.own().refuse(path)?;
            self.own().refuse_files_of_others(path)?;
        }
        let Opened { sink, successor } = target.open(self.ui.take_stdout())?;
        self.output_file.successor = successor;
        Ok(sink)
    }

    /// Replaces the file that `-o` names if the run gave a whole answer, else leaves
    /// it as it was and says where the records are.
    pub(crate) fn settle_output(&mut self, exit: Exit) -> Result<(), Error> {
        let file = std::mem::take(&mut self.output_file);
        match file.settle(exit, self.flags.keep_partial)? {
            Outcome::InPlace => {}
            Outcome::Beside { target, place } => self.ui.note(&format!(
                "`{target}` is as it was; what this run wrote is in `{place}`"
            )),
            Outcome::Dropped { target } => self.ui.note(&format!(
                "`{target}` is as it was; --keep-partial keeps what a failed run has written"
            )),
        }
        Ok(())
    }

    /// The output that the global options ask for, into another destination than
    /// one-shot commands have.
    pub(crate) fn output_into(&self, layout: Layout, sink: Box<dyn Sink>) -> Result<Output, Error> {
        Ok(Output::open(&self.output_options()?, layout, sink)?)
    }

    /// What was asked of the output.
    pub(crate) fn output_options(&self) -> Result<Options, Error> {
        let target = self.target();
        Ok(Options {
            format: self.output_format()?,
            fields: self.settings.fields.clone(),
            jq: self.settings.jq.clone(),
            stix: stix::Policy {
                tlp: self.settings.tlp,
                valid_for: self.settings.valid_for,
                include_benign: self.settings.include_benign,
            },
            style: if target == Target::Stdout {
                self.ui.style
            } else {
                self.ui.style.plain()
            },
            terminal: self.ui.terminal.stdout && target == Target::Stdout,
        })
    }

    /// The format of the output: what was asked for, else by who reads it.
    pub(crate) fn output_format(&self) -> Result<Format, Error> {
        let watched = self.ui.terminal.stdout && self.target() == Target::Stdout;
        match &self.settings.format {
            Some(name) => name.parse().map_err(|message: String| {
                Error::usage(message).hint("`gti help formats` describes them")
            }),
            None if watched => Ok(Format::Text),
            None => Ok(Format::Jsonl),
        }
    }

    fn target(&self) -> Target {
        Target::of(self.settings.output.as_deref())
    }

    /// Whether data goes to a file and not to standard output.
    pub(crate) fn writes_file(&self) -> bool {
        self.settings.output.is_some()
    }
}
