//! What may stand in a section of the configuration file.

/// A key of the configuration file.
#[derive(Debug, PartialEq, Eq)]
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

const fn key(name: &'static str, kind: Kind, example: &'static str) -> Key {
    Key {
        name,
        kind,
        example,
    }
}

pub(super) const APIKEY: Key = key("apikey", Kind::Text, "\"…\"");
pub(super) const APIKEY_FILE: Key = key("apikey_file", Kind::Text, "\"~/.secrets/gti\"");
pub(super) const BASE_URL: Key = key("base_url", Kind::Text, "\"https://gti.example/api/v3\"");
pub(super) const X_TOOL: Key = key("x_tool", Kind::Text, "\"org.product.v1.0\"");
pub(super) const FORMAT: Key = key("format", Kind::Text, "\"jsonl\"");
pub(super) const TIMEOUT: Key = key("timeout", Kind::Text, "\"60s\"");
pub(super) const RETRIES: Key = key("retries", Kind::Number, "5");
pub(super) const MAX_WAIT: Key = key("max_wait", Kind::Text, "\"2m\"");
pub(super) const RATE: Key = key("rate", Kind::Text, "\"4/m\"");
pub(super) const CONCURRENCY: Key = key("concurrency", Kind::Number, "8");
pub(super) const MAX_REQUESTS: Key = key("max_requests", Kind::Number, "500");
pub(super) const PROXY: Key = key("proxy", Kind::Text, "\"http://proxy.example:3128\"");
pub(super) const CA_CERT: Key = key("ca_cert", Kind::Text, "\"/etc/ssl/corporate.pem\"");
pub(super) const SANDBOX: Key = key("sandbox", Kind::Switch, "true");
pub(super) const LOG: Key = key("log", Kind::Text, "\"gti=debug\"");
pub(super) const LOG_FILE: Key = key("log_file", Kind::Text, "\"~/gti.log\"");
pub(super) const LOG_FORMAT: Key = key("log_format", Kind::Text, "\"json\"");
pub(super) const COLOR: Key = key("color", Kind::Text, "\"never\"");
pub(super) const SCAN_VISIBILITY: Key = key("scan.visibility", Kind::Text, "\"private\"");

/// Every key, in the order of the documentation.
pub const KEYS: &[Key] = &[
    APIKEY,
    APIKEY_FILE,
    BASE_URL,
    X_TOOL,
    FORMAT,
    TIMEOUT,
    RETRIES,
    MAX_WAIT,
    RATE,
    CONCURRENCY,
    MAX_REQUESTS,
    PROXY,
    CA_CERT,
    SANDBOX,
    LOG,
    LOG_FILE,
    LOG_FORMAT,
    COLOR,
    SCAN_VISIBILITY,
];
