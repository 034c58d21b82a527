//! A hash that is the same everywhere.

/// A rolling 64-bit hash, equal natively and in wasm, run after run. Not for secrets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fingerprint(u64);

/// An odd constant with well-mixed bits (the fractional part of the golden ratio).
const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

impl Fingerprint {
    /// The hash of nothing.
    pub const fn new() -> Self {
        Self(0x51_7c_c1_b7_27_22_0a_95)
    }

    /// Continues from a hash that was [finished](Fingerprint::finish) before.
    pub const fn resume(hash: u64) -> Self {
        Self(hash)
    }

    /// Adds one word.
    pub fn u64(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * u128::from(MULTIPLIER);
        self.0 = (product >> 64) as u64 ^ (product as u64).rotate_left(23) ^ word;
    }

    /// Adds bytes, with their length, so that neighbours cannot run into each other.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.u64(bytes.len() as u64);
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.u64(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.u64(u64::from_le_bytes(last));
        }
    }

    /// Adds text.
    pub fn str(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// The hash of everything added so far.
    pub const fn finish(self) -> u64 {
        self.0
    }

    /// The hash of one text.
    pub fn of_str(text: &str) -> u64 {
        let mut hash = Self::new();
        hash.str(text);
        hash.finish()
    }
}

impl Default for Fingerprint {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differs_by_content_order_and_boundary() {
        let hash = |parts: &[&str]| {
            let mut h = Fingerprint::new();
            parts.iter().for_each(|p| h.str(p));
            h.finish()
        };
        assert_eq!(hash(&["ab", "c"]), hash(&["ab", "c"]));
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_ne!(hash(&["ab", "c"]), hash(&["c", "ab"]));
        assert_ne!(hash(&["12345678"]), hash(&["12345679"]));
    }

    /// The value itself is fixed: records made by one build must be checkable by another.
    #[test]
    fn is_stable() {
        assert_eq!(Fingerprint::of_str("orrery"), 16_462_043_714_957_623_424);
    }
}
