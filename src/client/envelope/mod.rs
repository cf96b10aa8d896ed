//! The envelope: what stands around the data of an answer, and what a good
//! answer must hold. Every answer passes here before anything is believed of it.
//!
//! Whoever asks states what is due: an object or a list, under which name, and
//! which object it has to be. The body of an [`Answer`] is readable in this
//! module alone, so that no endpoint can take "absent" for "empty".

mod answer;
mod asked;
mod flaw;
mod form;
mod rpc;
mod subject;

use std::ops::Range;

use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use self::answer::Answer;
pub(super) use self::asked::Asked;
pub use self::flaw::Flaw;
pub(super) use self::form::Form;
pub(super) use self::rpc::rpc_list;
pub(super) use self::subject::Subject;

use crate::model::json::Scan;
use crate::model::lenient;

/// How an area of the API wraps what it answers (API notes, section 1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Envelope {
    /// `{"data": …}`: most of the API.
    Data,
    /// `{"success": true, "message": …, "result": …}`: attack surface management.
    Result,
    /// `{"alerts": […]}`: lists of digital threat monitoring, each under its name.
    Named(&'static str),
    /// None: single objects of digital threat monitoring.
    Bare,
}

impl Envelope {
    /// The member that holds what an answer is about.
    fn member(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Result => "result",
            Self::Named(name) => name,
            Self::Bare => "",
        }
    }

    /// Opens an answer in one pass: `content` reads what it is about, `beside`
    /// what stands beside it, member by member.
    ///
    /// # Errors
    /// A [`Flaw`], when the answer is an error in disguise, when what it is about
    /// is missing or comes twice, and what the readers fail with.
    pub(super) fn open<'a, T>(
        self,
        answer: &'a Answer,
        mut content: impl FnMut(&mut Scan<'a>) -> Result<T, Flaw>,
        mut beside: impl FnMut(&str, &mut Scan<'a>) -> Result<(), String>,
    ) -> Result<T, Flaw> {
        let mut body = Scan::of(answer.text()?);
        if self == Self::Bare {
            let read = content(&mut body)?;
            body.end()?;
            return Ok(read);
        }
        let mut found = None;
        let mut refusal = Refusal::default();
        body.object(|member, value| {
            if member == self.member() {
                if found.is_some() {
                    return Err(format!("`{member}` occurs twice"));
                }
                // In a refusal it may be anything, so that it is judged at the end.
                let mut data = value.clone();
                let read = content(&mut data);
                if read.is_ok() {
                    *value = data;
                } else {
                    value.skip()?;
                }
                found = Some(read);
                return Ok(());
            }
            match member {
                "error" => refusal.error = value.peek() != Some(b'n'),
                "success" if self == Self::Result => match value.peek() {
                    Some(b't') => {}
                    Some(b'f') => refusal.unsuccessful = true,
                    _ => refusal.unclear = true,
                },
                "message" if self == Self::Result => {
                    let Text(message) = value.value()?;
                    refusal.message = message;
                    return Ok(());
                }
                _ => return beside(member, value),
            }
            value.skip()
        })?;
        body.end()?;
        if refusal.error {
            return Err(Flaw::Unfit("the answer is an error".to_owned()));
        }
        if refusal.unsuccessful {
            let reason = refusal
                .message
                .unwrap_or_else(|| "no reason given".to_owned());
            return Err(Flaw::Refused(reason));
        }
        if refusal.unclear {
            let reason = "`success` is neither true nor false";
            return Err(Flaw::Unfit(reason.to_owned()));
        }
        found.unwrap_or_else(|| Err(Flaw::Unfit(format!("no `{}`", self.member()))))
    }

    /// Opens an answer that has to be about one object: where that lies in the
    /// body, and what `read` makes of it in the same pass.
    pub(super) fn object<'a, T>(
        self,
        answer: &'a Answer,
        subject: &Subject<'_>,
        read: impl Fn(&mut Scan<'a>) -> Result<T, String>,
    ) -> Result<(Range<usize>, T), Flaw> {
        self.object_beside(answer, subject, read, |_, value| value.skip())
    }

    /// The same, with `beside` for what stands beside the object.
    pub(super) fn object_beside<'a, T>(
        self,
        answer: &'a Answer,
        subject: &Subject<'_>,
        read: impl Fn(&mut Scan<'a>) -> Result<T, String>,
        beside: impl FnMut(&str, &mut Scan<'a>) -> Result<(), String>,
    ) -> Result<(Range<usize>, T), Flaw> {
        let content = |data: &mut Scan<'a>| {
            if data.peek() != Some(b'{') {
                return Err(Flaw::Unfit(self.is_no("object")));
            }
            let start = data.position();
            let (object, read) = data.with_text(&read)?;
            subject.check(object)?;
            Ok((start..start + object.len(), read))
        };
        self.open(answer, content, beside)
    }

    /// Opens an answer that has to be what `read` can read.
    pub(super) fn read<'a, T>(
        self,
        answer: &'a Answer,
        read: impl Fn(&mut Scan<'a>) -> Result<T, String>,
    ) -> Result<T, Flaw> {
        self.open(answer, |data| Ok(read(data)?), |_, value| value.skip())
    }

    /// Opens an answer that has to be a `T`.
    pub(super) fn value<T: DeserializeOwned>(self, answer: &Answer) -> Result<T, Flaw> {
        self.read(answer, Scan::value)
    }

    /// Opens an answer that has to be a list of objects: where they lie, each of
    /// which `item` has read.
    pub(super) fn list(
        self,
        answer: &Answer,
        item: &mut dyn FnMut(&mut Scan<'_>) -> Result<(), String>,
    ) -> Result<Vec<Range<usize>>, Flaw> {
        let content = |data: &mut Scan<'_>| Ok(data.list(|one| object_item(one, item))?);
        self.open(answer, content, |_, value| value.skip())
    }

    /// Where an answer lies in its body, which `read` has read.
    pub(super) fn whole(
        answer: &Answer,
        read: &mut dyn FnMut(&mut Scan<'_>) -> Result<(), String>,
    ) -> Result<Range<usize>, Flaw> {
        let mut body = Scan::of(answer.text()?);
        let whole = body.item(read)?;
        body.end()?;
        Ok(whole)
    }

    fn is_no(self, form: &str) -> String {
        match self {
            Self::Bare => format!("the answer is no {form}"),
            _ => format!("`{}` is no {form}", self.member()),
        }
    }
}

/// Reads an item of a list, which has to be an object.
pub(super) fn object_item(
    item: &mut Scan<'_>,
    read: &mut dyn FnMut(&mut Scan<'_>) -> Result<(), String>,
) -> Result<(), String> {
    match item.peek() {
        Some(b'{') => read(item),
        _ => Err("an item of the list is not an object".to_owned()),
    }
}

/// What an answer says against the request, though its status is a success.
#[derive(Default)]
struct Refusal {
    error: bool,
    unsuccessful: bool,
    /// It says neither that it is a success nor that it is none.
    unclear: bool,
    message: Option<String>,
}

#[derive(Deserialize)]
struct Text(#[serde(deserialize_with = "lenient::text")] Option<String>);

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::model::view::view;

    /// What no endpoint may take for an answer.
    const MEANINGLESS: [&str; 16] = [
        "",
        "null",
        "[]",
        "{}",
        "\"\"",
        "17",
        "[{}]",
        "<html>",
        r#"{"data":null}"#,
        r#"{"data":"x"}"#,
        r#"{"data":17}"#,
        r#"{"error":{"code":"NotFoundError","message":"x"}}"#,
        r#"{"message":"x"}"#,
        r#"{"success":false}"#,
        r#"{"data":{"id":"x""#,
        r#"{"result":null,"success":true}"#,
    ];

    fn answer(body: &str) -> Answer {
        Answer::without_headers(Bytes::copy_from_slice(body.as_bytes()))
    }

    view! {
        struct Sample {
            n: Option<u64>,
        }
    }

    #[test]
    fn what_means_nothing_is_neither_an_object_nor_a_list() {
        let envelopes = [
            Envelope::Data,
            Envelope::Result,
            Envelope::Named("alerts"),
            Envelope::Bare,
        ];
        for body in MEANINGLESS {
            let answer = answer(body);
            for envelope in envelopes {
                let object = envelope.object(&answer, &Subject::any(), Scan::skip);
                assert!(object.is_err(), "{envelope:?} {body}");
                if envelope != Envelope::Bare {
                    let list = envelope.list(&answer, &mut |item| item.skip());
                    assert!(list.is_err(), "{envelope:?} {body}");
                }
            }
        }
    }

    #[test]
    fn an_object_is_the_bytes_that_were_sent() {
        let read = |body: &'static str| {
            let answer = answer(body);
            let object = Envelope::Data.object(&answer, &Subject::any(), Scan::decode::<Sample>);
            object.map(|(range, decoded)| (&body[range], decoded.view.n))
        };
        let sent = r#"{"links":{"data":1}, "data" : {"a": 1.10, "n":7,"id":"x"} , "meta":null}"#;
        assert_eq!(read(sent), Ok((r#"{"a": 1.10, "n":7,"id":"x"}"#, Some(7))));
        // What is of another form names nothing, and is what was sent all the same.
        let odd = r#"{"\ud83d":1,"data":{"n":"x","id":"y","\ude00":"\ud83d"}}"#;
        let sent = r#"{"n":"x","id":"y","\ude00":"\ud83d"}"#;
        assert_eq!(read(odd), Ok((sent, None)));
        for body in [
            r#"{"data":{"id":"x"}}}"#,
            r#"{"data":{"id":"x","n":7,}}"#,
            r#"{"data":{"id":"x"}"#,
            r#"{"data":{"id":"x"},"data":{"id":"y"}}"#,
            r#"{"data":{"id":"x"},"error":{"code":"TransientError"}}"#,
            r#"{"data":{}}"#,
            r#"{"data":[{"id":"x"}]}"#,
        ] {
            assert!(read(body).is_err(), "{body}");
        }
        let bare = answer(" {\"id\": 1.10 }\n");
        let (range, ()) = Envelope::Bare
            .object(&bare, &Subject::any(), Scan::skip)
            .expect("an object");
        assert_eq!(range, 1..14);
    }

    #[test]
    fn a_success_that_says_it_is_none_is_a_refusal() {
        let read = |body: &str| Envelope::Result.value::<Option<String>>(&answer(body));
        assert_eq!(
            read(r#"{"result":{"id":1},"success":false,"message":"no such status"}"#),
            Err(Flaw::Refused("no such status".to_owned()))
        );
        assert_eq!(
            read(r#"{"success":false}"#),
            Err(Flaw::Refused("no reason given".to_owned()))
        );
        assert_eq!(
            read(r#"{"success":true,"message":null,"result":"open_new"}"#),
            Ok(Some("open_new".to_owned()))
        );
        for odd in ["null", "\"true\"", "1", "{}"] {
            let body = format!(r#"{{"success":{odd},"result":"open_new"}}"#);
            assert!(matches!(read(&body), Err(Flaw::Unfit(_))), "{odd}");
        }
    }
}
