//! Tokens of the next page: they carry all that the list was asked for with.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use crate::sandbox::asked::Asked;
use crate::sandbox::envelope::Refusal;

/// A place in a list as it was at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// The moment that the list shows.
    pub(super) moment: Timestamp,
    /// How many items were given out.
    pub(super) offset: usize,
    /// Until when the token is good.
    pub(super) ends: Timestamp,
    /// The query that began the list.
    pub(super) query: Vec<(String, String)>,
}

impl Token {
    /// The one that a request has, or the beginning of the list it asks for.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub(super) fn of(asked: &Asked, now: Timestamp) -> Result<Self, Refusal> {
        match asked.value("page").filter(|page| !page.is_empty()) {
            Some(text) => Self::parse(text, now),
            None => Ok(Self {
                moment: now,
                offset: 0,
                ends: now,
                query: asked.pairs().to_vec(),
            }),
        }
    }

    /// The same list from another place on, good for `life` from now.
    pub(super) fn moved(self, offset: usize, now: Timestamp, life: Duration) -> Self {
        let ends = now.saturating_add(life).unwrap_or(now);
        Self {
            offset,
            ends,
            ..self
        }
    }

    /// The opaque text. It has characters that must be escaped in a URL.
    pub(super) fn text(&self) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.query)
            .finish();
        let (moment, ends) = (self.moment.as_nanosecond(), self.ends.as_nanosecond());
        let mut text = format!("{moment} {} {ends} {query} >>", self.offset);
        while text.len() % 3 != 1 {
            text.push('>');
        }
        STANDARD.encode(text)
    }

    /// Reads the text back.
    ///
    /// # Errors
    /// 400 for what is no token, and for one whose life is over.
    pub(super) fn parse(text: &str, now: Timestamp) -> Result<Self, Refusal> {
        let token = Self::read(text).ok_or_else(|| Refusal::bad_request("Invalid page token"))?;
        if now > token.ends {
            return Err(Refusal::bad_request("The page token has expired"));
        }
        Ok(token)
    }

    fn read(text: &str) -> Option<Self> {
        let text = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
        let mut parts = text.split(' ');
        let moment = Timestamp::from_nanosecond(parts.next()?.parse().ok()?).ok()?;
        let offset = parts.next()?.parse().ok()?;
        let ends = Timestamp::from_nanosecond(parts.next()?.parse().ok()?).ok()?;
        let query = url::form_urlencoded::parse(parts.next()?.as_bytes());
        Some(Self {
            moment,
            offset,
            ends,
            query: query.into_owned().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn a_token_is_read_back_until_its_end() {
        let now: Timestamp = "2026-01-02T03:04:05.678Z".parse().expect("a time");
        let token = Token {
            moment: now,
            offset: 25,
            ends: now + SignedDuration::from_mins(1),
            query: vec![("search".to_owned(), "a&b ü".to_owned())],
        };
        let text = token.text();
        assert!(text.ends_with("=="), "{text}");
        assert_eq!(Token::parse(&text, token.ends), Ok(token.clone()));
        let late = token.ends + SignedDuration::from_millis(1);
        let refused = Token::parse(&text, late).expect_err("too old");
        assert!(refused.message.contains("expired"));
        assert!(Token::parse("made up", now).is_err());
    }
}
