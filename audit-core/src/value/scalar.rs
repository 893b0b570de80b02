//! [`Value`]: one value that a policy can read and an event can carry.

use std::fmt;
use std::sync::Arc;

use super::{Fields, Substitute, Text};

/// One value that a policy can read and an event can carry.
///
/// JSON form: as expected, except that a number JSON has no form for is written
/// `{"$f64": "nan" | "inf" | "-inf"}`, and a [`Substitute`] as `{"$cut": "…"}` or alike, so that no value can suppress
/// its own record. A map of a single name
/// that starts with `$` gets a second `$` in front, so that it can't be taken for one. What lies deeper than
/// 96 lists and maps is written as a text that says so.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Known to be nothing, which differs from a field that is missing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number that fits 64 bits with a sign.
    Int(i64),
    /// A whole number above [`i64::MAX`].
    UInt(u64),
    /// A binary floating point number; NaN and the infinities are allowed.
    Float(f64),
    /// Characters, compared exactly: no trimming, no case folding, no normalisation.
    Text(Text<'a>),
    /// Several values in order.
    List(Box<[Value<'a>]>),
    /// Named values.
    Map(Box<Fields<'a>>),
    /// What stands for a value that can't be recorded as it is.
    Substitute(Box<Substitute<'a>>),
}

impl Value<'_> {
    /// The number as a float, if this is a number. Whole numbers beyond 2^53 are rounded,
    /// as policy version 1 defines it.
    #[inline]
    #[allow(
        clippy::cast_precision_loss,
        reason = "version 1 numbers are binary floats"
    )]
    pub fn as_f64(&self) -> Option<f64> {
        match *self {
            Self::Int(number) => Some(number as f64),
            Self::UInt(number) => Some(number as f64),
            Self::Float(number) => Some(number),
            _ => None,
        }
    }

    /// The characters, if this is text.
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match *self {
            Self::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    /// What kind of value this is, in the words of a schema: `null`, `boolean`, `number`, `string`, `list`, `map`; or
    /// `substitute`, which no schema knows.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Int(_) | Self::UInt(_) | Self::Float(_) => "number",
            Self::Text(_) => "string",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Substitute(_) => "substitute",
        }
    }

    /// A copy without a lifetime, made in one go.
    pub(crate) fn copied(&self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(*flag),
            Self::Int(number) => Value::Int(*number),
            Self::UInt(number) => Value::UInt(*number),
            Self::Float(number) => Value::Float(*number),
            Self::Text(text) => Value::Text(text.clone().into_owned()),
            Self::List(items) => Value::List(items.iter().map(Self::copied).collect()),
            Self::Map(fields) => Value::Map(Box::new(fields.copied())),
            Self::Substitute(_) => self.clone().into_owned(),
        }
    }

    /// The same value without a lifetime.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(flag),
            Self::Int(number) => Value::Int(number),
            Self::UInt(number) => Value::UInt(number),
            Self::Float(number) => Value::Float(number),
            Self::Text(text) => Value::Text(text.into_owned()),
            Self::List(items) => Value::List(items.into_iter().map(Value::into_owned).collect()),
            Self::Map(fields) => Value::Map(Box::new(fields.into_owned())),
            Self::Substitute(substitute) => substitute.into_owned().into_value(),
        }
    }
}

macro_rules! value_from {
    ($($source:ty => $variant:ident as $target:ty),+ $(,)?) => {
        $(impl From<$source> for Value<'_> {
            #[inline]
            fn from(value: $source) -> Self {
                Self::$variant(<$target>::from(value))
            }
        })+
    };
}

value_from! {
    bool => Bool as bool,
    i8 => Int as i64,
    i16 => Int as i64,
    i32 => Int as i64,
    i64 => Int as i64,
    u8 => Int as i64,
    u16 => Int as i64,
    u32 => Int as i64,
    f32 => Float as f64,
    f64 => Float as f64,
    String => Text as Text<'_>,
    Arc<str> => Text as Text<'_>,
}

impl From<u64> for Value<'_> {
    #[inline]
    fn from(number: u64) -> Self {
        i64::try_from(number).map_or(Self::UInt(number), Self::Int)
    }
}

impl From<usize> for Value<'_> {
    #[inline]
    fn from(number: usize) -> Self {
        Self::from(number as u64)
    }
}

impl<'a> From<Text<'a>> for Value<'a> {
    #[inline]
    fn from(text: Text<'a>) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<Fields<'a>> for Value<'a> {
    fn from(fields: Fields<'a>) -> Self {
        Self::Map(Box::new(fields))
    }
}

impl<'a, T: Into<Value<'a>>> From<Vec<T>> for Value<'a> {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl fmt::Display for Value<'_> {
    /// As a policy file would write it: text in quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(flag) => write!(f, "{flag}"),
            Self::Int(number) => write!(f, "{number}"),
            Self::UInt(number) => write!(f, "{number}"),
            Self::Float(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::List(items) => f.debug_list().entries(items.iter().map(shown)).finish(),
            Self::Map(fields) => {
                let fields = fields
                    .iter()
                    .map(|field| (&field.name, shown(&field.value)));
                f.debug_map().entries(fields).finish()
            }
            Self::Substitute(substitute) => {
                write!(f, "({}: {:?})", substitute.kind, substitute.text)
            }
        }
    }
}

/// What stands inside a list or a map is shown as it is alone.
fn shown(value: &Value<'_>) -> impl fmt::Debug {
    fmt::from_fn(move |f| write!(f, "{value}"))
}

#[cfg(test)]
mod tests {
    use super::Value;
    use crate::value::Fields;

    #[test]
    fn what_stands_inside_is_shown_as_it_is_alone() {
        let items = vec![Value::from(1), Value::from("a"), Value::Null];
        let fields = Fields::new().with("amount", 49.9).with("items", items);
        let shown = Value::from(fields).to_string();
        assert_eq!(shown, r#"{"amount": 49.9, "items": [1, "a", null]}"#);
    }
}
