//! What the key's account may use and has used (API notes, section 10.1).

use super::users::unknown;
use crate::client::Client;
use crate::client::envelope::{Answer, Envelope, Flaw};
use crate::client::key::ApiKey;
use crate::client::path::Path;
use crate::client::request::Request;
use crate::model::error::Error;
use crate::model::json::Scan;
use crate::model::quota::{Allowance, Quota};
use crate::model::view::{Map, view};

view! {
    struct Scopes {
        user: Option<Stated>,
        group: Option<Stated>,
    }

    struct Stated {
        used: Option<i64>,
        allowed: Option<i64>,
    }
}

impl Stated {
    fn allowance(self) -> Option<Allowance> {
        Some(Allowance {
            used: self.used?,
            allowed: self.allowed,
        })
    }
}

/// Reads the answer; what is no quota is passed over. An account without any is
/// none.
fn read(answer: &Answer) -> Result<Vec<Quota>, Flaw> {
    let stated = Envelope::Data.read(answer, Scan::decode::<Map<Scopes>>)?;
    let Map(stated) = stated.view;
    let mut quotas: Vec<Quota> = stated
        .into_iter()
        .filter_map(|(name, scopes)| {
            let quota = Quota {
                name,
                user: scopes.user.and_then(Stated::allowance),
                group: scopes.group.and_then(Stated::allowance),
            };
            (quota.user.is_some() || quota.group.is_some()).then_some(quota)
        })
        .collect();
    if quotas.is_empty() {
        return Err(Flaw::Unfit("no quota in it".to_owned()));
    }
    quotas.sort_by(|a, b| a.order().cmp(&b.order()));
    Ok(quotas)
}

impl Client {
    /// Every quota of the key's account, those on requests first. Costs none of
    /// them.
    pub async fn quotas(&self, key: &ApiKey) -> Result<Vec<Quota>, Error> {
        let path = Path::to("users")
            .segment(key.expose())?
            .then("overall_quotas");
        let request = Request::get(path).with_secret_path().small();
        let quotas = self.fetch_checked(&request, read).await;
        let (_, quotas) = quotas.map_err(|error| unknown(error, key))?;
        Ok(quotas)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(used: i64, allowed: i64) -> Allowance {
        Allowance {
            used,
            allowed: Some(allowed),
        }
    }

    #[test]
    fn quotas_of_every_shape() {
        let body = br#"{"data":{
            "api_requests_monthly":{"user":{"used":"5000000000","allowed":6e10},"group":{"used":7.0,"allowed":9}},
            "api_requests_daily":{"group":{"used":12,"allowed":10}},
            "api_requests_hourly":{"user":{"used":0,"allowed":null},"group":null},
            "note":"not a quota","list":[],"nothing":null,"empty":{},"half":{"user":{"allowed":4}},
            "odd":{"user":{"used":["x"],"allowed":4}},"half \ud83d":{"user":"\ud83d"},
            "alpha":{"user":7,"group":{"used":3,"allowed":4,"inherited_from":"g"}}}}"#;
        let quotas = read(&Answer::without_headers(body.as_slice().into())).expect("quotas");
        let found: Vec<_> = quotas
            .iter()
            .map(|quota| (quota.name.as_str(), quota.user, quota.group))
            .collect();
        let unstated = Some(Allowance {
            used: 0,
            allowed: None,
        });
        assert_eq!(
            found,
            [
                ("api_requests_hourly", unstated, None),
                ("api_requests_daily", None, Some(of(12, 10))),
                (
                    "api_requests_monthly",
                    Some(of(5_000_000_000, 60_000_000_000)),
                    Some(of(7, 9))
                ),
                ("alpha", None, Some(of(3, 4))),
            ]
        );
    }

    #[test]
    fn what_is_no_answer_is_no_empty_list() {
        for body in [
            "{}",
            r#"{"data":[]}"#,
            r#"{"data":{}}"#,
            r#"{"data":{"id":"evil.example","type":"domain"}}"#,
            r#"{"data":null}"#,
            "<html>",
        ] {
            assert!(
                read(&Answer::without_headers(body.into())).is_err(),
                "{body}"
            );
        }
    }
}
