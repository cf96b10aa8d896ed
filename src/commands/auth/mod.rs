//! `gti auth`: the key, where it comes from and what it may do.

mod import;
mod login;
mod logout;
pub(super) mod status;

use clap::Subcommand;

use super::context::Context;
use crate::client::endpoints::users::Account;
use crate::client::key::ApiKey;
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;

/// Set up and check the API key
#[derive(Debug, Subcommand)]
pub(crate) enum AuthCommand {
    /// Show where the key comes from, its last characters, and what it may do
    Status,
    /// Ask for a key, check it, and save it in the configuration file
    ///
    /// The key is not shown while it is typed. In a script, pipe it in:
    /// `gti auth login < key.txt`. It is written with mode 0600.
    Login,
    /// Take the key out of the configuration file
    Logout,
    /// Import the key and the proxy of vt-cli from ~/.vt.toml
    Import,
}

pub(crate) async fn run(command: &AuthCommand, cx: &mut Context) -> Result<Exit, Error> {
    match command {
        AuthCommand::Status => status::run(cx).await,
        AuthCommand::Login => login::run(cx).await,
        AuthCommand::Logout => logout::run(cx),
        AuthCommand::Import => import::run(cx).await,
    }
}

/// Asks the service about a key before it is kept.
async fn check(cx: &mut Context, key: &ApiKey) -> Result<Account, Error> {
    cx.ui.stderr.secrets.hide(key.expose());
    let client = cx.client_with(key.clone())?;
    client.account(key).await.map_err(refused)
}

fn refused(error: Error) -> Error {
    match error.kind {
        ErrorKind::Auth => error.context("the service refused the key").hint(
            "copy it again from https://www.virustotal.com/gui/my-apikey; nothing was changed",
        ),
        _ => error,
    }
}
