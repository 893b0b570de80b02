//! Slots: the fields that a set of rules reads, numbered once, and what one request holds in them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::decision::Missing;
use crate::request::Request;
use crate::value::{Fields, Text, Value, same_text};

use super::model::{Declarations, Domain, FieldRef, Literal};

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
    fn of(value: &'v Value<'_>) -> Self {
        match value {
            Value::Text(text) => Self::Text(text),
            Value::Bool(flag) => Self::Boolean(*flag),
            number => number.as_f64().map_or(Self::Other, Self::Number),
        }
    }
}

/// One field that rules read.
#[derive(Debug)]
struct Slot {
    name: Arc<str>,
    /// Its number, which is its place in the list of what is held.
    number: u32,
    /// Where the schema declares the field among those of its domain: requests mostly keep that order.
    usual_place: u32,
    /// Written `domain.field`.
    path: Arc<str>,
}

/// The fields that a set of rules reads, by domain; numbered in order of first use.
#[derive(Debug, Default)]
pub(super) struct SlotList {
    /// The slot that holds the action's type, if any rule reads it.
    action_type: Option<Slot>,
    action: Vec<Slot>,
    actor: Vec<Slot>,
    snapshot: Vec<Slot>,
    numbers: HashMap<FieldRef, u32>,
}

impl SlotList {
    /// The number of a field; a new one if no rule has read it before.
    pub(super) fn intern(&mut self, field: &FieldRef) -> u32 {
        if let Some(number) = self.numbers.get(field) {
            return *number;
        }
        let number = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        self.numbers.insert(field.clone(), number);
        let name = Arc::clone(&field.field);
        let slot = Slot {
            name,
            number,
            usual_place: 0,
            path: field.path().into(),
        };
        match field.domain {
            Domain::Action if is_action_type(field) => self.action_type = Some(slot),
            Domain::Action => self.action.push(slot),
            Domain::Actor => self.actor.push(slot),
            Domain::Snapshot => self.snapshot.push(slot),
        }
        number
    }

    /// Learns where fields are declared among those of their domain.
    pub(super) fn learn_places(&mut self, domain: Domain, declared: &Declarations) {
        let places: HashMap<&str, u32> = declared
            .iter()
            .zip(0..)
            .map(|((name, _), place)| (&**name, place))
            .collect();
        let slots = match domain {
            Domain::Action => &mut self.action,
            Domain::Actor => &mut self.actor,
            Domain::Snapshot => &mut self.snapshot,
        };
        for slot in slots {
            slot.usual_place = places.get(&*slot.name).copied().unwrap_or(0);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Looks every slot up, once. Returns whether each had a value.
    #[inline]
    pub(super) fn fill<'v>(&self, request: &Request<'v>, held: &mut [Held<'v>]) -> bool {
        if let Some(slot) = &self.action_type {
            put(held, slot, action_type(request));
        }
        let found = usize::from(self.action_type.is_some() && request.action.kind().is_some())
            + fill_from(request.action.fields(), &self.action, held)
            + fill_from(request.actor.fields(), &self.actor, held)
            + fill_from(request.snapshot, &self.snapshot, held);
        found == self.len()
    }

    /// Adds the paths of the slots that had no value.
    #[cold]
    pub(super) fn list_missing<'s>(&'s self, held: &[Held<'_>], missing: &mut Missing<'s>) {
        let slots = self
            .action_type
            .iter()
            .chain(&self.action)
            .chain(&self.actor)
            .chain(&self.snapshot);
        for slot in slots {
            let path = Text::from(&slot.path);
            if matches!(held.get(slot.number as usize), Some(Held::Missing))
                && !missing.contains(&path)
            {
                missing.push(path);
            }
        }
    }
}

/// Looks the slots of one domain up. Returns how many had a value.
#[inline(always)]
fn fill_from<'v>(fields: &'v Fields<'_>, slots: &[Slot], held: &mut [Held<'v>]) -> usize {
    let fields = fields.as_slice();
    let mut found = 0;
    for slot in slots {
        let value = match fields.get(slot.usual_place as usize) {
            Some(field) if same_text(&field.name, &slot.name) => Some(&field.value),
            _ => fields
                .iter()
                .find(|field| same_text(&field.name, &slot.name))
                .map(|field| &field.value),
        };
        if let Some(value) = value {
            put(held, slot, Held::of(value));
            found += 1;
        }
    }
    found
}

#[inline(always)]
fn put<'v>(held: &mut [Held<'v>], slot: &Slot, value: Held<'v>) {
    if let Some(place) = held.get_mut(slot.number as usize) {
        *place = value;
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

#[inline]
fn action_type<'v>(request: &Request<'v>) -> Held<'v> {
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
fn is_action_type(field: &FieldRef) -> bool {
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
