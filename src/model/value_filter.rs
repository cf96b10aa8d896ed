//! A filter of keys: which of them may be in a set, told from memory.
//!
//! The set is cut by the first bits of its keys into parts of some ten thousand, each a
//! binary fuse filter: making one takes little memory, and each can be kept by itself.
//! A filter may let a key pass that is not in the set, and never keeps one back that is.

use xorf::{BinaryFuse8, Descriptor, Filter};

/// So many keys make a part, about.
const PART: u64 = 1 << 15;
/// Parts at most.
const MOST_BITS: u32 = 16;

/// A filter of the keys of a set.
pub(crate) struct ValueFilter {
    /// How many of the first bits of a key tell its part.
    bits: u32,
    parts: Vec<Option<BinaryFuse8>>,
}

/// A filter that is being made. The keys of a part come one after the other.
pub(crate) struct Builder {
    filter: ValueFilter,
    part: usize,
    keys: Vec<u64>,
}

impl ValueFilter {
    /// Begins a filter of about so many keys.
    pub(crate) fn builder(keys: u64) -> Builder {
        let parts = (keys / PART).max(1).next_power_of_two();
        Builder {
            filter: Self::empty(parts.trailing_zeros().min(MOST_BITS)),
            part: 0,
            keys: Vec::new(),
        }
    }

    fn empty(bits: u32) -> Self {
        Self {
            bits,
            parts: (0..1_usize << bits).map(|_| None).collect(),
        }
    }

    /// A filter of keys in order.
    pub(crate) fn of(keys: &[u64]) -> Self {
        let mut builder = Self::builder(keys.len() as u64);
        for key in keys {
            builder.add(*key);
        }
        builder.finish()
    }

    /// Whether a key may be in the set.
    #[inline]
    pub(crate) fn contains(&self, key: u64) -> bool {
        match &self.parts[part(key, self.bits)] {
            Some(part) => part.contains(&key),
            None => false,
        }
    }

    /// The parts, as they are kept; one without keys is left out.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (usize, Vec<u8>)> {
        let parts = self.parts.iter().enumerate();
        parts.filter_map(|(number, part)| part.as_ref().map(|part| (number, packed(part))))
    }

    /// How many parts there may be, as a power of two.
    pub(crate) fn bits(&self) -> u32 {
        self.bits
    }

    /// A filter whose parts were kept; none where they are not what was kept.
    pub(crate) fn from_parts(
        bits: u32,
        kept: impl IntoIterator<Item = (usize, Vec<u8>)>,
    ) -> Option<Self> {
        if bits > MOST_BITS {
            return None;
        }
        let mut filter = Self::empty(bits);
        for (number, bytes) in kept {
            *filter.parts.get_mut(number)? = Some(unpacked(&bytes)?);
        }
        Some(filter)
    }
}

impl Builder {
    /// Adds a key.
    pub(crate) fn add(&mut self, key: u64) {
        let part = part(key, self.filter.bits);
        if part != self.part {
            self.close();
            self.part = part;
        }
        self.keys.push(key);
    }

    fn close(&mut self) {
        if self.keys.is_empty() {
            return;
        }
        self.keys.sort_unstable();
        self.keys.dedup();
        let made = BinaryFuse8::try_from(&self.keys).expect("keys that differ make a filter");
        self.filter.parts[self.part] = Some(made);
        self.keys.clear();
    }

    /// The filter of all keys.
    pub(crate) fn finish(mut self) -> ValueFilter {
        self.close();
        self.filter
    }
}

#[inline]
fn part(key: u64, bits: u32) -> usize {
    // Of no bits there is one part.
    let part = key.checked_shr(64 - bits).unwrap_or(0);
    usize::try_from(part).unwrap_or_default()
}

/// Bytes before the fingerprints.
const HEAD: usize = 20;

fn packed(part: &BinaryFuse8) -> Vec<u8> {
    let Descriptor {
        seed,
        segment_length,
        segment_length_mask,
        segment_count_length,
    } = part.descriptor;
    let mut bytes = Vec::with_capacity(HEAD + part.fingerprints.len());
    bytes.extend_from_slice(&seed.to_le_bytes());
    for number in [segment_length, segment_length_mask, segment_count_length] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(&part.fingerprints);
    bytes
}

/// The part in these bytes, if none of its keys is looked for outside of them.
fn unpacked(bytes: &[u8]) -> Option<BinaryFuse8> {
    let (head, fingerprints) = bytes.split_at_checked(HEAD)?;
    let number = |at: usize| -> Option<u32> {
        let bytes = head.get(at..at + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    };
    let descriptor = Descriptor {
        seed: u64::from_le_bytes(head.get(..8)?.try_into().ok()?),
        segment_length: number(8)?,
        segment_length_mask: number(12)?,
        segment_count_length: number(16)?,
    };
    let reach =
        u64::from(descriptor.segment_count_length) + 2 * u64::from(descriptor.segment_length);
    let whole = descriptor.segment_length.is_power_of_two()
        && descriptor.segment_length_mask == descriptor.segment_length - 1
        && descriptor
            .segment_count_length
            .is_multiple_of(descriptor.segment_length)
        && reach == fingerprints.len() as u64;
    whole.then(|| BinaryFuse8 {
        descriptor,
        fingerprints: fingerprints.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::value_key::Key;

    fn keys(count: u32) -> Vec<u64> {
        let mut keys: Vec<u64> = (0..count)
            .map(|number| Key::of(format!("h{number}.example").as_bytes()))
            .collect();
        keys.sort_unstable();
        keys
    }

    #[test]
    fn every_key_passes_and_few_others_do() {
        for count in [0, 1, 2, 3, 100, 70_000] {
            let filter = ValueFilter::of(&keys(count));
            assert!(
                keys(count).iter().all(|key| filter.contains(*key)),
                "{count}"
            );
            let wrong = (0..10_000)
                .filter(|number| filter.contains(Key::of(format!("x{number}.example").as_bytes())));
            assert!(wrong.count() < 150, "{count}");
        }
    }

    #[test]
    fn what_is_kept_is_the_same_filter_and_what_is_damaged_is_none() {
        let keys = keys(70_000);
        let filter = ValueFilter::of(&keys);
        let kept: Vec<_> = filter.parts().collect();
        assert!(kept.len() > 1);
        let read = ValueFilter::from_parts(filter.bits(), kept.clone()).expect("a filter");
        assert!(keys.iter().all(|key| read.contains(*key)));
        for place in 8..HEAD {
            let mut bytes = kept[0].1.clone();
            bytes[place] ^= 0x41;
            assert!(unpacked(&bytes).is_none(), "{place}");
        }
        assert!(unpacked(&kept[0].1[1..]).is_none());
        assert!(unpacked(&[]).is_none());
        assert!(ValueFilter::from_parts(60, []).is_none());
    }
}
