//! Who a rule is rolled out to.

use sha2::{Digest as _, Sha256};

/// In is whoever's first 8 bytes of SHA-256(`audit-rollout/v1`, a line feed, the rule's id, a line feed, the text), read
/// as a big-endian number, lie below percent / 100 × 2^64, rounded down.
pub(crate) fn is_in(rule: &str, percent: &str, text: Option<&str>) -> bool {
    let (whole, fraction) = percent.split_once('.').unwrap_or((percent, ""));
    // In millionths of a percent.
    let parts: u128 = format!("{whole}{fraction:0<6}").parse().unwrap();
    let all = 100_000_000;
    if parts == all {
        return true;
    }
    let Some(text) = text else {
        return false;
    };
    let hash = Sha256::digest(format!("audit-rollout/v1\n{rule}\n{text}"));
    let place = hash[..8]
        .iter()
        .fold(0_u128, |place, byte| place * 256 + u128::from(*byte));
    place < (parts << 64) / all
}

#[test]
fn a_place_is_one_that_others_can_compute() {
    // python3: int.from_bytes(sha256(b"audit-rollout/v1\nlarge_refund\nalice").digest()[:8], "big") * 100 / 2**64
    assert!(!is_in("large_refund", "61.929785", Some("alice")));
    assert!(is_in("large_refund", "61.929786", Some("alice")));
    assert!(!is_in("large_refund", "99.999999", None));
    assert!(is_in("large_refund", "100.0", None));
    assert!(!is_in("large_refund", "0", Some("alice")));
}
