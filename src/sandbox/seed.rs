//! Numbers that look random and never change: every invented detail of an
//! answer grows from the value that was asked about.

/// The number that everything said about one thing grows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seed(u64);

impl Seed {
    /// The seed of a value of a kind. Two kinds of the same text differ.
    pub(super) fn of(kind: &str, value: &str) -> Self {
        let bytes = kind.bytes().chain([0]).chain(value.bytes());
        Self(mixed(bytes.fold(0xcbf2_9ce4_8422_2325, fnv)))
    }

    /// The number behind a label. Each label draws its own, so that a new
    /// detail leaves the older ones as they are.
    pub(super) fn number(self, label: &str) -> u64 {
        mixed(label.bytes().fold(self.0, fnv))
    }

    /// The seed of one of several things that belong to this one.
    pub(super) fn child(self, label: &str, index: usize) -> Self {
        Self(mixed(self.number(label).wrapping_add(index as u64)))
    }

    /// A number in `low..=high`.
    pub(super) fn between(self, label: &str, low: i64, high: i64) -> i64 {
        let width = high.abs_diff(low) + 1;
        low.saturating_add_unsigned(self.number(label) % width)
    }

    /// An index in `0..bound`; 0 where the bound is 0.
    pub(super) fn below(self, label: &str, bound: usize) -> usize {
        let number = self.number(label) % (bound.max(1) as u64);
        usize::try_from(number).unwrap_or(0)
    }

    /// One of the choices.
    pub(super) fn pick<T: Copy>(self, label: &str, choices: &[T]) -> T {
        choices[self.below(label, choices.len())]
    }

    /// True for about `percent` of all seeds.
    pub(super) fn chance(self, label: &str, percent: u64) -> bool {
        self.number(label) % 100 < percent
    }

    /// Lower-case hexadecimal digits.
    pub(super) fn hex(self, label: &str, length: usize) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut stream = SplitMix(self.number(label));
        let mut out = String::with_capacity(length + 16);
        while out.len() < length {
            let mut number = stream.next();
            for _ in 0..16 {
                out.push(char::from(DIGITS[(number & 15) as usize]));
                number >>= 4;
            }
        }
        out.truncate(length);
        out
    }
}

/// One step of the FNV-1a hash.
fn fnv(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

/// Spreads a number over all its bits.
fn mixed(number: u64) -> u64 {
    SplitMix(number).next()
}

/// The splitmix64 generator: small, fast, and the same on every machine.
#[derive(Debug, Clone)]
pub(super) struct SplitMix(pub(super) u64);

impl SplitMix {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }

    /// A number in `0.0..1.0`.
    #[expect(
        clippy::cast_precision_loss,
        reason = "53 bits fit a double exactly; that is why the others are shifted out"
    )]
    pub(super) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_the_published_one() {
        let mut stream = SplitMix(1_234_567);
        assert_eq!(stream.next(), 6_457_827_717_110_365_317);
        assert_eq!(stream.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn values_kinds_and_labels_all_matter() {
        let seed = Seed::of("domain", "a.example");
        assert_eq!(seed, Seed::of("domain", "a.example"));
        assert_ne!(seed, Seed::of("url", "a.example"));
        assert_ne!(seed, Seed::of("domain", "b.example"));
        assert_ne!(seed.number("x"), seed.number("y"));
        assert_ne!(seed.child("x", 0), seed.child("x", 1));
        assert_eq!(seed.hex("h", 33).len(), 33);
    }

    #[test]
    fn numbers_keep_to_their_bounds() {
        for index in 0..500 {
            let seed = Seed::of("t", "").child("i", index);
            assert!((-3..=3).contains(&seed.between("b", -3, 3)));
            assert!(seed.below("b", 7) < 7);
            assert_eq!(seed.below("b", 0), 0);
        }
    }
}
