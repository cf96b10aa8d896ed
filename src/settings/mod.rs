//! Flags, environment, configuration file and defaults, made into finished
//! [`Settings`].
//!
//! [`Files::read`] does the reading, [`Settings::resolve`] decides and is a pure
//! function, [`Credential::load`] fetches the key when a command needs it, and
//! [`write_profile`] keeps one. Precedence is flag, environment, profile,
//! default, for every setting alike (contract, section 2).

mod base_url;
pub mod bounded;
mod color;
mod credential;
mod directories;
mod environment;
mod error;
mod file;
mod files;
mod flags;
mod key_source;
mod logging;
mod origin;
mod parse;
mod permissions;
mod program;
mod proxy;
mod rate;
mod resolve;
mod selection;
mod sinks;
mod sources;
mod suggestion;
pub mod table;
mod vt_toml;
mod warnings;
mod write;

#[cfg(test)]
mod tests;

pub use color::ColorWhen;
pub use credential::{Credential, LoadedKey};
pub use directories::Directories;
pub use environment::Environment;
pub use error::SettingsError;
pub use file::{ConfigFile, position};
pub use files::Files;
pub use flags::Flags;
pub use key_source::KeySource;
pub use logging::{LogFormat, Logging};
pub use origin::Origin;
pub use parse::positive_count;
pub use program::program;
pub use proxy::{Proxies, ProxyUrl};
pub use rate::{Rate, RateUnit};
pub use resolve::Settings;
pub use sinks::{SinkSettings, WebhookSettings};
pub use suggestion::nearest;
pub use vt_toml::VtToml;
pub use warnings::Warning;
pub use write::{NewProfile, write_profile};
