//! [`Kind`]: how the values of a field are taken.

use std::net::IpAddr;

use rust_decimal::Decimal;

use crate::clock::Timestamp;
use crate::policy::decimal::decimal;
use crate::policy::model::{Declaration, FieldType, ScalarType};
use crate::value::Value;

use super::held::Held;
use super::key;

/// How the values of a field are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// As they come: version 1 compares values of one type, whatever is declared.
    Any,
    /// As what is declared; everything else is unfit.
    Scalar(ScalarType),
    /// As a list of what is declared.
    List(ScalarType),
    /// As a map, of which only parts are compared.
    Map,
    /// As the address that a text is.
    Address,
}

impl Kind {
    /// Of a declared field.
    pub(super) const fn of(declaration: &Declaration) -> Self {
        match declaration.kind {
            FieldType::Scalar(scalar) => Self::Scalar(scalar),
            FieldType::List(item) => Self::List(item),
            FieldType::Map(_) => Self::Map,
        }
    }

    /// What a value is taken as.
    #[inline(always)]
    pub(super) fn take<'v>(self, value: &'v Value<'_>, nullable: bool) -> Held<'v> {
        match self {
            Self::Any => any(value),
            Self::Scalar(_) | Self::List(_) | Self::Map | Self::Address
                if matches!(value, Value::Null) =>
            {
                if nullable {
                    Held::Null
                } else {
                    Held::Unfit
                }
            }
            Self::Scalar(scalar) => take_scalar(scalar, value),
            Self::List(item) => list(item, value),
            Self::Map if matches!(value, Value::Map(_)) => Held::Other,
            Self::Map => Held::Unfit,
            Self::Address => address(value),
        }
    }
}

/// By the value's own type.
#[inline(always)]
fn any<'v>(value: &'v Value<'_>) -> Held<'v> {
    match value {
        Value::Text(text) => Held::Text(text),
        Value::Bool(flag) => Held::Boolean(*flag),
        number => number.as_f64().map_or(Held::Other, float),
    }
}

/// By what is declared.
#[inline(always)]
pub(super) fn take_scalar<'v>(scalar: ScalarType, value: &'v Value<'_>) -> Held<'v> {
    match (scalar, value) {
        (ScalarType::String, Value::Text(text)) => Held::Text(text),
        (ScalarType::Boolean, Value::Bool(flag)) => Held::Boolean(*flag),
        (ScalarType::Number, number) => number.as_f64().map_or(Held::Unfit, float),
        (ScalarType::Integer, Value::Int(number)) => Held::Number(*number),
        (ScalarType::Integer, Value::UInt(number)) => {
            i64::try_from(*number).map_or(Held::Huge(*number), Held::Number)
        }
        (ScalarType::Decimal, Value::Int(number)) => Held::Decimal(Decimal::from(*number)),
        (ScalarType::Decimal, Value::UInt(number)) => Held::Decimal(Decimal::from(*number)),
        (ScalarType::Decimal, Value::Text(text)) => {
            decimal(text).map_or(Held::Unfit, Held::Decimal)
        }
        (ScalarType::Timestamp, Value::Text(text)) => text
            .parse()
            .map_or(Held::Unfit, |time: Timestamp| Held::Number(time.as_nanos())),
        _ => Held::Unfit,
    }
}

#[inline(always)]
fn float<'v>(number: f64) -> Held<'v> {
    key::of_float(number).map_or(Held::Nan, Held::Number)
}

#[cold]
fn address<'v>(value: &Value<'_>) -> Held<'v> {
    value.as_str().map_or(Held::Unfit, address_of)
}

/// The address that a text is, one of version 4 inside one of version 6 as itself.
pub(super) fn address_of<'v>(text: &str) -> Held<'v> {
    let address = text.parse().map(|address: IpAddr| address.to_canonical());
    address.map_or(Held::Unfit, Held::Address)
}

/// A list of which every item fits.
#[cold]
fn list<'v>(item: ScalarType, value: &'v Value<'_>) -> Held<'v> {
    match value {
        Value::List(items)
            if items
                .iter()
                .all(|value| take_scalar(item, value) != Held::Unfit) =>
        {
            Held::List(items)
        }
        _ => Held::Unfit,
    }
}
