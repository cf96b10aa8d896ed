//! Lists of the alerts API, whose empty members are absent.

use std::ops::Range;

use super::{Answer, Flaw};
use crate::model::json::Scan;

/// Where the items of a list lie, which `items_of` has read, and the token of the
/// next page. What is empty is absent: `{}` is a list with nothing in it. An answer
/// with neither items nor a token, but with something else, is none.
///
/// # Errors
/// A flaw, when the answer is an error or no such list.
pub(in crate::client) fn rpc_list(
    answer: &Answer,
    list: &str,
    mut items_of: impl FnMut(&mut Scan<'_>) -> Result<Vec<Range<usize>>, String>,
) -> Result<(Vec<Range<usize>>, Option<String>), Flaw> {
    let (mut items, mut next, mut error, mut other) = (None, None, false, None);
    let mut body = Scan::of(answer.text()?);
    body.object(|member, value| {
        match member {
            _ if member == list => {
                if items.is_some() {
                    return Err(format!("`{member}` occurs twice"));
                }
                items = Some(match value.peek() {
                    Some(b'n') => value.skip().map(|()| vec![])?,
                    _ => items_of(value)?,
                });
            }
            "nextPageToken" => {
                next = value
                    .value::<Option<String>>()?
                    .filter(|token| !token.is_empty());
            }
            "error" => {
                error = value.peek() != Some(b'n');
                value.skip()?;
            }
            _ => {
                other.get_or_insert_with(|| member.to_owned());
                value.skip()?;
            }
        }
        Ok(())
    })?;
    body.end()?;
    if error {
        return Err(Flaw::Unfit("the answer is an error".to_owned()));
    }
    if items.is_none()
        && next.is_none()
        && let Some(other) = other
    {
        let reason = format!("no `{list}`, but `{other}`");
        return Err(Flaw::Unfit(reason));
    }
    Ok((items.unwrap_or_default(), next))
}
