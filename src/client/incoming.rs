//! An answer whose body is on its way, and the compression that comes off it.
//!
//! The HTTP library's own decoder stops at the first member of a gzip body; by
//! RFC 1952 a body may have any number of them, and proxies that compress in
//! blocks send many. So the decoding is done here, piece by piece.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use reqwest::Response;
use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap};

use super::error;
use super::failed_try::FailedTry;
use super::fault::Fault;
use crate::model::error::ErrorKind;

/// What the client accepts, and hence the only coding that it decodes.
pub(super) const ACCEPTED: &str = "gzip";

/// So many bytes are inflated at once: to a thousand times as many at most, of which
/// nobody knows before.
const INFLATED_AT_ONCE: usize = 256;

/// An answer that has begun.
pub(super) struct Incoming {
    response: Response,
    coding: Coding,
    /// What came and is yet to be decoded.
    rest: Bytes,
}

/// How the body is encoded.
enum Coding {
    /// Not at all.
    Plain,
    /// With gzip; the decoder is there from the first byte of the body on.
    Gzip(Option<Box<MultiGzDecoder<Vec<u8>>>>),
    /// In a way that nobody asked for.
    Unknown(String),
}

impl Incoming {
    pub(super) fn new(mut response: Response) -> Self {
        let coding = match Coding::of(response.headers()) {
            // Of an error the status says enough.
            Coding::Unknown(_) if !response.status().is_success() => Coding::Plain,
            coding => coding,
        };
        if matches!(coding, Coding::Gzip(_)) {
            // They describe what came, which nobody will see.
            response.headers_mut().remove(CONTENT_ENCODING);
            response.headers_mut().remove(CONTENT_LENGTH);
        }
        Self {
            response,
            coding,
            rest: Bytes::new(),
        }
    }

    /// Status and headers.
    pub(super) fn response(&self) -> &Response {
        &self.response
    }

    /// Takes the headers out.
    pub(super) fn take_headers(&mut self) -> HeaderMap {
        std::mem::take(self.response.headers_mut())
    }

    /// The next piece as it came over the wire; none at the end.
    pub(super) async fn receive(&mut self) -> Result<Option<Bytes>, reqwest::Error> {
        if self.rest.is_empty() {
            match self.response.chunk().await? {
                None => return Ok(None),
                Some(piece) => self.rest = piece,
            }
        }
        let at_once = match self.coding {
            Coding::Gzip(_) => self.rest.len().min(INFLATED_AT_ONCE),
            _ => self.rest.len(),
        };
        Ok(Some(self.rest.split_to(at_once)))
    }

    /// What a received piece decodes to, or, after the last one, what was held
    /// back. Empty means that more has to come first.
    pub(super) fn decode(&mut self, piece: Option<Bytes>) -> Result<Bytes, FailedTry> {
        self.coding.decode(piece)
    }
}

impl Coding {
    fn decode(&mut self, piece: Option<Bytes>) -> Result<Bytes, FailedTry> {
        match self {
            Self::Plain => Ok(piece.unwrap_or_default()),
            Self::Gzip(decoder) => match piece {
                Some(piece) => {
                    let begin = || Box::new(MultiGzDecoder::new(Vec::new()));
                    inflate(decoder.get_or_insert_with(begin), &piece)
                }
                None => match decoder.take() {
                    Some(decoder) => decoder.finish().map(Bytes::from),
                    // No body at all, as of an answer to HEAD.
                    None => Ok(Bytes::new()),
                },
            }
            .map_err(|error| damaged(&error)),
            Self::Unknown(_) if piece.is_none() => Ok(Bytes::new()),
            Self::Unknown(name) => Err(FailedTry::of_wrong_shape(&format!(
                "its encoding is `{name}`, which was not requested"
            ))),
        }
    }

    fn of(headers: &HeaderMap) -> Self {
        let named: Vec<_> = headers
            .get_all(CONTENT_ENCODING)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase())
            .collect();
        let named = named.join(", ");
        match named.trim() {
            "" | "identity" => Self::Plain,
            "gzip" | "x-gzip" => Self::Gzip(None),
            other => Self::Unknown(other.to_owned()),
        }
    }
}

