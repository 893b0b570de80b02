//! [`Share`]: for whom a rule that is rolled out to a part has its mode.

use std::sync::Arc;

use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};

/// Names what is hashed, so that no other hash meets these.
const PREFIX: &[u8] = b"audit-rollout/v1\n";

/// A part of all, divided by a text. Whoever is in stays in when it grows.
#[derive(Clone, Debug)]
pub(super) struct Share {
    rule: Arc<str>,
    /// The first place that is out; `None` if all are in.
    bound: Option<u64>,
}

impl Share {
    /// So many of a hundred, for this rule.
    pub(super) fn new(rule: &Arc<str>, percent: Decimal) -> Self {
        Self {
            rule: Arc::clone(rule),
            bound: (percent < Decimal::ONE_HUNDRED).then(|| bound(percent)),
        }
    }

    /// Whether it is everybody.
    pub(super) const fn is_everybody(&self) -> bool {
        self.bound.is_none()
    }

    /// Whether the one that a text names is in: the first 8 bytes, big-endian, of SHA-256 over the prefix, the rule's
    /// identifier, a line feed and the text lie below that part of 2^64. Without a text: if it is everybody.
    pub(super) fn holds(&self, text: Option<&str>) -> bool {
        match (self.bound, text) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(bound), Some(text)) => self.place(text) < bound,
        }
    }

    /// A place among 2^64 that is the same in every process.
    fn place(&self, text: &str) -> u64 {
        let hash = Sha256::new_with_prefix(PREFIX)
            .chain_update(&*self.rule)
            .chain_update("\n")
            .chain_update(text)
            .finalize();
        hash.first_chunk()
            .map_or(u64::MAX, |first| u64::from_be_bytes(*first))
    }
}

/// That part of 2^64, rounded down. The percentage lies below 100.
fn bound(percent: Decimal) -> u64 {
    let whole = 10_u128.pow(percent.scale() + 2);
    let mut rest = percent.mantissa().unsigned_abs();
    let mut bound = 0_u64;
    for _ in 0..u64::BITS {
        rest *= 2;
        bound = (bound << 1) | u64::from(rest >= whole);
        rest %= whole;
    }
    bound
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_in(rule: &str, percent: Decimal, text: Option<&str>) -> bool {
        Share::new(&rule.into(), percent).holds(text)
    }

    fn percent(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_percentage_is_its_part_of_2_to_the_64_rounded_down() {
        assert_eq!(bound(percent("0")), 0);
        assert_eq!(bound(percent("25")), 1 << 62);
        assert_eq!(bound(percent("12.50")), 1 << 61);
        // python3: 2**64 * 1 // 3 of the same 28 digits.
        assert_eq!(
            bound(percent("33.33333333333333333333333333")),
            6_148_914_691_236_517_205
        );
        assert_eq!(
            bound(percent("99.99999999999999999999999999")),
            18_446_744_073_709_551_615
        );
        assert_eq!(bound(percent("0.0000000000000000000000000001")), 0);
    }

    #[test]
    fn whoever_has_no_text_is_in_at_100_alone() {
        assert!(is_in("r", percent("100"), None));
        assert!(is_in("r", percent("100.0"), None));
        assert!(!is_in("r", percent("99.9"), None));
    }

    #[test]
    fn nobody_is_in_at_0() {
        assert!((0..1000).all(|number| !is_in("r", percent("0"), Some(&number.to_string()))));
    }

    #[test]
    fn the_place_of_a_text_is_one_that_others_can_compute() {
        // python3: int.from_bytes(sha256(b"audit-rollout/v1\nlarge_refund\nalice").digest()[:8], "big") * 100 / 2**64
        assert!(!is_in(
            "large_refund",
            percent("61.929785358624"),
            Some("alice")
        ));
        assert!(is_in(
            "large_refund",
            percent("61.929785358625"),
            Some("alice")
        ));
    }
}
