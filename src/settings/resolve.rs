//! Everything that is set, decided.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use crate::model::gti_alert::Project;
use crate::model::tlp::Tlp;
use crate::model::valid_for::ValidFor;
use crate::model::visibility::Visibility;
use crate::output::export::ListTarget;
use crate::output::{Format, Shape};

use super::hyperlinks;
use super::pager;
use super::program::Program;
use super::selection::{Named, Selection};
use super::sources::Sources;
use super::{
    ColorWhen, Credential, Directories, Environment, Files, Flags, Inherited, Logging, Proxies,
    Rate, SettingsError, Sinks, Typed, Warning, table,
};

/// Everything that is set, understood and checked: what commands work with.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The profile in use; `default` need not exist.
    pub profile: String,
    /// The user's home directory.
    pub home: Option<PathBuf>,
    /// Which options stand on the command line.
    pub typed: Typed,
    /// The sinks of the configuration file.
    pub sinks: Sinks,
    /// What programs inherit that this one starts.
    pub inherited: Inherited,
    /// Where the configuration file is, or would be; `None` without a home
    /// directory.
    pub config_path: Option<PathBuf>,
    /// Output format; each command has its own set and its own default.
    pub format: Option<String>,
    /// File for the output; `None` for standard output.
    pub output: Option<PathBuf>,
    /// Whether what a failed run has written is kept beside the output.
    pub keep_partial: bool,
    /// The jq program.
    pub jq: Option<Program>,
    /// The jq condition that records have to meet.
    pub condition: Option<Program>,
    /// Whether strings that the program yields are printed bare.
    pub raw_output: bool,
    /// What records are; what the command's are where none is chosen.
    pub shape: Option<Shape>,
    /// Whether tables show all their columns.
    pub wide: bool,
    /// Whether digests show all that they have.
    pub full: bool,
    /// The command of the pager; `None` for none.
    pub pager: Option<String>,
    /// The fields asked for; `None` for the command's own.
    pub fields: Option<Vec<String>>,
    /// The marking of exports.
    pub tlp: Option<Tlp>,
    /// How long exported indicators are valid.
    pub valid_for: ValidFor,
    /// The lowest threat score in lists.
    pub min_score: Option<u8>,
    /// What reads a list of values.
    pub list_target: ListTarget,
    /// The index that documents go to.
    pub index: Option<String>,
    /// Whether what is benign is exported as indicators.
    pub include_benign: bool,
    /// Where the API is: https, or http on a loopback address; no slash at the
    /// end of its path.
    pub base_url: Url,
    /// Where the API of GTI Alerts is, without its version and a slash at the end.
    pub alerts_url: Url,
    /// Where the key is exchanged for a token.
    pub token_url: Url,
    /// The project of GTI Alerts.
    pub alerts_project: Option<Project>,
    /// The `x-tool` header.
    pub x_tool: String,
    /// Longest silence on a connection; not zero.
    pub timeout: Duration,
    /// Tries after the first.
    pub retries: u32,
    /// Longest single wait before a retry.
    pub max_wait: Duration,
    /// Client-side throttle.
    pub rate: Option<Rate>,
    /// Requests in flight.
    pub concurrency: NonZeroUsize,
    /// Budget of API calls.
    pub max_requests: Option<u64>,
    /// The proxies; none for the sandbox, which is on this machine.
    pub proxies: Proxies,
    /// Certificate authorities besides the system's, a PEM file.
    pub ca_cert: Option<PathBuf>,
    /// Whether the simulated API answers.
    pub sandbox: bool,
    /// Whether only errors are said.
    pub quiet: bool,
    /// What is logged, where to and how.
    pub logging: Logging,
    /// When output is coloured.
    pub color: ColorWhen,
    /// Whether a terminal follows links.
    pub hyperlinks: bool,
    /// The database that checkpoints are kept in instead of the state directory.
    pub state: Option<SecretString>,
    /// Where state and cache are kept.
    pub directories: Directories,
    /// Who sees what is scanned, unless a flag says it.
    pub scan_visibility: Option<Visibility>,
    /// Where the key is; `None` when there is none, and for the sandbox, which
    /// must never see a real one.
    pub credential: Option<Credential>,
    /// What the caller should print.
    pub warnings: Vec<Warning>,
}

impl Settings {
    /// Decides every setting: flag, then environment, then profile, then default.
    /// Reads nothing.
    ///
    /// # Errors
    /// A value that can't be understood, wherever it stands; a profile or
    /// configuration file that was named and is not there. A missing key is not
    /// one: see [`required_credential`](Self::required_credential).
    pub(crate) fn resolve(
        flags: &Flags,
        environment: &Environment,
        files: &Files,
    ) -> Result<Self, SettingsError> {
        let selection = Selection::of(flags, environment, files, Named::MustExist)?;
        Self::with(selection, flags, environment, files)
    }

