//! `gti auth import`.

use super::check;
use crate::commands::config;
use crate::commands::context::Context;
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;
use crate::settings::{NewProfile, VtToml, write_profile};

pub(super) async fn run(cx: &mut Context) -> Result<Exit, Error> {
    let path = config::path(cx)?;
    let vt = match &cx.settings.home {
        Some(home) => VtToml::read(home)?,
        None => None,
    };
    let credential = vt.as_ref().and_then(VtToml::credential);
    let (Some(vt), Some(credential)) = (vt, credential) else {
        let missing = Error::new(ErrorKind::Auth, "there is no `apikey` in ~/.vt.toml");
        return Err(missing.hint("run `gti auth login` to enter a key"));
    };
    let key = credential.load(&mut std::io::empty())?.key;
    check(cx, &key).await?;
    let proxy = vt.proxy()?;
    let profile = cx.settings.profile.clone();
    write_profile(
        &path,
        &profile,
        &NewProfile {
            key: &key,
            proxy: proxy.as_ref(),
        },
    )?;
    cx.ui.note(&format!(
        "key …{} accepted; copied from {} to profile `{profile}` in {}",
        key.last_four(),
        vt.path().display(),
        path.display()
    ));
    Ok(Exit::Done)
}
