//! [`Words`]: what an unquoted word stands for, as in a policy file.

use std::collections::HashSet;

use audit_core::{Text, Value};
use foldhash::fast::RandomState;

/// The longest text that is kept, in bytes.
const SHORT: usize = 32;
/// How many texts are kept.
const KEPT: usize = 4_096;

/// Makes values of words. The same few words make up most of a suite, so each of them takes memory once.
#[derive(Debug, Default)]
pub(super) struct Words {
    kept: HashSet<Text<'static>, RandomState>,
}

/// What an unquoted word is.
enum Plain {
    /// Null, a truth value or a number.
    Value(Value<'static>),
    /// A whole number outside 64 bits.
    Beyond,
    /// Anything else.
    Text,
}

impl Words {
    /// What an unquoted word stands for. `None` for a whole number outside 64 bits.
    pub(super) fn resolve(&mut self, word: &str) -> Option<Value<'static>> {
        match plain(word) {
            Plain::Value(value) => Some(value),
            Plain::Beyond => None,
            Plain::Text => Some(self.text(word)),
        }
    }

    /// A text as it is written.
    pub(super) fn text(&mut self, word: &str) -> Value<'static> {
        if let Some(known) = self.kept.get(word) {
            return Value::Text(known.clone());
        }
        let text = Text::from(word).into_owned();
        if word.len() <= SHORT && self.kept.len() < KEPT {
            self.kept.insert(text.clone());
        }
        Value::Text(text)
    }
}

fn plain(word: &str) -> Plain {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => return Plain::Value(Value::Null),
        "true" | "True" | "TRUE" => return Plain::Value(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Plain::Value(Value::Bool(false)),
        _ => {}
    }
    // Every number begins with one of these, and most words don't.
    if !word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Plain::Text;
    }
    match whole(word) {
        Some((negative, magnitude)) => magnitude
            .and_then(|magnitude| in_64_bits(negative, magnitude))
            .map_or(Plain::Beyond, Plain::Value),
        None if has_leading_zero(word) => Plain::Text,
        None => float(word).map_or(Plain::Text, |number| Plain::Value(Value::Float(number))),
    }
}

/// `[+-](0x|0o|0b)digits`: the sign, and the number if it fits 128 bits. A decimal number must not start with a zero.
fn whole(word: &str) -> Option<(bool, Option<u128>)> {
    let (negative, unsigned) = match word.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, word.strip_prefix('+').unwrap_or(word)),
    };
    let prefixed = [("0x", 16), ("0o", 8), ("0b", 2)]
        .into_iter()
        .find_map(|(prefix, radix)| Some((radix, unsigned.strip_prefix(prefix)?)));
    let (radix, digits) = match prefixed {
        Some(found) => found,
        None if has_leading_zero(word) => return None,
        None => (10, unsigned),
    };
    let is_number = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    is_number.then(|| (negative, u128::from_str_radix(digits, radix).ok()))
}

fn in_64_bits(negative: bool, magnitude: u128) -> Option<Value<'static>> {
    if !negative {
        return u64::try_from(magnitude).ok().map(Value::from);
    }
    let number = 0_i128.checked_sub_unsigned(magnitude)?;
    i64::try_from(number).ok().map(Value::Int)
}

/// What Rust reads as a finite number after at most one sign, and YAML's words for the others.
fn float(word: &str) -> Option<f64> {
    let unsigned = word.strip_prefix('+').unwrap_or(word);
    match (word, unsigned) {
        (_, ".inf" | ".Inf" | ".INF") => Some(f64::INFINITY),
        ("-.inf" | "-.Inf" | "-.INF", _) => Some(f64::NEG_INFINITY),
        (".nan" | ".NaN" | ".NAN", _) => Some(f64::NAN),
        _ if unsigned.len() < word.len() && unsigned.starts_with(['+', '-']) => None,
        _ => unsigned
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite()),
    }
}

/// Digits that start with a zero are text, signed or not.
fn has_leading_zero(word: &str) -> bool {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(word: &str) -> Option<Value<'static>> {
        Words::default().resolve(word)
    }

    #[test]
    fn words_stand_for_what_they_stand_for_in_a_policy_file() {
        let cases = [
            ("~", Value::Null),
            ("True", Value::Bool(true)),
            ("yes", Value::from(Text::from("yes"))),
            ("012", Value::from(Text::from("012"))),
            ("2026-11-23", Value::from(Text::from("2026-11-23"))),
            ("-", Value::from(Text::from("-"))),
            ("+-5", Value::from(Text::from("+-5"))),
            ("0x1F", Value::Int(31)),
            ("-9223372036854775808", Value::Int(i64::MIN)),
            ("18446744073709551615", Value::UInt(u64::MAX)),
            ("12.50", Value::Float(12.5)),
            ("+1e3", Value::Float(1e3)),
            ("-.inf", Value::Float(f64::NEG_INFINITY)),
        ];
        for (word, value) in cases {
            assert_eq!(resolve(word), Some(value), "{word}");
        }
        assert!(matches!(resolve(".nan"), Some(Value::Float(number)) if number.is_nan()));
    }

    #[test]
    fn a_whole_number_outside_64_bits_is_nothing() {
        for word in [
            "18446744073709551616",
            "-9223372036854775809",
            "999999999999999999999999999999999999999999",
        ] {
            assert_eq!(resolve(word), None, "{word}");
        }
    }
}
