//! The categorised threat lists, one package an hour (API notes, section 5).

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::client::Client;
use crate::client::envelope::{Answer, Envelope, Flaw};
use crate::client::path::{Path, Query};
use crate::client::request::Request;
use crate::model::error::Error;

/// Most entries that the service gives of one package (API notes, section 5.2).
pub const MOST_ENTRIES: u64 = 4000;

/// Which entries of a package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entries {
    /// Types of indicators, joined by commas.
    pub types: Option<String>,
    /// The service's own query.
    pub query: Option<String>,
}

impl Entries {
    /// The request for a package of a list: `latest`, or an hour as `YYYYMMDDHH`.
    ///
    /// # Errors
    /// A name that can't stand in a path.
    pub fn request(&self, list: &str, package: &str) -> Result<Request, Error> {
        let path = Path::to("threat_lists").part(list)?.segment(package)?;
        let query = Query::new()
            .with("limit", &MOST_ENTRIES.to_string())
            .with_some("type", self.types.as_deref())
            .with_some("query", self.query.as_deref());
        Ok(Request::get(path).query(query))
    }
}

/// One list that the licence grants, as the service describes it.
#[derive(Debug, Clone)]
pub struct GrantedList {
    /// Its name in paths.
    pub id: String,
    /// What the service says of it.
    pub raw: Box<RawValue>,
}

impl Client {
    /// The lists that the licence grants.
    ///
    /// # Errors
    /// What the request came to.
    pub async fn threat_lists(&self) -> Result<Vec<GrantedList>, Error> {
        let request = Request::get(Path::to("threat_lists"));
        let (_, lists) = self.fetch_checked(&request, read).await?;
        Ok(lists)
    }
}

/// The shape is not documented: objects with an id (or a name), or bare names.
fn read(answer: &Answer) -> Result<Vec<GrantedList>, Flaw> {
    #[derive(Deserialize)]
    struct Named {
        #[serde(alias = "name")]
        id: String,
    }
    let lists: Vec<Box<RawValue>> = Envelope::Data.value(answer)?;
    let lists = lists.into_iter().map(|raw| {
        let id = serde_json::from_str::<String>(raw.get())
            .or_else(|_| serde_json::from_str::<Named>(raw.get()).map(|named| named.id));
        match id {
            Ok(id) => Ok(GrantedList { id, raw }),
            Err(error) => Err(Flaw::Unfit(format!("a list without a name: {error}"))),
        }
    });
    lists.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_named_or_there_are_none() {
        let read = |body: &'static str| {
            let lists = read(&Answer::without_headers(body.into()))?;
            Ok::<_, Flaw>(lists.into_iter().map(|list| list.id).collect::<Vec<_>>())
        };
        let lists = read(r#"{"data":["malware",{"id":"iot"},{"name":"osx"}]}"#);
        assert_eq!(lists.expect("lists"), ["malware", "iot", "osx"]);
        assert_eq!(read(r#"{"data":[]}"#), Ok(vec![]));
        for body in [
            "{}",
            r#"{"data":null}"#,
            r#"{"data":{}}"#,
            r#"{"data":[{}]}"#,
            r#"{"data":[7]}"#,
            r#"{"iocs":[]}"#,
        ] {
            assert!(read(body).is_err(), "{body}");
        }
    }
}
