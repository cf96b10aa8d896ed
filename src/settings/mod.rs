//! Flags, environment, configuration file and defaults, made into finished
//! [`Settings`].
//!
//! [`Files::read`] does the reading, [`Settings::resolve`] decides and is a pure
//! function, [`Credential::load`] fetches the key when a command needs it, and
//! [`write_profile`] keeps one. Precedence is flag, environment, profile,
//! default, for every setting alike (contract, section 2).

mod base_url;
pub(crate) mod bounded;
mod color;
mod credential;
mod directories;
mod environment;
mod error;
mod file;
mod files;
mod flags;
mod hyperlinks;
mod key_source;
mod logging;
mod origin;
mod pager;
mod parse;
mod permissions;
mod program;
mod proxy;
mod rate;
mod resolve;
mod selection;
mod sinks;
mod sources;
pub(crate) mod table;
mod typed;
mod vt_toml;
mod warnings;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use crate::model::suggestion::{nearest, slip_of};
pub(crate) use color::ColorWhen;
pub(crate) use credential::Credential;
pub(crate) use directories::Directories;
pub use environment::Environment;
pub(crate) use environment::Inherited;
pub(crate) use error::SettingsError;
pub(crate) use file::{ConfigFile, position};
pub(crate) use files::Files;
pub(crate) use flags::Flags;
pub(crate) use key_source::KeySource;
pub(crate) use logging::{LogFormat, Logging};
pub(crate) use origin::Origin;
pub(crate) use parse::positive_count;
pub(crate) use program::{Program, program};
pub(crate) use proxy::{Proxies, ProxyUrl};
pub(crate) use rate::Rate;
pub(crate) use resolve::Settings;
pub(crate) use sinks::{SinkSection, Sinks};
pub(crate) use typed::Typed;
pub(crate) use vt_toml::VtToml;
pub(crate) use warnings::Warning;
pub(crate) use write::{NewProfile, write_profile, write_value};
