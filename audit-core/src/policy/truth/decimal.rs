//! Texts that hold a decimal number.

use rust_decimal::Decimal;

/// So many digits are exact, leading zeros not counted; as many may stand behind the point.
const DIGITS: usize = 28;

/// The number a text holds: digits, with a sign in front and a point between two of them where there is one.
/// `None` for every other text, and for more digits than are exact.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(fraction) || fraction.len() > DIGITS {
        return None;
    }
    let significant = digits.trim_start_matches(['0', '.']);
    let point = usize::from(significant.contains('.'));
    if significant.len() - point > DIGITS {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}
