//! [`Number`]: numbers of JSON, compared without rounding.

use std::cmp::Ordering;

use serde_json::Value;

/// The name that stands for a number JSON has no form for, as records write it.
const NON_FINITE: &str = "$f64";

/// A number of JSON, or one that it has no form for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    /// Every `i64` and `u64`.
    Whole(i128),
    /// Anything else, also what is too large to be whole.
    Float(f64),
}

impl Number {
    /// The number that a text spells: as JSON does, or `nan`, `inf` or `-inf`.
    pub(super) fn spelled(text: &str) -> Option<Self> {
        non_finite(text).or_else(|| {
            let number: serde_json::Number = serde_json::from_str(text).ok()?;
            // The reader passes over blanks, which are no part of a number.
            let blank =
                text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace);
            (!blank).then(|| Self::of(&number)).flatten()
        })
    }

    /// The number that a value of a record is.
    pub(super) fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => Self::of(number),
            Value::Object(fields) if fields.len() == 1 => {
                non_finite(fields.get(NON_FINITE)?.as_str()?)
            }
            _ => None,
        }
    }

    fn of(number: &serde_json::Number) -> Option<Self> {
        let whole = number.as_i64().map(i128::from);
        whole
            .or_else(|| number.as_u64().map(i128::from))
            .map(Self::Whole)
            .or_else(|| number.as_f64().map(Self::Float))
    }

    /// How they stand to each other; `nan` equals `nan` here and stands before and behind nothing.
    pub(super) fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) => Some(one.cmp(&other)),
            (Self::Float(one), Self::Float(other)) if one.is_nan() && other.is_nan() => {
                Some(Ordering::Equal)
            }
            (Self::Float(one), Self::Float(other)) => one.partial_cmp(&other),
            (Self::Whole(one), Self::Float(other)) => with_float(one, other),
            (Self::Float(one), Self::Whole(other)) => with_float(other, one).map(Ordering::reverse),
        }
    }
}

/// Numbers that JSON has no form for.
fn non_finite(name: &str) -> Option<Number> {
    match name {
        "nan" => Some(Number::Float(f64::NAN)),
        "inf" => Some(Number::Float(f64::INFINITY)),
        "-inf" => Some(Number::Float(f64::NEG_INFINITY)),
        _ => None,
    }
}

/// Compares exactly: `whole` stands within 64 bits, where not every number is an `f64`.
fn with_float(whole: i128, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    // Saturates far outside of 64 bits, on the right side.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the fraction is looked at below"
    )]
    let cut = float.trunc() as i128;
    let fraction = float.fract();
    Some(whole.cmp(&cut).then_with(|| {
        if fraction > 0.0 {
            Ordering::Less
        } else if fraction < 0.0 {
            Ordering::Greater
        } else {
            Ordering::Equal
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_beyond_what_a_float_holds_are_told_apart() {
        for (one, other, wanted) in [
            ("9007199254740993", "9007199254740992.0", Ordering::Greater),
            (
                "18446744073709551615",
                "18446744073709551614",
                Ordering::Greater,
            ),
            (
                "18446744073709551615",
                "18446744073709551616.0",
                Ordering::Less,
            ),
            (
                "-9223372036854775808",
                "-9223372036854775808.0",
                Ordering::Equal,
            ),
            ("-1", "-1.5", Ordering::Greater),
            ("1", "1.5", Ordering::Less),
            ("2", "1e400", Ordering::Less),
            ("2", "inf", Ordering::Less),
            ("-inf", "-1e308", Ordering::Less),
            ("-0.0", "0", Ordering::Equal),
            ("nan", "nan", Ordering::Equal),
        ] {
            let (Some(a), Some(b)) = (Number::spelled(one), Number::spelled(other)) else {
                assert_eq!(other, "1e400", "{one} and {other} are numbers");
                continue;
            };
            assert_eq!(a.compare(b), Some(wanted), "{one} and {other}");
            assert_eq!(b.compare(a), Some(wanted.reverse()), "{other} and {one}");
        }
    }

    #[test]
    fn what_is_no_number_neither_is_more_nor_less_than_one() {
        let nan = Number::Float(f64::NAN);
        assert_eq!(nan.compare(Number::Whole(1)), None);
        for text in ["", "five", " 5", "0x10", "1_000", "+1", "Infinity"] {
            assert!(Number::spelled(text).is_none(), "{text}");
        }
    }
}
