//! `gti auth login`.

use std::io::Read;

use super::check;
use crate::client::key::ApiKey;
use crate::commands::config;
use crate::commands::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::settings::{NewProfile, write_profile};

/// More than any key, less than anything that would hurt to read.
const LONGEST_KEY: u64 = 4096;

pub(super) async fn run(cx: &mut Context) -> Result<Exit, Error> {
    let path = config::path(cx)?;
    let typed = ask(cx)?;
    let key = ApiKey::new(&typed).map_err(|error| {
        Error::usage(error.to_string())
            .hint("your key is at https://www.virustotal.com/gui/my-apikey")
    })?;
    drop(typed);
    check(cx, &key).await?;
    let profile = cx.settings.profile.clone();
    write_profile(
        &path,
        &profile,
        &NewProfile {
            key: &key,
            proxy: None,
        },
    )?;
    cx.ui.note(&format!(
        "key …{} accepted; written to profile `{profile}` in {}",
        key.last_four(),
        path.display()
    ));
    Ok(Exit::Done)
}

/// The key from the keyboard, unseen, or from a pipe.
fn ask(cx: &mut Context) -> Result<String, Error> {
    let unread = |error: std::io::Error| Error::io("cannot read the key", error);
    if cx.ui.terminal.stdin {
        cx.ui
            .prompt("API key (https://www.virustotal.com/gui/my-apikey): ");
        let key = rpassword::read_password().map_err(unread)?;
        return Ok(key);
    }
    let mut key = String::new();
    cx.ui
        .take_stdin()
        .take(LONGEST_KEY)
        .read_to_string(&mut key)
        .map_err(unread)?;
    Ok(key)
}
