//! The account behind the key: its privileges and quotas (API notes, section 10).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::client::key::ApiKey;
use crate::client::path::Path;
use crate::client::request::Request;
use crate::client::{Client, ClientError};

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
        #[derive(Deserialize)]
        struct Envelope {
            data: Account,
        }
        let path = Path::to("users").segment(key.expose())?;
        let request = Request::get(path).with_secret_path();
        let read = |answer: &super::super::Answer| {
            serde_json::from_slice::<Envelope>(&answer.body).map_err(|error| error.to_string())
        };
        let (_, envelope) = self.fetch_checked(&request, read).await?;
        Ok(envelope.data)
    }
}
