//! [`Literal`]: what a field of a record is compared with.

use std::cmp::Ordering;
use std::fmt;

use serde_json::Value;

use super::number::Number;
use super::quote::{is_plain, write_quoted};

/// What a field of a record is compared with.
///
/// A number, a truth value or `null` equals that value, and the text that spells it the same. A text equals only text.
/// Numbers are compared without rounding; texts by their bytes, so that times in RFC 3339 stand in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Literal {
    text: String,
    /// Whether it stands for the value that it spells.
    is_bare: bool,
}

impl Literal {
    /// What a bare word stands for: the number, truth value or `null` that it spells, else text.
    pub(crate) fn bare(word: &str) -> Self {
        let is_bare = matches!(word, "true" | "false" | "null") || Number::spelled(word).is_some();
        Self {
            text: word.to_owned(),
            is_bare,
        }
    }

    /// `null`.
    pub fn null() -> Self {
        Self::bare("null")
    }

    /// Whether a field's value is this one.
    pub(crate) fn equals(&self, value: &Value) -> bool {
        if value.as_str() == Some(&self.text) {
            return true;
        }
        self.is_bare
            && match value {
                Value::Null => self.text == "null",
                Value::Bool(flag) => self.text == flag.to_string(),
                _ => self.number_against(value) == Some(Ordering::Equal),
            }
    }

    /// How a field's value stands to this one: a number to a number, a text to a text.
    pub(crate) fn order_of(&self, value: &Value) -> Option<Ordering> {
        if self.is_bare {
            self.number_against(value)
        } else {
            value.as_str().map(|text| text.cmp(&self.text))
        }
    }

    fn number_against(&self, value: &Value) -> Option<Ordering> {
        Number::read(value)?.compare(Number::spelled(&self.text)?)
    }
}

impl From<&str> for Literal {
    /// The text, whatever it spells.
    fn from(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            is_bare: false,
        }
    }
}

impl From<i64> for Literal {
    fn from(number: i64) -> Self {
        Self::bare(&number.to_string())
    }
}

impl From<u64> for Literal {
    fn from(number: u64) -> Self {
        Self::bare(&number.to_string())
    }
}

impl From<bool> for Literal {
    fn from(flag: bool) -> Self {
        Self::bare(if flag { "true" } else { "false" })
    }
}

impl From<f64> for Literal {
    fn from(number: f64) -> Self {
        // Rust writes whole floats without a fraction, which spells the same number.
        let text = if number.is_nan() {
            "nan".to_owned()
        } else {
            number.to_string()
        };
        Self::bare(&text)
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spells = Self::bare(&self.text).is_bare;
        let plain = !self.text.is_empty() && self.text.chars().all(is_plain);
        if self.is_bare || (plain && !spells) {
            f.write_str(&self.text)
        } else {
            write_quoted(f, &self.text)
        }
    }
}