/// Everything that the bytes so far decode to.
fn inflate(decoder: &mut MultiGzDecoder<Vec<u8>>, mut piece: &[u8]) -> io::Result<Bytes> {
    while !piece.is_empty() {
        let taken = decoder.write(piece)?;
        piece = &piece[taken..];
    }
    decoder.flush()?;
    Ok(Bytes::from(std::mem::take(decoder.get_mut())))
}

fn damaged(error: &io::Error) -> FailedTry {
    FailedTry::new(
        Fault::Broken,
        ErrorKind::Network,
        format!("the compressed answer is damaged or cut short: {error}"),
    )
    .hint(error::NETWORK)
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    use super::*;

    fn zipped(text: &[u8], level: u32) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
        encoder.write_all(text).expect("written");
        encoder.finish().expect("finished")
    }

    fn decoded<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, String> {
        let mut coding = Coding::Gzip(None);
        let mut out = vec![];
        let pieces = pieces
            .into_iter()
            .map(|piece| Some(Bytes::copy_from_slice(piece)));
        for piece in pieces.chain([None]) {
            let decoded = coding
                .decode(piece)
                .map_err(|failed| failed.error.message)?;
            out.extend_from_slice(&decoded);
        }
        Ok(out)
    }

    #[test]
    fn what_is_decoded_is_there_at_once() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(b"one line").expect("written");
        encoder.flush().expect("flushed");
        let begun = Bytes::copy_from_slice(encoder.get_ref());
        let decoded = Coding::Gzip(None).decode(Some(begun)).expect("a piece");
        assert_eq!(decoded.as_ref(), b"one line");
    }

    #[test]
    fn every_member_must_be_sound_and_whole() {
        let two = [zipped(b"one", 6), zipped(b"two", 6)].concat();
        assert_eq!(decoded([&two[..]]), Ok(b"onetwo".to_vec()));
        for cut in 1..two.len() {
            let read = decoded([&two[..cut]]);
            let is_boundary = cut == zipped(b"one", 6).len();
            assert_eq!(read.is_ok(), is_boundary, "{cut}");
        }
        let mut damaged = two.clone();
        let last = damaged.len() - 8;
        damaged[last] ^= 1;
        assert!(decoded([&damaged[..]]).is_err());
        assert!(decoded([&[two, b"more".to_vec()].concat()[..]]).is_err());
        assert_eq!(decoded([]), Ok(vec![]));
    }

    #[test]
    fn codings_by_their_names() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, HeaderValue::from_static(value));
            }
            match Coding::of(&headers) {
                Coding::Plain => "plain".to_owned(),
                Coding::Gzip(_) => "gzip".to_owned(),
                Coding::Unknown(name) => format!("unknown: {name}"),
            }
        };
        for (values, coding) in [
            (&[][..], "plain"),
            (&["Identity"], "plain"),
            (&["gzip"], "gzip"),
            (&["X-GZip"], "gzip"),
            (&["br"], "unknown: br"),
            (&["gzip, br"], "unknown: gzip, br"),
            (&["gzip", "gzip"], "unknown: gzip, gzip"),
        ] {
            assert_eq!(of(values), coding, "{values:?}");
        }
    }

    proptest! {
        /// However a text is cut into members, and the members into pieces.
        #[test]
        fn members_and_pieces_make_no_difference(
            members in prop::collection::vec(("[a-c]{0,200}", 0..10_u32), 1..6),
            size in 1..300_usize,
        ) {
            let text: String = members.iter().map(|(text, _)| text.as_str()).collect();
            let sent: Vec<u8> = members
                .iter()
                .flat_map(|(text, level)| zipped(text.as_bytes(), *level))
                .collect();
            prop_assert_eq!(decoded(sent.chunks(size)), Ok(text.into_bytes()));
        }
    }
}
