//! [`Scalar`]: what an unquoted word stands for, exactly as `serde_yaml` 0.9 resolves it.

use super::Tag;

/// What the text of a scalar stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar {
    /// Nothing, `~`, `null`, `Null` or `NULL`.
    Null,
    /// `true`, `True`, `TRUE` and their opposites; `yes` and `on` are text.
    Boolean(bool),
    /// A whole number without a minus sign.
    Unsigned(u64),
    /// A whole number with a minus sign; `-0` is one.
    Negative(i64),
    /// A whole number outside 64 bits and inside 128: an error wherever a literal may stand.
    Huge,
    /// Any other number, the infinities and NaN included. Whole numbers above 128 bits end here.
    Float(f64),
    /// The text itself.
    Text,
}

impl Scalar {
    /// Resolves a scalar. `None` if its tag promises something that its text is not.
    pub(crate) fn resolve(text: &str, plain: bool, tag: Option<&Tag>) -> Option<Self> {
        match tag {
            None if plain => Some(Self::untagged(text)),
            None | Some(Tag::Text) => Some(Self::Text),
            Some(Tag::Null) => Self::is_null_word(text).then_some(Self::Null),
            Some(Tag::Boolean) => boolean(text).map(Self::Boolean),
            Some(Tag::Integer) => integer(text),
            Some(Tag::Float) => float(text).map(Self::Float),
            Some(Tag::Local(_)) => None,
        }
    }

    /// Whether a word means null; nothing at all is not a word.
    pub(crate) fn is_null_word(text: &str) -> bool {
        matches!(text, "null" | "Null" | "NULL" | "~")
    }

    /// A boolean where one is expected.
    pub(crate) fn boolean(text: &str) -> Option<bool> {
        boolean(text)
    }

    /// A whole number from 0 where one is expected.
    pub(crate) fn unsigned(text: &str) -> Option<u64> {
        match integer(text) {
            Some(Self::Unsigned(number)) => Some(number),
            _ => None,
        }
    }

    fn untagged(text: &str) -> Self {
        if text.is_empty() || Self::is_null_word(text) {
            return Self::Null;
        }
        if let Some(value) = boolean(text) {
            return Self::Boolean(value);
        }
        // Whatever starts with a letter is no number, and most words do: they need not be tried as one.
        if text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
            return Self::Text;
        }
        integer(text)
            .or_else(|| {
                if has_leading_zero(text) {
                    None
                } else {
                    float(text).map(Self::Float)
                }
            })
            .unwrap_or(Self::Text)
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// `[+-](0x|0o|0b)digits`; a decimal number must not start with a zero.
fn integer(text: &str) -> Option<Scalar> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let prefixed = [("0x", 16), ("0o", 8), ("0b", 2)]
        .into_iter()
        .find_map(|(prefix, radix)| Some((radix, unsigned.strip_prefix(prefix)?)));
    let (radix, digits) = match prefixed {
        Some(found) => found,
        None if has_leading_zero(text) => return None,
        None => (10, unsigned),
    };
    // The standard parser would take a second sign.
    if digits.starts_with('+') {
        return None;
    }
    let magnitude = u128::from_str_radix(digits, radix).ok()?;
    if !negative {
        return Some(u64::try_from(magnitude).map_or(Scalar::Huge, Scalar::Unsigned));
    }
    let number = 0_i128.checked_sub_unsigned(magnitude)?;
    Some(i64::try_from(number).map_or(Scalar::Huge, Scalar::Negative))
}

/// What Rust reads as a finite number after at most one `+`, and YAML's words for the others.
fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    match (text, unsigned) {
        (_, ".inf" | ".Inf" | ".INF") => Some(f64::INFINITY),
        ("-.inf" | "-.Inf" | "-.INF", _) => Some(f64::NEG_INFINITY),
        (".nan" | ".NaN" | ".NAN", _) => Some(f64::NAN),
        _ if unsigned.len() < text.len() && unsigned.starts_with(['+', '-']) => None,
        _ => unsigned
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite()),
    }
}

/// Digits that start with a zero are text, signed or not.
fn has_leading_zero(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
}
