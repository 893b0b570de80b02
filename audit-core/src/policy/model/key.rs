//! [`LiteralKey`]: literals as keys of maps.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::Literal;
use crate::clock::Timestamp;

/// What makes two literals of one type the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum LiteralKey {
    /// Characters.
    Text(Arc<str>),
    /// The bits of a number; both zeros are one.
    Number(u64),
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i128),
    /// A decimal number; `12.3` is `12.30`.
    Decimal(Decimal),
    /// A point in time.
    Timestamp(Timestamp),
    /// Known to be nothing.
    Null,
}

impl Literal {
    /// What makes it the same as another.
    pub(crate) fn key(&self) -> LiteralKey {
        match self {
            Self::Text(text) => LiteralKey::Text(Arc::clone(text)),
            Self::Number(number) => LiteralKey::Number((number + 0.0).to_bits()),
            Self::Boolean(value) => LiteralKey::Boolean(*value),
            Self::Integer(number) => LiteralKey::Integer(*number),
            Self::Decimal(number) => LiteralKey::Decimal(*number),
            Self::Timestamp(time) => LiteralKey::Timestamp(*time),
            Self::Null => LiteralKey::Null,
        }
    }
}
