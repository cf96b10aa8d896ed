//! Changes: an answer that does not show one is no proof of it, and is followed by
//! a look at what was changed.

use super::Client;
use super::envelope::{Answer, Flaw};
use super::request::Request;
use crate::model::error::{Error, ErrorKind};

impl Client {
    /// Sends a change. `shown` reads it off the answer; where that shows nothing,
    /// `look` has to find it made.
    ///
    /// # Errors
    /// What the request came to, and what `look` failed with.
    pub(super) async fn change<T>(
        &self,
        request: &Request,
        shown: impl Fn(&Answer) -> Result<T, Flaw>,
        look: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let read = |answer: &Answer| match shown(answer) {
            Ok(shown) => Ok(Some(shown)),
            Err(Flaw::Refused(words)) => Err(Flaw::Refused(words)),
            Err(Flaw::Unfit(_) | Flaw::Incomplete(_)) => Ok(None),
        };
        match self.fetch_checked(request, read).await?.1 {
            Some(shown) => Ok(shown),
            None => look.await,
        }
    }
}

/// An answer that shows a change, or does not.
pub(super) fn shows(made: bool) -> Result<(), Flaw> {
    let unseen = || Flaw::Unfit("the change is not visible".to_owned());
    made.then_some(()).ok_or_else(unseen)
}

/// A change that was found made, or not. `where_else` names what was looked at.
pub(super) fn found(made: bool, where_else: &str) -> Result<(), Error> {
    let unseen = || {
        Error::new(
            ErrorKind::Decode,
            format!("the answer does not show the change, and neither does {where_else}"),
        )
        .hint("check it with `show` before you change it again")
    };
    made.then_some(()).ok_or_else(unseen)
}
