//! Two sides held against each other.

use std::cmp::Ordering;
use std::mem::discriminant;
use std::net::IpAddr;

use crate::evaluator::Truth;
use crate::policy::model::{
    IpNetwork, Literal, OnError, OnMissing, Operator, Pattern, Settings, Window,
};

use super::Sight;
use super::side::{Known, Side};
use super::window::is_inside;

/// What the left side is held against.
pub(super) enum Against<'a> {
    /// Another value.
    Side(Side<'a>),
    /// Values written in the policy.
    Literals(&'a [Literal]),
    /// Networks written in the policy.
    Networks(&'a [IpNetwork]),
    /// A pattern or regular expression.
    Pattern(&'a Pattern),
    /// A time of day.
    Window(&'a Window),
}

/// What a comparison comes to. What may be absent and is makes it false, whatever stands on the other side; so does
/// what is missing or does not fit, where that counts as false. Else the comparison is unknown.
pub(super) fn compare(
    settings: &Settings,
    operator: Operator,
    left: &Sight<'_>,
    right: &Against<'_>,
) -> Truth {
    if operator == Operator::Exists {
        let there = left.value().is_some();
        let wanted = !matches!(right, Against::Side(Side::Held(Known::Boolean(false))));
        return truth(there == wanted);
    }
    let left = Side::of(left);
    let none = Side::Held(Known::Null);
    let other = match right {
        Against::Side(side) => side,
        _ => &none,
    };
    match (&left, other) {
        (Side::Absent, _) | (_, Side::Absent) => Truth::False,
        (Side::Unfit, Side::Missing) | (Side::Missing, Side::Unfit)
            if leaves_open(settings, Truth::Missing)
                && !leaves_open(settings, Truth::TypeMismatch) =>
        {
            Truth::TypeMismatch
        }
        (Side::Missing, _) | (_, Side::Missing) => Truth::Missing,
        (Side::Unfit, _) | (_, Side::Unfit) => Truth::TypeMismatch,
        (Side::Held(left), Side::Held(other)) => match right {
            Against::Side(_) => against_value(operator, left, other),
            written => against_written(operator, left, written),
        }
        .unwrap_or(Truth::TypeMismatch),
    }
}

/// Another value on the right. `None` where the two can't be compared.
fn against_value(operator: Operator, left: &Known<'_>, right: &Known<'_>) -> Option<Truth> {
    match operator {
        Operator::Equals => return equal(left, right).map(truth),
        Operator::NotEquals => return equal(left, right).map(|equal| truth(!equal)),
        // Nothing is in a list that is null, and null is in no list.
        Operator::NotIn if *left == Known::Null || *right == Known::Null => {
            return Some(Truth::True);
        }
        _ if *left == Known::Null || *right == Known::Null => return Some(Truth::False),
        _ => {}
    }
    let ordered = |holds: fn(Ordering) -> bool| order(left, right, holds).map(truth);
    match (operator, left, right) {
        (Operator::GreaterThan | Operator::After, ..) => ordered(Ordering::is_gt),
        (Operator::GreaterOrEqual, ..) => ordered(Ordering::is_ge),
        (Operator::LessThan | Operator::Before, ..) => ordered(Ordering::is_lt),
        (Operator::LessOrEqual, ..) => ordered(Ordering::is_le),
        (Operator::In, item, Known::List(items))
        | (Operator::Contains, Known::List(items), item) => is_among(item, items).map(truth),
        (Operator::NotIn, item, Known::List(items)) => is_among(item, items).map(|is| truth(!is)),
        (Operator::Contains, Known::Text(text), Known::Text(part)) => {
            Some(truth(text.contains(part)))
        }
        (Operator::StartsWith, Known::Text(text), Known::Text(start)) => {
            Some(truth(text.starts_with(start)))
        }
        (Operator::EndsWith, Known::Text(text), Known::Text(end)) => {
            Some(truth(text.ends_with(end)))
        }
        _ => None,
    }
}

/// Something that only a policy can write on the right. `None` where the value does not go with it.
fn against_written(operator: Operator, left: &Known<'_>, right: &Against<'_>) -> Option<Truth> {
    match (left, right) {
        (Known::Null, _) => Some(truth(operator == Operator::NotIn)),
        (item, Against::Literals(literals)) => {
            let items: Vec<_> = literals.iter().map(Known::written).collect();
            let among = is_among(item, &items)?;
            Some(truth(among == (operator == Operator::In)))
        }
        (Known::Text(text), Against::Networks(networks)) => {
            let address = text.parse::<IpAddr>().ok()?.to_canonical();
            let mut networks = networks.iter();
            Some(truth(networks.any(|network| network.0.contains(&address))))
        }
        (Known::Text(text), Against::Pattern(pattern)) => Some(truth(pattern.regex.is_match(text))),
        (Known::Time(time), Against::Window(window)) => Some(truth(is_inside(*time, window))),
        _ => None,
    }
}

/// Whether two values are the same; `None` for values of different types.
fn equal(left: &Known<'_>, right: &Known<'_>) -> Option<bool> {
    let comparable =
        discriminant(left) == discriminant(right) || *left == Known::Null || *right == Known::Null;
    comparable.then(|| left == right)
}

/// Whether two values stand in such an order; `None` for values of different types. What has no order is in none.
fn order(left: &Known<'_>, right: &Known<'_>, holds: fn(Ordering) -> bool) -> Option<bool> {
    let ordering = match (left, right) {
        (Known::Number(left), Known::Number(right)) => left.partial_cmp(right),
        (Known::Exact(left), Known::Exact(right)) => Some(left.cmp(right)),
        (Known::Time(left), Known::Time(right)) => Some(left.cmp(right)),
        _ if discriminant(left) == discriminant(right) => None,
        _ => return None,
    };
    Some(ordering.is_some_and(holds))
}

/// Whether a value is one of several; `None` where one of them is of another type.
fn is_among(item: &Known<'_>, items: &[Known<'_>]) -> Option<bool> {
    let mut found = false;
    for other in items {
        found |= equal(item, other)?;
    }
    Some(found)
}

const fn truth(holds: bool) -> Truth {
    if holds { Truth::True } else { Truth::False }
}

/// Whether nobody can say if a comparison of this truth holds; else it does not.
pub(in crate::policy) fn leaves_open(settings: &Settings, truth: Truth) -> bool {
    match truth {
        Truth::True | Truth::False => false,
        Truth::Missing => settings.on_missing == OnMissing::Indeterminate,
        Truth::TypeMismatch => settings.on_error != OnError::NoMatch,
    }
}
