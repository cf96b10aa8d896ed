//! Every setting, a row each: what it is called on the command line, in the
//! environment and in the configuration file, how its value is read, what holds
//! without it, and what it does. Help, completion, the manual page and the pages
//! `gti help options`, `environment` and `config` are made from it.

use std::num::NonZeroUsize;
use std::ops::Deref;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::logging::parse_filter;
use super::{ColorWhen, LogFormat, ProxyUrl, Rate, base_url, parse};
use crate::model::gti_alert::Project;
use crate::model::time::parse_duration;
use crate::model::tlp::Tlp;
use crate::model::valid_for::ValidFor;
use crate::model::visibility::Visibility;
use crate::output::Shape;
use crate::output::export::{ListTarget, index_name};

/// The names of a setting, its default, and its help.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The long option, `--rate`; empty where there is none.
    pub option: &'static str,
    /// The option's letter.
    pub letter: Option<char>,
    /// What stands for the option's value in help; empty for one that takes none.
    pub value: &'static str,
    /// Environment variables, of which the first that is set and not empty counts.
    pub variables: &'static [&'static str],
    /// The key of the configuration file.
    pub key: Option<Key>,
    /// What holds when it is set nowhere.
    pub default: Fallback,
    /// What it does: a phrase without a full stop.
    pub about: &'static str,
    /// Says of a value what is wrong with it.
    pub check: fn(&str) -> Result<(), String>,
}

/// What holds when a setting is set nowhere.
#[derive(Debug, Clone, Copy)]
pub enum Fallback {
    /// Nothing.
    None,
    /// A value, as it would be typed.
    Value(&'static str),
    /// What this describes.
    Described(&'static str),
}

/// A key of the configuration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Its name, dotted below the section.
    pub name: &'static str,
    /// What its value must be.
    pub kind: Kind,
    /// A value as it is written in the file.
    pub example: &'static str,
}

/// What the value of a [`Key`] must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Switch,
}

impl Kind {
    /// What to write.
    pub fn about(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Number => "a whole number",
            Self::Switch => "true or false",
        }
    }
}

/// A row whose value is read as a `T`.
pub(crate) struct Setting<T: 'static> {
    row: Row,
    pub(super) parse: fn(&str) -> Result<T, String>,
}

impl<T> Deref for Setting<T> {
    type Target = Row;

    fn deref(&self) -> &Row {
        &self.row
    }
}

impl Row {
    /// The variable to show.
    pub fn variable(&self) -> &'static str {
        self.variables.first().copied().unwrap_or_default()
    }

    /// The name of its key in the configuration file; empty where it has none.
    pub fn key_name(&self) -> &'static str {
        self.key.map_or("", |key| key.name)
    }

    /// What holds without it, in words; empty when that is nothing.
    pub fn default_text(&self) -> &'static str {
        match self.default {
            Fallback::None => "",
            Fallback::Value(text) | Fallback::Described(text) => text,
        }
    }

    /// The help of the option, its default last.
    pub fn help(&self) -> String {
        match self.default_text() {
            "" => self.about.to_owned(),
            default => format!("{} [default: {default}]", self.about),
        }
    }
}

const fn key(name: &'static str, kind: Kind, example: &'static str) -> Key {
    Key {
        name,
        kind,
        example,
    }
}

macro_rules! table {
    ($($name:ident: $type:ty = $option:literal $letter:expr, $value:literal, $variables:expr, $key:expr,
        $parse:expr, $default:expr, $about:literal;)+) => {
        $(
            #[doc = $about]
            pub(crate) const $name: Setting<$type> = Setting {
                row: Row {
                    option: $option,
                    letter: $letter,
                    value: $value,
                    variables: &$variables,
                    key: $key,
                    default: $default,
                    about: $about,
                    check: |text| {
                        let parse: fn(&str) -> Result<$type, String> = $parse;
                        parse(text).map(drop)
                    },
                },
                parse: $parse,
            };
        )+

        /// Every row, in the order of the contract.
        pub(crate) const ROWS: &[Row] = &[$($name.row),+];

    };
}

use self::Fallback::{Described, None as Unset, Value};
use self::Kind::{Number, Switch, Text};

