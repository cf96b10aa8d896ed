//! The account behind the key: its privileges and quotas (API notes, section 10).

use jiff::Timestamp;

use crate::client::Client;
use crate::client::envelope::{Answer, Envelope, Flaw, Subject};
use crate::client::key::ApiKey;
use crate::client::path::Path;
use crate::client::request::Request;
use crate::model::error::{Error, ErrorKind};
use crate::model::json::Scan;
use crate::model::view::{Map, view};

view! {
    /// What the service says of the key's account. The answer echoes the key and an
    /// e-mail address; neither is read.
    pub struct Account {
        /// The user's name.
        pub id: Option<String>,
        /// What the account may do.
        pub attributes: AccountAttributes,
    }

    /// The attributes that are shown.
    pub struct AccountAttributes {
        /// Privileges by name.
        pub privileges: Map<Privilege>,
    }

    /// One privilege.
    pub struct Privilege {
        /// Whether the account has it.
        pub granted: Option<bool>,
    }
}

impl Account {
    /// The names of the granted privileges, sorted.
    pub fn privileges(&self) -> Vec<&str> {
        let Map(privileges) = &self.attributes.privileges;
        let granted = privileges
            .iter()
            .filter(|(_, privilege)| privilege.granted == Some(true));
        let mut names: Vec<&str> = granted.map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }
}

impl Client {
    /// The account that the key belongs to. Costs no quota, so it also serves to
    /// check a key (API notes, section 1.12).
    pub async fn account(&self, key: &ApiKey) -> Result<Account, Error> {
        Ok(self.account_and_time(key).await?.0)
    }

    /// As [`account`](Self::account), and what time it is there, if said.
    pub async fn account_and_time(
        &self,
        key: &ApiKey,
    ) -> Result<(Account, Option<Timestamp>), Error> {
        let path = Path::to("users").segment(key.expose())?;
        let request = Request::get(path).with_secret_path().small();
        let read = |answer: &Answer| Ok((account(answer)?, answer.date()));
        let found = self.fetch_checked(&request, read).await;
        let (_, found) = found.map_err(|error| unknown(error, key))?;
        Ok(found)
    }

    /// Whether anything answers as the service does; a refusal does too.
    ///
    /// # Errors
    /// What kept it from answering.
    pub async fn reach(&self) -> Result<(), Error> {
        let request = Request::get(Path::to("users").then("current")).small();
        match self.fetch_checked(&request, account).await {
            Err(error) if error.kind != ErrorKind::Auth => Err(error),
            _ => Ok(()),
        }
    }
}

/// A wrong key is refused in the header, or is an unknown user in the path.
pub(super) fn unknown(error: Error, key: &ApiKey) -> Error {
    match error.kind {
        ErrorKind::NotFound => Error {
            kind: ErrorKind::Auth,
            ..error.hint(key.advice())
        },
        _ => error,
    }
}

fn account(answer: &Answer) -> Result<Account, Flaw> {
    let subject = Subject::any().of(&["user"]);
    let (_, account) = Envelope::Data.object(answer, &subject, Scan::decode::<Account>)?;
    // An account whose privileges can't be read has not none.
    match account.unread.of("attributes.privileges") {
        Some(unread) => Err(Flaw::Unfit(unread.to_string())),
        None => Ok(account.view),
    }
}
