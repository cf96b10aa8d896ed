//! What can be checked on this machine alone.

use std::path::Path;

use super::check::Finding;
use crate::commands::context::Context;
use crate::model::error::{Error, ErrorKind};
use crate::settings::{Warning, bounded};
use crate::state;
use crate::state::checkpoint::Checkpoints;

pub(super) fn version() -> Finding {
    let system = if cfg!(windows) {
        "Windows"
    } else if cfg!(target_os = "macos") {
        "macOS"
    } else if cfg!(target_os = "linux") {
        "Linux"
    } else {
        "another Unix"
    };
    Finding::ok(
        "version",
        format!("gti {}, {system}", env!("CARGO_PKG_VERSION")),
    )
}

pub(super) fn configuration(cx: &Context) -> Finding {
    let settings = &cx.settings;
    let found = match &settings.config_path {
        None => "none: there is no home directory".to_owned(),
        Some(path) if path.exists() => {
            format!("{}, profile `{}`", path.display(), settings.profile)
        }
        Some(path) => format!("none at {}: defaults apply", path.display()),
    };
    if settings.warnings.is_empty() {
        return Finding::ok("config", found);
    }
    let said: Vec<String> = settings.warnings.iter().map(Warning::to_string).collect();
    Finding::warn("config", found, said.join("; "))
}

pub(super) fn base_url(cx: &Context) -> Finding {
    let detail = if cx.settings.sandbox {
        "the sandbox: simulated data".to_owned()
    } else {
        cx.settings.base_url.to_string()
    };
    Finding::ok("base_url", detail)
}

/// Where the key and the token of GTI Alerts go, besides the base URL.
pub(super) fn alerts(cx: &Context) -> Finding {
    let settings = &cx.settings;
    if settings.sandbox {
        return Finding::ok("alerts", "the sandbox: simulated data");
    }
    let origin = |url: &url::Url| url.origin().ascii_serialization();
    let project = match &settings.alerts_project {
        Some(project) => format!("project {}", project.id()),
        None => "no project: --project names one".to_owned(),
    };
    Finding::ok(
        "alerts",
        format!(
            "the key goes to {} for a token, the token to {}; {project}",
            origin(&settings.token_url),
            origin(&settings.alerts_url)
        ),
    )
}

/// The way out; a proxy shows itself without its password.
pub(super) fn proxy(cx: &Context) -> Finding {
    let proxies = &cx.settings.proxies;
    let chosen = match cx.settings.base_url.scheme() {
        "http" => &proxies.http,
        _ => &proxies.https,
    };
    let detail = match (chosen, &proxies.bypass) {
        (None, _) => "none".to_owned(),
        (Some(proxy), None) => proxy.to_string(),
        (Some(proxy), Some(bypass)) => format!("{proxy}, but not for {bypass}"),
    };
    Finding::ok("proxy", detail)
}

pub(super) fn certificates(cx: &Context) -> Finding {
    let Some(path) = &cx.settings.ca_cert else {
        return Finding::ok("certificates", "those of the system");
    };
    match bounded::read_bundle(path) {
        Ok(_) => Finding::ok(
            "certificates",
            format!("those of the system, and {}", path.display()),
        ),
        Err(error) => {
            let message = format!("cannot read the CA bundle `{}`: {error}", path.display());
            let failure = Error::usage(message).hint("--ca-cert and SSL_CERT_FILE take a PEM file");
            Finding::fail("certificates", &failure)
        }
    }
}

/// The checkpoints: the whole database is read.
pub(super) fn checkpoints(cx: &Context) -> Finding {
    let look = || -> Result<String, Error> {
        let directory = cx.settings.directories.state()?;
        let place = directory.display();
        let Some(store) = Checkpoints::open_existing(directory)? else {
            return Ok(format!("none yet in {place}"));
        };
        if let Some(problem) = store.integrity()? {
            let failure = Error::new(
                ErrorKind::State,
                format!("{} is damaged: {problem}", store.path().display()),
            );
            return Err(failure.hint("`gti state verify NAME` tells which checkpoints are whole"));
        }
        Ok(format!("{} in {place}, whole", store.list()?.len()))
    };
    match look() {
        Ok(detail) => Finding::ok("state", detail),
        Err(failure) => Finding::fail("state", &failure),
    }
}

/// The cache, whose loss harms nobody.
pub(super) fn cache(cx: &Context) -> Finding {
    let look = || -> Result<(u64, Vec<String>, &Path), Error> {
        let directory = cx.settings.directories.cache()?;
        let found = state::stats(directory)?;
        let entries = found.iter().map(|stats| stats.entries).sum();
        let problems = found
            .into_iter()
            .filter_map(|stats| Some(format!("{}: {}", stats.path.display(), stats.problem?)));
        Ok((entries, problems.collect(), directory))
    };
    let clear = "run `gti cache clear` to start a new one; nothing is lost";
    match look() {
        Ok((entries, problems, directory)) if problems.is_empty() => Finding::ok(
            "cache",
            format!("{entries} answers in {}", directory.display()),
        ),
        Ok((_, problems, _)) => Finding::warn("cache", problems.join("; "), clear),
        Err(failure) => Finding::warn("cache", failure.to_string(), clear),
    }
}
