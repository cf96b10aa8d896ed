//! Every environment variable that the program reads. The page
//! `gti help environment` is made from [`ALL`].

/// An environment variable: what it is called, what it does, and what holds
/// without it.
#[derive(Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name, then other names that are understood; the first that is set
    /// and not empty counts.
    pub names: &'static [&'static str],
    /// What it sets, in one line.
    pub about: &'static str,
    /// What holds when it is not set; empty when that is nothing.
    pub default: &'static str,
}

impl Variable {
    /// The name to show.
    pub fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }
}

macro_rules! variables {
    ($($constant:ident: [$($name:literal),+], $about:literal, $default:literal;)+) => {
        $(
            #[doc = $about]
            pub const $constant: Variable = Variable {
                names: &[$($name),+],
                about: $about,
                default: $default,
            };
        )+

        /// Every variable, in the order of the contract's table of options.
        pub const ALL: &[Variable] = &[$($constant),+];
    };
}

variables! {
    FORMAT: ["GTI_FORMAT"],
        "Output format, as --format takes it.",
        "text on a terminal, jsonl otherwise";
    API_KEY_FILE: ["GTI_API_KEY_FILE"],
        "File to read the API key from; - is standard input.", "";
    API_KEY: ["GTI_API_KEY", "GTI_APIKEY", "VT_API_KEY", "VT_APIKEY", "VTCLI_APIKEY"],
        "The API key.",
        "the profile's key, then the one in ~/.vt.toml";
    PROFILE: ["GTI_PROFILE"],
        "Section of the configuration file to use.", "default";
    CONFIG: ["GTI_CONFIG"],
        "The configuration file.", "$XDG_CONFIG_HOME/gti/config.toml";
    BASE_URL: ["GTI_BASE_URL"],
        "Where the API is.", "https://www.virustotal.com/api/v3";
    X_TOOL: ["GTI_X_TOOL"],
        "The x-tool header that goes with every request.", "gti-cli.gti.MAJOR.MINOR";
    TIMEOUT: ["GTI_TIMEOUT"],
        "Longest silence on a connection.", "60s";
    RETRIES: ["GTI_RETRIES"],
        "Tries after the first.", "5";
    MAX_WAIT: ["GTI_MAX_WAIT"],
        "Longest single wait before a retry.", "2m";
    RATE: ["GTI_RATE"],
        "Most requests in a time, like 4/m.", "no limit";
    CONCURRENCY: ["GTI_CONCURRENCY"],
        "Requests in flight.", "8";
    MAX_REQUESTS: ["GTI_MAX_REQUESTS"],
        "Most API calls in this run, retries counted.", "no limit";
    HTTPS_PROXY: ["HTTPS_PROXY", "https_proxy"],
        "Proxy for https addresses.", "";
    HTTP_PROXY: ["HTTP_PROXY", "http_proxy"],
        "Proxy for http addresses.", "";
    ALL_PROXY: ["ALL_PROXY", "all_proxy"],
        "Proxy for addresses that no other variable covers.", "";
    NO_PROXY: ["NO_PROXY", "no_proxy"],
        "Hosts that are reached without a proxy, separated by commas.", "";
    CA_CERT: ["SSL_CERT_FILE"],
        "PEM file of certificate authorities to trust; on Linux instead of the system's.", "";
    SANDBOX: ["GTI_SANDBOX"],
        "1 to talk to the built-in simulated API.", "0";
    LOG: ["GTI_LOG"],
        "What to log, as a tracing filter like gti=debug.", "off,gti=warn";
    NO_COLOR: ["NO_COLOR"],
        "Any value turns colour off.", "";
    CLICOLOR_FORCE: ["CLICOLOR_FORCE"],
        "Any value but 0 turns colour on, unless `NO_COLOR` is set.", "";
    TERM: ["TERM"],
        "The kind of terminal; dumb means no colour.", "";
    STATE_DIR: ["GTI_STATE_DIR"],
        "Directory of the checkpoints.", "$XDG_STATE_HOME/gti";
    CACHE_DIR: ["GTI_CACHE_DIR"],
        "Directory of the response cache.", "$XDG_CACHE_HOME/gti";
    XDG_CONFIG_HOME: ["XDG_CONFIG_HOME"],
        "Where configuration lives.", "~/.config; %APPDATA% on Windows";
    XDG_STATE_HOME: ["XDG_STATE_HOME"],
        "Where state lives.", "~/.local/state; %LOCALAPPDATA% on Windows";
    XDG_CACHE_HOME: ["XDG_CACHE_HOME"],
        "Where caches live.", "~/.cache; %LOCALAPPDATA% on Windows";
    APPDATA: ["APPDATA"],
        "Windows: where configuration lives.", "";
    LOCALAPPDATA: ["LOCALAPPDATA"],
        "Windows: where state and caches live.", "";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contracts_variables_are_all_there_and_once() {
        let names: Vec<&str> = ALL.iter().flat_map(|v| v.names).copied().collect();
        for name in [
            "GTI_FORMAT",
            "GTI_API_KEY_FILE",
            "GTI_API_KEY",
            "GTI_APIKEY",
            "VT_API_KEY",
            "VT_APIKEY",
            "VTCLI_APIKEY",
            "GTI_PROFILE",
            "GTI_CONFIG",
            "GTI_BASE_URL",
            "GTI_X_TOOL",
            "GTI_TIMEOUT",
            "GTI_RETRIES",
            "GTI_MAX_WAIT",
            "GTI_RATE",
            "GTI_CONCURRENCY",
            "GTI_MAX_REQUESTS",
            "HTTPS_PROXY",
            "HTTP_PROXY",
            "ALL_PROXY",
            "NO_PROXY",
            "SSL_CERT_FILE",
            "GTI_SANDBOX",
            "GTI_LOG",
            "NO_COLOR",
            "CLICOLOR_FORCE",
            "GTI_STATE_DIR",
            "GTI_CACHE_DIR",
        ] {
            assert_eq!(names.iter().filter(|n| **n == name).count(), 1, "{name}");
        }
    }
}
