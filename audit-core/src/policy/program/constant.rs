//! [`Constant`]: a value written in the policy, ready to be compared; and how any two values compare.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::Arc;

use foldhash::fast::FixedState;
use rust_decimal::Decimal;

use crate::policy::model::{Literal, Operator, ScalarType};

use super::held::Held;
use super::key;

/// A value written in the policy.
#[derive(Clone, Debug)]
pub(super) enum Constant {
    Key(i64),
    Huge(u64),
    Nan,
    Decimal(Decimal),
    Text(Arc<str>),
    Boolean(bool),
    Null,
}

impl Constant {
    /// Of a literal that is held against a field of this type.
    pub(super) fn new(literal: &Literal, kind: ScalarType) -> Self {
        match literal {
            Literal::Text(text) => Self::Text(Arc::clone(text)),
            Literal::Boolean(flag) => Self::Boolean(*flag),
            Literal::Number(number) => key::of_float(*number).map_or(Self::Nan, Self::Key),
            Literal::Timestamp(time) => Self::Key(time.as_nanos()),
            Literal::Decimal(number) => Self::Decimal(*number),
            Literal::Null => Self::Null,
            Literal::Integer(number) => {
                match (kind, i64::try_from(*number), u64::try_from(*number)) {
                    (ScalarType::Decimal, Ok(number), _) => Self::Decimal(number.into()),
                    (ScalarType::Decimal, _, Ok(number)) => Self::Decimal(number.into()),
                    (_, Ok(number), _) => Self::Key(number),
                    (_, _, Ok(number)) => Self::Huge(number),
                    // The reader admits 64 bits.
                    _ => Self::Nan,
                }
            }
        }
    }

    /// As if a request held it.
    pub(super) fn held(&self) -> Held<'_> {
        match self {
            Self::Key(key) => Held::Number(*key),
            Self::Huge(number) => Held::Huge(*number),
            Self::Nan => Held::Nan,
            Self::Decimal(number) => Held::Decimal(*number),
            Self::Text(text) => Held::Text(text),
            Self::Boolean(flag) => Held::Boolean(*flag),
            Self::Null => Held::Null,
        }
    }
}

/// Several constants, made quick to search.
#[derive(Clone, Debug, Default)]
pub(super) struct Constants {
    texts: HashSet<Arc<str>, FixedState>,
    decimals: HashSet<Decimal, FixedState>,
    /// Sorted.
    keys: Vec<i64>,
    /// Sorted.
    huge: Vec<u64>,
    booleans: [bool; 2],
    null: bool,
}

impl Constants {
    /// Of literals that are held against a field of this type.
    pub(super) fn new(literals: &[Literal], kind: ScalarType) -> Self {
        let mut constants = Self::default();
        for literal in literals {
            match Constant::new(literal, kind) {
                Constant::Key(key) => constants.keys.push(key),
                Constant::Huge(number) => constants.huge.push(number),
                Constant::Decimal(number) => {
                    constants.decimals.insert(number);
                }
                Constant::Text(text) => {
                    constants.texts.insert(text);
                }
                Constant::Boolean(flag) => {
                    let [no, yes] = &mut constants.booleans;
                    *(if flag { yes } else { no }) = true;
                }
                Constant::Null => constants.null = true,
                // Nothing equals it.
                Constant::Nan => {}
            }
        }
        constants.keys.sort_unstable();
        constants.huge.sort_unstable();
        constants
    }

    /// Whether a value is among them.
    pub(super) fn contain(&self, value: &Held<'_>) -> bool {
        match value {
            Held::Number(key) => self.keys.binary_search(key).is_ok(),
            Held::Huge(number) => self.huge.binary_search(number).is_ok(),
            Held::Decimal(number) => self.decimals.contains(number),
            Held::Text(text) => self.texts.contains(*text),
            Held::Boolean(flag) => {
                let [no, yes] = self.booleans;
                if *flag { yes } else { no }
            }
            Held::Null => self.null,
            _ => false,
        }
    }
}

/// Whether two values of declared types stand in this relation. Neither is unknown or absent.
pub(super) fn relate(operator: Operator, left: &Held<'_>, right: &Held<'_>) -> bool {
    match operator {
        Operator::Equals => equal(left, right),
        Operator::NotEquals => !equal(left, right),
        Operator::GreaterThan | Operator::After => order(left, right) == Some(Ordering::Greater),
        Operator::LessThan | Operator::Before => order(left, right) == Some(Ordering::Less),
        Operator::GreaterOrEqual => order(left, right).is_some_and(Ordering::is_ge),
        Operator::LessOrEqual => order(left, right).is_some_and(Ordering::is_le),
        Operator::Contains => texts(left, right).is_some_and(|(left, right)| left.contains(right)),
        Operator::StartsWith => {
            texts(left, right).is_some_and(|(left, right)| left.starts_with(right))
        }
        Operator::EndsWith => texts(left, right).is_some_and(|(left, right)| left.ends_with(right)),
        _ => false,
    }
}

fn equal(left: &Held<'_>, right: &Held<'_>) -> bool {
    match (left, right) {
        (Held::Text(left), Held::Text(right)) => left == right,
        (Held::Boolean(left), Held::Boolean(right)) => left == right,
        (Held::Null, Held::Null) => true,
        _ => order(left, right) == Some(Ordering::Equal),
    }
}

/// Numbers of one make, and whole numbers beside decimals.
fn order(left: &Held<'_>, right: &Held<'_>) -> Option<Ordering> {
    match (left, right) {
        (Held::Number(left), Held::Number(right)) => Some(left.cmp(right)),
        (Held::Huge(left), Held::Huge(right)) => Some(left.cmp(right)),
        (Held::Huge(_), Held::Number(_)) => Some(Ordering::Greater),
        (Held::Number(_), Held::Huge(_)) => Some(Ordering::Less),
        _ => Some(as_decimal(left)?.cmp(&as_decimal(right)?)),
    }
}

/// A decimal, or a whole number that stands beside one.
fn as_decimal(value: &Held<'_>) -> Option<Decimal> {
    match value {
        Held::Decimal(number) => Some(*number),
        Held::Number(number) => Some(Decimal::from(*number)),
        Held::Huge(number) => Some(Decimal::from(*number)),
        _ => None,
    }
}

fn texts<'t>(left: &Held<'t>, right: &Held<'t>) -> Option<(&'t str, &'t str)> {
    match (left, right) {
        (Held::Text(left), Held::Text(right)) => Some((left, right)),
        _ => None,
    }
}
