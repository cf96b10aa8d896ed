//! The account behind the key: its privileges and quotas (API notes, section 10).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use crate::client::key::ApiKey;
use crate::client::path::Path;
use crate::client::request::Request;
use crate::client::{Client, ClientError};
use crate::model::problem::ProblemKind;

/// What the service says of the key's account. The answer echoes the key and an
/// e-mail address; neither is read.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Account {
    /// The user's name.
    #[serde(default)]
    pub id: Option<String>,
    /// What the account may do.
    #[serde(default)]
    pub attributes: AccountAttributes,
}

/// The attributes that are shown.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct AccountAttributes {
    /// Privileges by name.
    #[serde(default)]
    pub privileges: BTreeMap<String, Option<Privilege>>,
}

/// One privilege.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Privilege {
    /// Whether the account has it.
    #[serde(default)]
    pub granted: bool,
}

impl Account {
    /// The names of the granted privileges, sorted.
    pub fn privileges(&self) -> Vec<&str> {
        self.attributes
            .privileges
            .iter()
            .filter(|(_, privilege)| {
                privilege
                    .as_ref()
                    .is_some_and(|privilege| privilege.granted)
            })
            .map(|(name, _)| name.as_str())
            .collect()
    }
}

impl Client {
    /// The account that the key belongs to. Costs no quota, so it also serves to
    /// check a key (API notes, section 1.12).
    pub async fn account(&self, key: &ApiKey) -> Result<Account, ClientError> {
        Ok(self.account_and_time(key).await?.0)
    }

    /// As [`account`](Self::account), and what time it is there, if said.
    pub async fn account_and_time(
        &self,
        key: &ApiKey,
    ) -> Result<(Account, Option<Timestamp>), ClientError> {
        #[derive(Deserialize)]
        struct Envelope {
            data: Account,
        }
        let path = Path::to("users").segment(key.expose())?;
        let request = Request::get(path).with_secret_path();
        let read = |answer: &super::super::Answer| {
            let envelope: Envelope =
                serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
            let date = answer.headers.get(reqwest::header::DATE);
            let time = date
                .and_then(|date| date.to_str().ok())
                .and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
            Ok((envelope.data, time.map(|time| time.timestamp())))
        };
        let (_, found) = self.fetch_checked(&request, read).await?;
        Ok(found)
    }

    /// Whether anything answers as the service does; a refusal does too.
    ///
    /// # Errors
    /// What kept it from answering.
    pub async fn reach(&self) -> Result<(), ClientError> {
        let request = Request::get(Path::to("users").then("current"));
        match self.whole(request).await {
            Err(error) if error.kind != ProblemKind::Auth => Err(error),
            _ => Ok(()),
        }
    }
}
