//! What one request holds in the fields that rules read, ready to be compared.

use crate::request::Request;
use crate::value::{Fields, Value};

use super::model::{Domain, FieldRef, Literal};

/// The name under which rules read the action's type. No data field can take its place.
const ACTION_TYPE: &str = "type";

/// What one request holds in one slot, ready to be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Held<'v> {
    /// Nothing.
    Missing,
    /// A number, as version 1 compares it.
    Number(f64),
    /// Characters.
    Text(&'v str),
    /// A truth value.
    Boolean(bool),
    /// A value that version 1 can't compare with anything.
    Other,
}

impl<'v> Held<'v> {
    #[inline]
    pub(super) fn of(value: &'v Value<'_>) -> Self {
        match value {
            Value::Text(text) => Self::Text(text),
            Value::Bool(flag) => Self::Boolean(*flag),
            number => number.as_f64().map_or(Self::Other, Self::Number),
        }
    }
}

/// What a request holds in a field, ready to be compared.
#[inline]
pub(super) fn look_up<'v>(request: &Request<'v>, field: &FieldRef) -> Held<'v> {
    if is_action_type(field) {
        return action_type(request);
    }
    domain(request, field.domain)
        .get(&field.field)
        .map_or(Held::Missing, Held::of)
}

/// The action's type, as a value.
#[inline]
pub(super) fn action_type<'v>(request: &Request<'v>) -> Held<'v> {
    request.action.kind().map_or(Held::Missing, Held::Text)
}

/// What a request holds in a field, as it was given.
pub(super) fn look_up_value<'v>(request: &Request<'v>, field: &FieldRef) -> Option<Value<'v>> {
    if is_action_type(field) {
        return request.action.kind().map(Value::from);
    }
    domain(request, field.domain).get(&field.field).cloned()
}

/// A literal as if a request held it.
pub(super) fn held_literal(literal: &Literal) -> Held<'_> {
    match literal {
        Literal::Text(text) => Held::Text(text),
        Literal::Number(number) => Held::Number(*number),
        Literal::Boolean(flag) => Held::Boolean(*flag),
    }
}

/// Rules read the action's type under this name; a data field of that name can't take its place.
#[inline]
pub(super) fn is_action_type(field: &FieldRef) -> bool {
    field.domain == Domain::Action && &*field.field == ACTION_TYPE
}

#[inline]
fn domain<'v>(request: &Request<'v>, domain: Domain) -> &'v Fields<'v> {
    match domain {
        Domain::Action => request.action.fields(),
        Domain::Actor => request.actor.fields(),
        Domain::Snapshot => request.snapshot,
    }
}
