//! What one request holds in the fields that rules read, ready to be compared.

use crate::request::Request;
use crate::value::{Fields, Value};

use super::model::{Domain, FieldRef, Literal};

/// The name under which rules read the action's type. No data field can take its place.
pub(super) const ACTION_TYPE: &str = "type";

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

/// What one request holds in every slot of a rule set.
///
/// Numbers stand a second time in a list of their own, once as they are and once negated: a threshold, above or
/// below, is then one comparison, and whatever is no number is a NaN, which passes none.
#[derive(Debug)]
pub(super) struct Slots<'s, 'v> {
    held: &'s mut [Held<'v>],
    signed: &'s mut [f64],
}

impl<'s, 'v> Slots<'s, 'v> {
    /// Of empty places, two signed numbers for each slot.
    #[inline]
    pub(super) fn new(held: &'s mut [Held<'v>], signed: &'s mut [f64]) -> Self {
        Self { held, signed }
    }

    /// Puts a value into its slot, if there is a place for it.
    #[inline(always)]
    pub(super) fn put(&mut self, slot: u32, value: Held<'v>) {
        if let Some(place) = self.held.get_mut(slot as usize) {
            *place = value;
            if let Held::Number(number) = value
                && let Some([plain, negated]) = self
                    .signed
                    .get_mut(slot as usize * 2..)
                    .and_then(|rest| rest.first_chunk_mut())
            {
                *plain = number;
                *negated = -number;
            }
        }
    }

    /// What a slot holds; a slot beyond the list holds nothing.
    #[inline(always)]
    pub(super) fn at(&self, slot: u32) -> &Held<'v> {
        self.held.get(slot as usize).unwrap_or(&Held::Missing)
    }

    /// A number in its plain (even) or negated (odd) place.
    #[inline(always)]
    pub(super) fn signed(&self, place: u32) -> f64 {
        self.signed.get(place as usize).copied().unwrap_or(f64::NAN)
    }
}

/// What a request holds in a field, ready to be compared.
#[inline]
pub(super) fn look_up<'v>(request: &Request<'v>, field: &FieldRef) -> Held<'v> {
    if is_action_type(field) {
        return request.action.kind().map_or(Held::Missing, Held::Text);
    }
    domain(request, field.domain)
        .get(&field.field)
        .map_or(Held::Missing, Held::of)
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
        _ => Held::Other,
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
        Domain::Snapshot | Domain::Request => request.snapshot,
    }
}
