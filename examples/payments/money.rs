//! [`Money`]: an amount in whole cents, so that nothing is ever rounded.

use std::fmt;
use std::str::FromStr;

use audit_core::{Capture, Value};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An amount in whole cents, at most 42,949,672.95. Sums are checked, never wrapped.
///
/// In JSON it is read from a number or a text (`49.9`, `"49.90"`) and written as a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Money {
    cents: u32,
}

impl Money {
    pub(crate) const ZERO: Self = Self { cents: 0 };

    pub(crate) const fn from_cents(cents: u32) -> Self {
        Self { cents }
    }

    /// `None` above the largest amount there is.
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        self.cents.checked_add(other.cents).map(Self::from_cents)
    }

    /// `None` below zero.
    pub(crate) fn minus(self, other: Self) -> Option<Self> {
        self.cents.checked_sub(other.cents).map(Self::from_cents)
    }
}

/// A policy compares amounts in the main unit: 4990 cents are 49.9 there.
impl From<Money> for Value<'_> {
    fn from(money: Money) -> Self {
        Self::Float(f64::from(money.cents) / 100.0)
    }
}

/// As an argument of an annotated function.
impl Capture for Money {
    fn capture(&self) -> Value<'_> {
        (*self).into()
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{:02}", self.cents / 100, self.cents % 100))
    }
}

/// A text that is no amount of money.
#[derive(Debug, PartialEq)]
pub(crate) struct ParseMoneyError {
    text: String,
}

impl fmt::Display for ParseMoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text.escape_debug();
        write!(
            f,
            "`{text}` is no amount, expected 0 to 42949672.95 with at most two decimals, such as `49.90`"
        )
    }
}

impl FromStr for Money {
    type Err = ParseMoneyError;

    fn from_str(text: &str) -> Result<Self, ParseMoneyError> {
        let (units, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let cents = match *decimals.as_bytes() {
            [_] => digits(decimals).map(|tenths| tenths * 10),
            [_, _] => digits(decimals),
            _ => None,
        };
        let total = || digits(units)?.checked_mul(100)?.checked_add(cents?);
        total()
            .map(Self::from_cents)
            .ok_or_else(|| ParseMoneyError {
                text: text.chars().take(32).collect(),
            })
    }
}

/// A number of digits alone: no sign, no blank.
fn digits(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MoneyVisitor)
    }
}

struct MoneyVisitor;

impl Visitor<'_> for MoneyVisitor {
    type Value = Money;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount such as 49.9 or \"49.90\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Money, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, units: u64) -> Result<Money, E> {
        self.visit_str(&units.to_string())
    }

    fn visit_i64<E: de::Error>(self, units: i64) -> Result<Money, E> {
        self.visit_str(&units.to_string())
    }

    /// The shortest text that means this number is the one that was sent.
    fn visit_f64<E: de::Error>(self, units: f64) -> Result<Money, E> {
        self.visit_str(&units.to_string())
    }
}

#[cfg(test)]
mod tests {
    use audit_core::{Capture, Value};

    use super::Money;

    fn read(json: &str) -> Result<Money, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn numbers_and_texts_are_read_to_the_cent() {
        for (json, cents) in [
            ("50", 5000),
            ("50.0", 5000),
            ("0.29", 29),
            ("1.1", 110),
            ("\"49.90\"", 4990),
            ("\"42949672.95\"", u32::MAX),
        ] {
            assert_eq!(read(json).unwrap(), Money::from_cents(cents), "{json}");
        }
    }

    #[test]
    fn no_amount_is_rounded_or_guessed() {
        for json in [
            "-1",
            "-0.5",
            "0.001",
            "1e300",
            "42949672.96",
            "true",
            "null",
            "\"\"",
            "\"1.\"",
            "\"+1\"",
            "\"1,5\"",
            "\".\"",
        ] {
            assert!(read(json).is_err(), "{json}");
        }
        let message = read("12.345").unwrap_err().to_string();
        assert!(
            message.starts_with(
                "`12.345` is no amount, expected 0 to 42949672.95 with at most two decimals"
            ),
            "{message}"
        );
    }

    #[test]
    fn sums_never_wrap() {
        let (one, most) = (Money::from_cents(1), Money::from_cents(u32::MAX));
        assert_eq!(most.plus(one), None);
        assert_eq!(Money::ZERO.minus(one), None);
    }

    #[test]
    fn a_policy_sees_the_main_unit_and_a_person_two_decimals() {
        let money = Money::from_cents(4990);
        assert_eq!(money.capture(), Value::Float(49.9));
        assert_eq!(money.to_string(), "49.90");
    }
}
