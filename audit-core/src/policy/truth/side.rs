//! [`Side`]: one side of a comparison, read as the type that is declared.

use rust_decimal::Decimal;

use crate::clock::Timestamp;
use crate::policy::model::{Declaration, FieldType, Literal, ScalarType};
use crate::value::Value;

use super::Sight;
use crate::policy::decimal::decimal;

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Side<'v> {
    /// It is not there, and need not be.
    Absent,
    /// It is not there, and should be.
    Missing,
    /// It is not of its type.
    Unfit,
    /// It is there.
    Held(Known<'v>),
}

/// A value, known by the type that is declared.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Known<'v> {
    /// Known to be nothing.
    Null,
    /// Characters.
    Text(&'v str),
    /// True or false.
    Boolean(bool),
    /// A binary floating point number.
    Number(f64),
    /// A whole or a decimal number, which compare with each other.
    Exact(Decimal),
    /// A point in time.
    Time(Timestamp),
    /// Several values.
    List(Vec<Known<'v>>),
    /// Named values, which nothing compares.
    Map,
}

impl<'v> Side<'v> {
    /// What a request shows.
    pub(super) fn of(sight: &'v Sight<'_>) -> Self {
        match sight {
            Sight::Absent => Self::Absent,
            Sight::Missing => Self::Missing,
            Sight::Unfit => Self::Unfit,
            Sight::There(value, Some(declared)) => as_declared(value, declared).into(),
            Sight::There(value, None) => as_found(value).into(),
        }
    }

    /// A value written in the policy.
    pub(super) fn written(literal: &'v Literal) -> Self {
        Self::Held(Known::written(literal))
    }
}

impl<'v> From<Option<Known<'v>>> for Side<'v> {
    fn from(typed: Option<Known<'v>>) -> Self {
        typed.map_or(Self::Unfit, Self::Held)
    }
}

impl<'v> Known<'v> {
    /// A value written in the policy.
    pub(super) fn written(literal: &'v Literal) -> Self {
        match literal {
            Literal::Text(text) => Self::Text(text),
            Literal::Number(number) => Self::Number(*number),
            Literal::Boolean(flag) => Self::Boolean(*flag),
            Literal::Integer(number) => Self::Exact(Decimal::from(*number)),
            Literal::Decimal(number) => Self::Exact(*number),
            Literal::Timestamp(time) => Self::Time(*time),
            Literal::Null => Self::Null,
        }
    }
}

/// Whether a value is of the type that is declared. What lies inside a map is not looked at.
pub(in crate::policy) fn fits(value: &Value<'_>, declared: &Declaration) -> bool {
    as_declared(value, declared).is_some()
}

/// A value as its declaration reads it, if it fits.
fn as_declared<'v>(value: &'v Value<'_>, declared: &Declaration) -> Option<Known<'v>> {
    match (value, &declared.kind) {
        (Value::Null, _) => declared.nullable.then_some(Known::Null),
        (value, FieldType::Scalar(scalar)) => as_scalar(value, *scalar),
        (Value::List(items), FieldType::List(scalar)) => items
            .iter()
            .map(|item| as_scalar(item, *scalar))
            .collect::<Option<_>>()
            .map(Known::List),
        (Value::Map(_), FieldType::Map(_)) => Some(Known::Map),
        _ => None,
    }
}

fn as_scalar<'v>(value: &'v Value<'_>, scalar: ScalarType) -> Option<Known<'v>> {
    match scalar {
        ScalarType::String => value.as_str().map(Known::Text),
        ScalarType::Boolean => value.as_bool().map(Known::Boolean),
        ScalarType::Number => value.as_f64().map(Known::Number),
        ScalarType::Integer => whole(value).map(Known::Exact),
        ScalarType::Decimal => {
            let written = || value.as_str().and_then(decimal);
            whole(value).or_else(written).map(Known::Exact)
        }
        ScalarType::Timestamp => {
            let text = value.as_str()?;
            text.parse().ok().map(Known::Time)
        }
    }
}

fn whole(value: &Value<'_>) -> Option<Decimal> {
    match value {
        Value::Int(number) => Some(Decimal::from(*number)),
        Value::UInt(number) => Some(Decimal::from(*number)),
        _ => None,
    }
}

/// A value as version 1 reads it: by what it is.
fn as_found<'v>(value: &'v Value<'_>) -> Option<Known<'v>> {
    match value {
        Value::Text(text) => Some(Known::Text(text)),
        Value::Bool(flag) => Some(Known::Boolean(*flag)),
        number => number.as_f64().map(Known::Number),
    }
}
