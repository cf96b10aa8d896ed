//! `gti auth logout`.

use crate::commands::config::{file, path};
use crate::commands::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::settings::{table, write_value};

pub(super) fn run(cx: &Context) -> Result<Exit, Error> {
    let path = path(cx)?;
    let profile = &cx.settings.profile;
    let keys = [table::API_KEY.key, table::API_KEY_FILE.key];
    let values = match file(&path)? {
        Some(file) => file.values(profile)?,
        None => vec![],
    };
    let held = |key: table::Key| values.iter().any(|(row, _, _)| row.key == Some(key));
    let mut removed = false;
    for key in keys.into_iter().flatten().filter(|key| held(*key)) {
        write_value(&path, profile, key, None)?;
        removed = true;
    }
    let place = path.display();
    cx.ui.note(&if removed {
        format!("the key of profile `{profile}` is out of {place}")
    } else {
        format!("profile `{profile}` has no key in {place}")
    });
    Ok(Exit::Done)
}