    /// As [`resolve`](Self::resolve), for the commands that write a profile: the
    /// one that is named, and its file, may be new.
    ///
    /// # Errors
    /// A value that can't be understood.
    pub(crate) fn resolve_for_writing(
        flags: &Flags,
        environment: &Environment,
        files: &Files,
    ) -> Result<Self, SettingsError> {
        let selection = Selection::of(flags, environment, files, Named::MayBeNew)?;
        Self::with(selection, flags, environment, files)
    }

    /// The credential, for commands that can't do without.
    ///
    /// # Errors
    /// [`SettingsError::MissingKey`], whose hint shows the ways to set one.
    pub(crate) fn required_credential(&self) -> Result<&Credential, SettingsError> {
        self.credential.as_ref().ok_or(SettingsError::MissingKey)
    }

    fn with(
        mut selection: Selection<'_>,
        flags: &Flags,
        environment: &Environment,
        files: &Files,
    ) -> Result<Self, SettingsError> {
        let from = Sources {
            environment,
            profile: selection.profile.as_ref(),
        };
        if let Some(name) = flags.output.as_deref().and_then(Path::to_str)
            && Format::NAMES.contains(&name)
        {
            let warning = Warning::FileCalledFormat(name.to_owned());
            selection.warnings.push(warning);
        }
        let sandbox = flags.sandbox || from.find(&table::SANDBOX, None)?.unwrap_or(false);
        let (proxies, credential) = if sandbox {
            (Proxies::default(), None)
        } else {
            let credential = match Credential::find(flags, from)? {
                None => Credential::of_vt_cli(files, &mut selection.warnings),
                found => found,
            };
            (Proxies::resolve(flags.proxy.as_deref(), from)?, credential)
        };
        Ok(Self {
            profile: selection.name.to_owned(),
            home: environment.home().map(Path::to_owned),
            typed: Typed::of(flags),
            sinks: Sinks {
                config: files.config.clone(),
                home: environment.home().map(Path::to_owned),
                inherited: environment.inherited(),
                ca_cert: from.path(&table::CA_CERT, flags.ca_cert.as_deref()),
            },
            inherited: environment.inherited(),
            config_path: files.config_path.clone(),
            format: from.find(&table::FORMAT, flags.format.as_deref())?,
            output: flags.output.clone().filter(|path| path != Path::new("-")),
            keep_partial: flags.keep_partial,
            jq: flags.jq.clone(),
            condition: flags.condition.clone(),
            raw_output: flags.raw_output,
            shape: from.find(&table::SHAPE, flags.shape.as_deref())?,
            wide: flags.wide,
            full: flags.full,
            pager: pager::command(flags.no_pager, environment),
            fields: from.find(&table::FIELDS, flags.fields.as_deref())?,
            tlp: from.find(&table::TLP, flags.tlp.as_deref())?,
            min_score: flags.min_score,
            list_target: from.value(&table::TARGET, flags.list_target.as_deref())?,
            index: from.find(&table::INDEX, flags.index.as_deref())?,
            valid_for: from.value(&table::VALID_FOR, flags.valid_for.as_deref())?,
            include_benign: flags.include_benign
                || from.find(&table::INCLUDE_BENIGN, None)?.unwrap_or(false),
            base_url: from.value(&table::BASE_URL, flags.base_url.as_deref())?,
            alerts_url: from.value(&table::ALERTS_URL, flags.alerts_url.as_deref())?,
            token_url: from.value(&table::TOKEN_URL, flags.token_url.as_deref())?,
            alerts_project: from.find(&table::ALERTS_PROJECT, None)?,
            x_tool: from.value(&table::X_TOOL, flags.x_tool.as_deref())?,
            timeout: from.value(&table::TIMEOUT, flags.timeout.as_deref())?,
            retries: from.value(&table::RETRIES, flags.retries.as_deref())?,
            max_wait: from.value(&table::MAX_WAIT, flags.max_wait.as_deref())?,
            rate: from.find(&table::RATE, flags.rate.as_deref())?,
            concurrency: from.value(&table::CONCURRENCY, flags.concurrency.as_deref())?,
            max_requests: from.find(&table::MAX_REQUESTS, flags.max_requests.as_deref())?,
            proxies,
            ca_cert: from.path(&table::CA_CERT, flags.ca_cert.as_deref()),
            sandbox,
            quiet: flags.quiet,
            logging: Logging::resolve(flags, from)?,
            hyperlinks: hyperlinks::are_known(from.environment),
            color: ColorWhen::resolve(flags.color.as_deref(), from)?,
            state: from.find(&table::STATE, flags.state.as_deref())?,
            directories: Directories::resolve(environment),
            scan_visibility: from.find(&table::SCAN_VISIBILITY, None)?,
            credential,
            warnings: selection.warnings,
        })
    }
}
