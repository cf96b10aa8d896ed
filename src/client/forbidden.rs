//! Endpoints that the key has no privilege for.
//!
//! A single object may be forbidden, so one refusal says nothing of others. An
//! endpoint that refuses one object after the other, and grants none in between,
//! is not asked any more; other endpoints are. Of alerts and issues the licence
//! covers all or none.

use std::collections::HashMap;

use super::request::Request;
use crate::model::error::Error;

/// Objects refused in a row from which on an endpoint is taken to be forbidden.
const SURE: usize = 12;

/// What needs a licence of its own: one refusal says it all.
const LICENSED: [&str; 2] = ["/dtm/", "/asm/"];

/// What endpoints have refused since they last granted something.
#[derive(Default)]
pub(super) struct Forbidden(HashMap<String, Refused>);

struct Refused {
    /// What was asked for, each object once.
    targets: Vec<String>,
    error: Error,
}

impl Forbidden {
    /// Why the endpoint of a request is not asked any more.
    pub(super) fn refusal(&self, request: &Request) -> Option<&Error> {
        // Nearly always nothing was refused, and no name has to be made.
        if self.0.is_empty() {
            return None;
        }
        let refused = self.0.get(&request.endpoint())?;
        let path = request.target();
        let licensed = LICENSED.iter().any(|root| path.starts_with(root));
        let enough = if licensed { 1 } else { SURE };
        (refused.targets.len() >= enough).then_some(&refused.error)
    }

    /// A request was refused for lack of a privilege.
    pub(super) fn refused(&mut self, request: &Request, error: &Error) {
        let refused = self.0.entry(request.endpoint()).or_insert_with(|| Refused {
            targets: Vec::new(),
            error: error.clone().untried(),
        });
        let target = request.target();
        // What names no object has another one in each body.
        let is_other = !request.names_object() || !refused.targets.contains(&target);
        if refused.targets.len() < SURE && is_other {
            refused.targets.push(target);
        }
    }

    /// A request was granted.
    pub(super) fn granted(&mut self, request: &Request) {
        if !self.0.is_empty() {
            self.0.remove(&request.endpoint());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::path::{Path, Query};
    use crate::model::error::ErrorKind;

    fn request(collection: &'static str, id: usize) -> Request {
        let path = Path::to(collection).segment(&id.to_string());
        Request::get(path.expect("a path"))
    }

    fn refuse(forbidden: &mut Forbidden, objects: std::ops::Range<usize>) {
        let error = Error::new(ErrorKind::Forbidden, "no");
        for id in objects {
            forbidden.refused(&request("files", id), &error);
        }
    }

    #[test]
    fn an_endpoint_that_refuses_everything_is_not_asked_and_others_are() {
        let mut forbidden = Forbidden::default();
        refuse(&mut forbidden, 0..SURE - 1);
        assert_eq!(forbidden.refusal(&request("files", 99)), None);
        refuse(&mut forbidden, SURE - 1..SURE);
        assert!(forbidden.refusal(&request("files", 99)).is_some());
        assert_eq!(forbidden.refusal(&request("domains", 99)), None);
        let more = Query::new().with("relationships", "a");
        assert_eq!(forbidden.refusal(&request("files", 99).query(more)), None);
    }

    #[test]
    fn a_licence_that_is_missing_is_told_once() {
        let mut forbidden = Forbidden::default();
        let error = Error::new(ErrorKind::Forbidden, "no");
        forbidden.refused(&request("dtm/alerts", 1), &error);
        assert!(forbidden.refusal(&request("dtm/alerts", 2)).is_some());
    }

    #[test]
    fn submissions_are_told_apart_although_their_path_is_one() {
        let mut forbidden = Forbidden::default();
        let error = Error::new(ErrorKind::Forbidden, "no");
        let submission = Request::get(Path::to("private/urls"));
        for _ in 0..SURE {
            assert_eq!(forbidden.refusal(&submission), None);
            forbidden.refused(&submission, &error);
        }
        assert!(forbidden.refusal(&submission).is_some());
    }

    #[test]
    fn one_object_refused_often_or_another_granted_is_no_reason() {
        let mut forbidden = Forbidden::default();
        for _ in 0..SURE {
            refuse(&mut forbidden, 0..1);
        }
        assert_eq!(forbidden.refusal(&request("files", 0)), None);
        refuse(&mut forbidden, 0..SURE - 1);
        forbidden.granted(&request("files", 50));
        refuse(&mut forbidden, 0..SURE - 1);
        assert_eq!(forbidden.refusal(&request("files", 99)), None);
    }
}
