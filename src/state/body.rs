//! Answers as the database holds them: LZ4, with a checksum, because a damaged
//! page inside a body is something `SQLite` doesn't notice.

use std::borrow::Cow;

use bytes::Bytes;
use flate2::Crc;
use jiff::Timestamp;
use lz4_flex::block;

use crate::client::cache::Stored;

/// An answer, compressed.
#[derive(Debug, Clone)]
pub(super) struct Packed<'a> {
    /// HTTP status.
    pub(super) status: u16,
    /// Nanoseconds since 1970, as exact as what was handed in: whether an answer
    /// belongs to this run is decided by comparing times.
    pub(super) fetched_at: i64,
    /// Length of the body as it was sent, bytes.
    pub(super) plain_bytes: u32,
    /// CRC-32 over all the other fields.
    pub(super) checksum: u32,
    /// The body as an LZ4 block.
    pub(super) body: Cow<'a, [u8]>,
}

impl Packed<'static> {
    /// Compresses an answer; `None` for one that has no place in the columns: a
    /// body of 4 GiB, or a time outside the years 1677 to 2262.
    pub(super) fn new(stored: &Stored) -> Option<Self> {
        let mut body = block::compress(&stored.body);
        // Rows wait in memory: give back what the compressor reserved.
        body.shrink_to_fit();
        let mut packed = Self {
            status: stored.status,
            fetched_at: i64::try_from(stored.fetched_at.as_nanosecond()).ok()?,
            plain_bytes: u32::try_from(stored.body.len()).ok()?,
            checksum: 0,
            body: Cow::Owned(body),
        };
        packed.checksum = packed.sum();
        Some(packed)
    }
}

impl Packed<'_> {
    /// The answer as it was handed in; `None` when it is damaged.
    pub(super) fn unpack(&self) -> Option<Stored> {
        if self.sum() != self.checksum {
            return None;
        }
        let length = usize::try_from(self.plain_bytes).ok()?;
        let body = block::decompress(&self.body, length).ok()?;
        (body.len() == length).then(|| Stored {
            status: self.status,
            body: Bytes::from(body),
            fetched_at: time(self.fetched_at),
        })
    }

    fn sum(&self) -> u32 {
        let mut crc = Crc::new();
        crc.update(&self.status.to_le_bytes());
        crc.update(&self.fetched_at.to_le_bytes());
        crc.update(&self.plain_bytes.to_le_bytes());
        crc.update(&self.body);
        crc.sum()
    }
}

/// The time of a `fetched_at` column.
pub(super) fn time(nanoseconds: i64) -> Timestamp {
    Timestamp::from_nanosecond(i128::from(nanoseconds))
        .expect("64-bit nanoseconds are within jiff's range")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stored(body: &[u8]) -> Stored {
        Stored {
            status: 200,
            body: Bytes::copy_from_slice(body),
            fetched_at: "2026-01-02T03:04:05.123456789Z".parse().unwrap(),
        }
    }

    proptest! {
        #[test]
        fn an_answer_comes_back_byte_for_byte(
            status in any::<u16>(),
            nanoseconds in any::<i64>(),
            body in proptest::collection::vec(any::<u8>(), 0..3000),
            times in 1..20_usize,
        ) {
            let stored = Stored {
                status,
                body: Bytes::from(body.repeat(times)),
                fetched_at: time(nanoseconds),
            };
            prop_assert_eq!(Packed::new(&stored).unwrap().unpack(), Some(stored));
        }

        #[test]
        fn any_flipped_bit_is_noticed(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
            let mut packed = Packed::new(&stored(&b"{\"data\":{}}".repeat(50))).unwrap();
            let body = packed.body.to_mut();
            let at = at.index(body.len());
            body[at] ^= 1 << bit;
            prop_assert_eq!(packed.unpack(), None);
        }
    }

    #[test]
    fn damage_to_the_other_columns_is_noticed() {
        let whole = Packed::new(&stored(b"{}")).unwrap();
        for spoil in [
            |packed: &mut Packed<'_>| packed.status = 404,
            |packed: &mut Packed<'_>| packed.fetched_at += 1,
            |packed: &mut Packed<'_>| packed.plain_bytes = u32::MAX,
            |packed: &mut Packed<'_>| packed.checksum ^= 1,
        ] {
            let mut packed = whole.clone();
            spoil(&mut packed);
            assert_eq!(packed.unpack(), None, "{packed:?}");
        }
    }

    #[test]
    fn text_shrinks() {
        let stored = stored(&b"{\"harmless\":0,\"malicious\":1},".repeat(700));
        let packed = Packed::new(&stored).unwrap();
        assert!(packed.body.len() * 10 < stored.body.len());
        assert_eq!(packed.body.len(), packed.body.to_vec().capacity());
    }
}