table! {
    FORMAT: String = "--format" Some('f'), "FORMAT", ["GTI_FORMAT"], Some(key("format", Text, "\"jsonl\"")),
        |text| Ok(text.to_owned()), Described("text on a terminal, jsonl otherwise"),
        "Output format";
    OUTPUT: PathBuf = "--output" Some('o'), "FILE", [], None,
        parse::file, Described("standard output"),
        "Write to FILE, replacing it in one step when the run is complete (ingest appends)";
    KEEP_PARTIAL: bool = "--keep-partial" None, "", [], None,
        parse::switch, Unset,
        "Keep the output of a failed run in FILE.partial, beside the -o FILE that stays unchanged";
    JQ: String = "--jq" None, "EXPR", [], None,
        |text| Ok(text.to_owned()), Unset,
        "Run each JSON record through a jq program (built in); @FILE reads it from a file";
    WHERE: String = "--where" None, "JQ", [], None,
        |text| Ok(text.to_owned()), Unset,
        "Keep the records for which a jq condition is true; @FILE reads it from a file";
    RAW_OUTPUT: bool = "--raw-output" Some('r'), "", [], None,
        parse::switch, Unset,
        "Print the strings that --jq yields without quotes, in any format";
    FIELDS: Vec<String> = "--fields" None, "LIST", [], None,
        parse::fields, Described("the command's own"),
        "Columns of text and csv, keys of json and jsonl: a,b.c";
    TLP: Tlp = "--tlp" None, "LABEL", ["GTI_TLP"], Some(key("tlp", Text, "\"amber\"")),
        Tlp::parse, Unset,
        "TLP 2.0 marking of exports that carry one: clear, green, amber, amber+strict or red";
    VALID_FOR: ValidFor = "--valid-for" None, "LIST", ["GTI_VALID_FOR"], Some(key("valid_for", Text, "\"ip=3d,url=7d\"")),
        str::parse, Value("ip=7d,domain=30d,url=14d,file=365d"),
        "How long exported indicators are valid, from when they were fetched";
    INCLUDE_BENIGN: bool = "--include-benign" None, "", ["GTI_INCLUDE_BENIGN"], Some(key("include_benign", Switch, "true")),
        parse::switch, Unset,
        "Export benign and undetected items as indicators too, not only as observables";
    MIN_SCORE: u8 = "--min-score" None, "N", [], None,
        |text| text.parse().ok().filter(|score| *score <= 100).ok_or_else(|| format!("`{text}` is not a threat score: write 0 to 100")), Unset,
        "Leave out of lists (values, zeek, suricata) what has a lower threat score, or none";
    TARGET: ListTarget = "--target" None, "NAME", [], None,
        str::parse, Value("plain"),
        "What reads the list of -f values: plain, pan, forti, hosts, adblock, dnsmasq or rpz";
    INDEX: String = "--index" None, "NAME", ["GTI_INDEX"], Some(key("index", Text, "\"logs-ti_gti.lists-default\"")),
        index_name, Described("logs-ti_gti.FEED-default"),
        "Index of -f bulk and -f hec";
    SHAPE: Shape = "--shape" None, "SHAPE", ["GTI_SHAPE"], Some(key("shape", Text, "\"record\"")),
        str::parse, Described("raw; record for enrich"),
        "What feeds, lists and searches print: raw, the API's own objects, or record, the common record";
    WIDE: bool = "--wide" None, "", [], None,
        parse::switch, Unset,
        "Show all columns of tables on a terminal, however wide they are";
    FULL: bool = "--full" None, "", [], None,
        parse::switch, Unset,
        "Show digests in full, not cut to 40 lines";
    NO_PAGER: bool = "--no-pager" None, "", [], None,
        parse::switch, Unset,
        "Write long results to the terminal at once, not through a pager";
    PAGER: String = "" None, "", ["GTI_PAGER", "PAGER"], None,
        |text| Ok(text.to_owned()), Described("less -FRX"),
        "The pager for long results at a terminal; empty or cat is none";
    API_KEY_FILE: PathBuf = "--api-key-file" None, "FILE", ["GTI_API_KEY_FILE"], Some(key("apikey_file", Text, "\"~/.secrets/gti\"")),
        parse::file, Unset,
        "Read the API key from FILE; - is standard input";
    API_KEY: String = "" None, "", ["GTI_API_KEY", "GTI_APIKEY", "VT_API_KEY", "VT_APIKEY", "VTCLI_APIKEY"], Some(key("apikey", Text, "\"…\"")),
        |text| Ok(text.to_owned()), Described("the one in ~/.vt.toml"),
        "The API key";
    PROFILE: String = "--profile" None, "NAME", ["GTI_PROFILE"], None,
        |text| Ok(text.to_owned()), Value("default"),
        "Section of the configuration file to use";
    CONFIG: PathBuf = "--config" None, "FILE", ["GTI_CONFIG"], None,
        parse::file, Described("$XDG_CONFIG_HOME/gti/config.toml"),
        "The configuration file";
    BASE_URL: Url = "--base-url" None, "URL", ["GTI_BASE_URL"], Some(key("base_url", Text, "\"https://gti.example/api/v3\"")),
        base_url::parse, Value("https://www.virustotal.com/api/v3"),
        "Base URL of the API: https, or http to a loopback address";
    ALERTS_URL: Url = "--alerts-url" None, "URL", ["GTI_ALERTS_URL"], Some(key("alerts.url", Text, "\"https://threatintelligence.us-central1.rep.googleapis.com\"")),
        base_url::parse_alerts, Value("https://threatintelligence.googleapis.com"),
        "Where the API of GTI Alerts is, which gets the token: https, or http to a loopback address";
    TOKEN_URL: Url = "--token-url" None, "URL", ["GTI_TOKEN_URL"], Some(key("alerts.token_url", Text, "\"https://idp.example/realms/master/exchange/api-key\"")),
        base_url::parse_token, Value("https://idp.prod.identity.proactive.virustotal.com/realms/master/exchange/api-key"),
        "Where the key is exchanged for a token of GTI Alerts: https, or http to a loopback address";
    ALERTS_PROJECT: Project = "" None, "", ["GTI_ALERTS_PROJECT"], Some(key("alerts.project", Text, "\"gti-12345\"")),
        str::parse, Unset,
        "Project of GTI Alerts, where --project names none";
    X_TOOL: String = "--x-tool" None, "VALUE", ["GTI_X_TOOL"], Some(key("x_tool", Text, "\"org.product.v1.0\"")),
        parse::header_text, Value(concat!("gti-cli.gti.", env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"))),
        "The x-tool header, which names the integration to the service";
    TIMEOUT: Duration = "--timeout" None, "DURATION", ["GTI_TIMEOUT"], Some(key("timeout", Text, "\"60s\"")),
        parse::positive_duration, Value("60s"),
        "Idle timeout of a connection, while connecting and between bytes";
    RETRIES: u32 = "--retries" None, "N", ["GTI_RETRIES"], Some(key("retries", Number, "5")),
        parse::count, Value("5"),
        "Max retries after a rate limit, a 5xx or a network fault";
    MAX_WAIT: Duration = "--max-wait" None, "DURATION", ["GTI_MAX_WAIT"], Some(key("max_wait", Text, "\"2m\"")),
        parse_duration, Value("2m"),
        "Longest single wait before a retry; a longer Retry-After ends the run with exit code 6";
    RATE: Rate = "--rate" None, "N/UNIT", ["GTI_RATE"], Some(key("rate", Text, "\"4/m\"")),
        str::parse, Described("unlimited"),
        "Rate limit of the client: 4/m, 50/s";
    CONCURRENCY: NonZeroUsize = "--concurrency" Some('j'), "N", ["GTI_CONCURRENCY"], Some(key("concurrency", Number, "8")),
        parse::positive_count, Value("8"),
        "Requests in flight";
    MAX_REQUESTS: u64 = "--max-requests" None, "N", ["GTI_MAX_REQUESTS"], Some(key("max_requests", Number, "500")),
        parse::count, Described("unlimited"),
        "Budget of requests for this run, retries counted";
    PROXY: ProxyUrl = "--proxy" None, "URL", [], Some(key("proxy", Text, "\"http://proxy.example:3128\"")),
        str::parse, Described("HTTPS_PROXY, HTTP_PROXY, ALL_PROXY"),
        "Proxy: http, https, socks5 or socks5h URL; loopback addresses never go through it";
    HTTPS_PROXY: String = "" None, "", ["HTTPS_PROXY", "https_proxy"], None,
        |text| Ok(text.to_owned()), Unset,
        "Proxy for https addresses";
    HTTP_PROXY: String = "" None, "", ["HTTP_PROXY", "http_proxy"], None,
        |text| Ok(text.to_owned()), Unset,
        "Proxy for http addresses";
    ALL_PROXY: String = "" None, "", ["ALL_PROXY", "all_proxy"], None,
        |text| Ok(text.to_owned()), Unset,
        "Proxy for addresses that no other variable covers";
    NO_PROXY: String = "" None, "", ["NO_PROXY", "no_proxy"], None,
        |text| Ok(text.to_owned()), Unset,
        "Hosts that are reached without a proxy, separated by commas";
    CA_CERT: PathBuf = "--ca-cert" None, "FILE", ["SSL_CERT_FILE"], Some(key("ca_cert", Text, "\"/etc/ssl/corporate.pem\"")),
        parse::file, Unset,
        "PEM file with more certificate authorities to trust";
    SANDBOX: bool = "--sandbox" None, "", ["GTI_SANDBOX"], Some(key("sandbox", Switch, "true")),
        parse::switch, Unset,
        "Use the built-in simulated API; needs no key";
    // What fails is told as an error of this program; the words of the libraries
    // below it beside that would say it twice.
    LOG: String = "" None, "", ["GTI_LOG"], Some(key("log", Text, "\"gti=debug\"")),
        parse_filter, Value("off,gti=warn"),
        "What to log, as a tracing filter like gti=debug";
    VERBOSE: bool = "--verbose" Some('v'), "", [], None,
        parse::switch, Unset,
        "Log more on standard error: -v retries, -vv requests, -vvv everything";
    QUIET: bool = "--quiet" Some('q'), "", [], None,
        parse::switch, Unset,
        "Print nothing but errors on standard error";
    LOG_FILE: PathBuf = "--log-file" None, "FILE", [], Some(key("log_file", Text, "\"~/gti.log\"")),
        parse::file, Described("standard error"),
        "Write logs to FILE";
    LOG_FORMAT: LogFormat = "--log-format" None, "FORM", [], Some(key("log_format", Text, "\"json\"")),
        str::parse, Value("text"),
        "Format of logs and errors";
    COLOR: ColorWhen = "--color" None, "WHEN", [], Some(key("color", Text, "\"never\"")),
        str::parse, Value("auto"),
        "When to use colour";
    NO_COLOR: String = "" None, "", ["NO_COLOR"], None,
        |text| Ok(text.to_owned()), Unset,
        "Any value turns colour off";
    CLICOLOR_FORCE: String = "" None, "", ["CLICOLOR_FORCE"], None,
        |text| Ok(text.to_owned()), Unset,
        "Any value but 0 turns colour on, unless `NO_COLOR` is set";
    TERM: String = "" None, "", ["TERM"], None,
        |text| Ok(text.to_owned()), Unset,
        "The kind of terminal; dumb means no colour";
    FORCE_HYPERLINK: String = "" None, "", ["FORCE_HYPERLINK"], None,
        |text| Ok(text.to_owned()), Described("what is known of the terminal"),
        "Whether links at a terminal can be clicked: 1 or 0";
    SCAN_VISIBILITY: Visibility = "" None, "", [], Some(key("scan.visibility", Text, "\"private\"")),
        str::parse, Unset,
        "Who can see submissions: private or public";
    STATE: SecretString = "--state" None, "URL", ["GTI_STATE_URL"], None,
        parse::database, Described("the state directory"),
        "Database of checkpoints and cached answers that several hosts share: a postgres URL";
    STATE_DIR: PathBuf = "" None, "", ["GTI_STATE_DIR"], None,
        parse::file, Described("$XDG_STATE_HOME/gti"),
        "Directory of the checkpoints";
    CACHE_DIR: PathBuf = "" None, "", ["GTI_CACHE_DIR"], None,
        parse::file, Described("$XDG_CACHE_HOME/gti"),
        "Directory of the response cache";
    XDG_CONFIG_HOME: PathBuf = "" None, "", ["XDG_CONFIG_HOME"], None,
        parse::file, Described("~/.config; %APPDATA% on Windows"),
        "Base directory of configuration";
    XDG_STATE_HOME: PathBuf = "" None, "", ["XDG_STATE_HOME"], None,
        parse::file, Described("~/.local/state; %LOCALAPPDATA% on Windows"),
        "Base directory of state";
    XDG_CACHE_HOME: PathBuf = "" None, "", ["XDG_CACHE_HOME"], None,
        parse::file, Described("~/.cache; %LOCALAPPDATA% on Windows"),
        "Base directory of caches";
    APPDATA: PathBuf = "" None, "", ["APPDATA"], None,
        parse::file, Unset,
        "Windows: base directory of configuration";
    LOCALAPPDATA: PathBuf = "" None, "", ["LOCALAPPDATA"], None,
        parse::file, Unset,
        "Windows: base directory of state and caches";
}

/// The keys of the configuration file.
pub(crate) fn keys() -> impl Iterator<Item = Key> {
    ROWS.iter().filter_map(|row| row.key)
}

/// The row with this key of the configuration file.
pub(crate) fn row_of_key(name: &str) -> Option<&'static Row> {
    ROWS.iter()
        .find(|row| row.key_name() == name && row.key.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_a_value_that_the_setting_takes() {
        for row in ROWS {
            if let Value(text) = row.default {
                assert_eq!((row.check)(text), Ok(()), "{} {text}", row.option);
            }
        }
    }

    #[test]
    fn every_name_stands_once() {
        let options = ROWS.iter().map(|row| row.option);
        let variables = ROWS.iter().flat_map(|row| row.variables).copied();
        let mut names: Vec<&str> = options
            .chain(variables)
            .chain(keys().map(|key| key.name))
            .filter(|name| !name.is_empty())
            .collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
