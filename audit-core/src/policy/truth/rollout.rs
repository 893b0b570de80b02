//! For whom a rule that is rolled out to a part has its mode.

use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

/// Names what is hashed, so that no other hash meets these.
const PREFIX: &[u8] = b"audit-rollout/v1\n";

/// Whether a rule is rolled out to whoever has this text: the first 8 bytes, big-endian, of SHA-256 over the prefix,
/// the rule's identifier, a line feed and the text lie below that part of 2^64. Without a text: at 100 alone.
pub(in crate::policy) fn is_in(rule: &str, percent: Decimal, text: Option<&str>) -> bool {
    if percent >= Decimal::ONE_HUNDRED {
        return true;
    }
    let Some(text) = text else {
        return false;
    };
    let hash = Sha256::new()
        .chain_update(PREFIX)
        .chain_update(rule)
        .chain_update(b"\n")
        .chain_update(text)
        .finalize();
    let place = hash
        .first_chunk()
        .map_or(u64::MAX, |first| u64::from_be_bytes(*first));
    place < bound(percent)
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
            percent("61.929785358623"),
            Some("alice")
        ));
        assert!(is_in(
            "large_refund",
            percent("61.929785358624"),
            Some("alice")
        ));
    }
}
