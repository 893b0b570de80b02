//! Texts that hold a decimal number.

use rust_decimal::Decimal;

/// So many digits are exact, zeros in front not counted.
pub(super) const DIGITS: usize = 28;

/// The number a text holds: digits, with a sign in front and a point between two of them where there is one.
/// `None` for every other text, and for more digits than are exact.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((_, "")) => return None,
        Some((whole, fraction)) => (whole, fraction),
        None => (digits, ""),
    };
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let counted = whole.trim_start_matches('0').len() + fraction.len();
    if whole.is_empty() || !plain(whole) || !plain(fraction) || counted > DIGITS {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}
