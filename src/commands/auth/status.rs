//! `gti auth status`.

use serde::Serialize;

use crate::commands::context::Context;
use crate::commands::members::account::KEY;
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;
use crate::output::{self, Columns, Layout, Subject, sanitize};
use crate::ui::style::{Style, Tone};

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "auth status",
    columns: Columns(&["source", "key", "profile", "base_url", "valid", "user"]),
    members: KEY,
    single: true,
    subject: Subject::Program,
};

#[derive(Serialize)]
struct Status {
    source: String,
    /// The last four characters.
    key: String,
    fingerprint: String,
    profile: String,
    base_url: String,
    /// `null` when the service could not be asked.
    valid: Option<bool>,
    user: Option<String>,
    privileges: Vec<String>,
}

pub(super) async fn run(cx: &mut Context) -> Result<Exit, Error> {
    let client = cx.client(None)?;
    let key = client
        .key()
        .ok_or_else(|| Error::from(crate::settings::SettingsError::MissingKey))?;
    let asked = client.account(&key).await;
    let source = match &cx.settings.credential {
        Some(credential) => credential.source().to_string(),
        None => "the sandbox".to_owned(),
    };
    let mut status = Status {
        source,
        key: format!("…{}", key.last_four()),
        fingerprint: key.fingerprint(),
        profile: cx.settings.profile.clone(),
        base_url: cx.service(),
        valid: None,
        user: None,
        privileges: vec![],
    };
    let failure = match asked {
        Ok(account) => {
            status.valid = Some(true);
            status.privileges = account
                .privileges()
                .into_iter()
                .map(str::to_owned)
                .collect();
            // An account that has no name of its own is called by its key.
            status.user = account.id.filter(|id| id != key.expose());
            None
        }
        Err(error) => {
            status.valid = (error.kind == ErrorKind::Auth).then_some(false);
            Some(super::refused(error))
        }
    };
    let mut output = cx.output(LAYOUT)?;
    output.record(&status)?;
    output.finish()?;
    match failure {
        Some(failure) => Err(failure),
        None => Ok(Exit::Done),
    }
}

impl output::Record for Status {
    fn json(&self, out: &mut Vec<u8>) {
        // Texts and a flag always serialise.
        serde_json::to_writer(out, self).expect("a status is JSON");
    }

    fn text(&self, style: &Style) -> Option<String> {
        let valid = match self.valid {
            Some(true) => style.paint("accepted", Tone::Good),
            Some(false) => style.paint("refused", Tone::Bad),
            None => style.paint("not checked", Tone::Warn),
        };
        let mut lines = vec![
            format!("key         {} (from {}), {valid}", self.key, self.source),
            format!("profile     {}", self.profile),
            format!("service     {}", self.base_url),
        ];
        if let Some(user) = &self.user {
            lines.push(format!("user        {}", sanitize(user)));
        }
        if self.valid == Some(true) {
            let names = match self.privileges.as_slice() {
                [] => "none".to_owned(),
                names => sanitize(&names.join(", ")).into_owned(),
            };
            lines.push(format!("privileges  {names}"));
        }
        Some(lines.join("\n"))
    }
}
