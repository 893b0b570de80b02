//! Columns: the fields that a set of rules reads, numbered once, each with what is asked of it alone.
//!
//! One pass over the columns looks every field up, asks what is asked of it alone while its value is at
//! hand, and leaves it in its slot for whatever else the rules ask.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::decision::Missing;
use crate::request::Request;
use crate::value::{Fields, Text, same_text};

use super::atom::Test;
use super::held::{Held, Slots, is_action_type};
use super::model::{Declarations, Domain, FieldRef};
use super::single::Singles;

/// One field that rules read.
#[derive(Debug)]
struct Column {
    name: Arc<str>,
    /// Its slot in the list of what is held.
    slot: u32,
    /// Where the schema declares the field among those of its domain: requests mostly keep that order.
    usual_place: u32,
    /// Written `domain.field`.
    path: Arc<str>,
    singles: Singles,
    /// Whether anything else asks for it, so that its slot must be filled.
    slotted: bool,
}

/// The fields that a set of rules reads, by domain; slots are numbered in order of first use.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// The action's type, if any rule reads it.
    action_type: Option<Column>,
    action: Vec<Column>,
    actor: Vec<Column>,
    snapshot: Vec<Column>,
    slots: HashMap<FieldRef, u32>,
}

impl Columns {
    /// The slot of a field; a new one if no rule has read it before.
    pub(super) fn slot(&mut self, field: &FieldRef) -> u32 {
        if let Some(slot) = self.slots.get(field) {
            return *slot;
        }
        let slot = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        self.slots.insert(field.clone(), slot);
        let name = Arc::clone(&field.field);
        let column = Column {
            name,
            slot,
            usual_place: 0,
            path: field.path().into(),
            singles: Singles::default(),
            slotted: false,
        };
        match field.domain {
            Domain::Action if is_action_type(field) => self.action_type = Some(column),
            Domain::Action => self.action.push(column),
            Domain::Actor => self.actor.push(column),
            Domain::Snapshot | Domain::Request => self.snapshot.push(column),
        }
        slot
    }

    /// Takes a rule of a single atom. Rules must come in order. Returns whether the atom asks one field alone.
    pub(super) fn take_single(&mut self, rule: u32, slot: u32, test: &Test) -> bool {
        let column = self.all_mut().find(|column| column.slot == slot);
        column.is_some_and(|column| column.singles.push(rule, test))
    }

    /// Learns which slots must be filled, as something is asked of them that their column can't answer.
    pub(super) fn learn_slots(&mut self, asked: &HashSet<u32>) {
        self.all_mut()
            .for_each(|column| column.slotted = asked.contains(&column.slot));
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Column> {
        self.action_type
            .iter_mut()
            .chain(&mut self.action)
            .chain(&mut self.actor)
            .chain(&mut self.snapshot)
    }

    /// Learns where fields are declared among those of their domain.
    pub(super) fn learn_places(&mut self, domain: Domain, declared: &Declarations) {
        let places: HashMap<&str, u32> = declared
            .iter()
            .zip(0..)
            .map(|((name, _), place)| (&**name, place))
            .collect();
        let columns = match domain {
            Domain::Action => &mut self.action,
            Domain::Actor => &mut self.actor,
            Domain::Snapshot | Domain::Request => &mut self.snapshot,
        };
        for column in columns {
            column.usual_place = places.get(&*column.name).copied().unwrap_or(0);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// Looks every field up, once, and asks what is asked of it alone. Returns the first rule that holds, and
    /// whether every field was there. What was found is kept only where something else asks for it.
    #[inline(always)]
    pub(super) fn pass<'v>(
        &self,
        request: &Request<'v>,
        slots: &mut Slots<'_, 'v>,
        mut best: u32,
    ) -> (u32, bool) {
        let mut found = 0;
        if let Some(column) = &self.action_type
            && let Some(kind) = request.action.kind()
        {
            best = column.singles.first_of_text(kind, best);
            if column.slotted {
                slots.put(column.slot, Held::Text(kind));
            }
            found += 1;
        }
        best = pass_domain(
            request.action.fields(),
            &self.action,
            slots,
            best,
            &mut found,
        );
        best = pass_domain(request.actor.fields(), &self.actor, slots, best, &mut found);
        best = pass_domain(request.snapshot, &self.snapshot, slots, best, &mut found);
        (best, found == self.len())
    }

    /// Adds the paths of the fields that are not there.
    #[cold]
    pub(super) fn list_missing<'c>(&'c self, request: &Request<'_>, missing: &mut Missing<'c>) {
        let nameless = self
            .action_type
            .iter()
            .filter(|_| request.action.kind().is_none());
        let absent = |fields: &'c [Column], given: &Fields<'_>| {
            let absent = fields
                .iter()
                .filter(|column| given.get(&column.name).is_none());
            absent.collect::<Vec<_>>()
        };
        let columns = nameless
            .chain(absent(&self.action, request.action.fields()))
            .chain(absent(&self.actor, request.actor.fields()))
            .chain(absent(&self.snapshot, request.snapshot));
        // Names are different among themselves, so only what another rule set listed can be listed twice.
        let listed = missing.len();
        for column in columns {
            let path = Text::from(&column.path);
            if !missing.iter().take(listed).any(|known| *known == path) {
                missing.push(path);
            }
        }
    }
}

#[inline(always)]
fn pass_domain<'v>(
    fields: &'v Fields<'_>,
    columns: &[Column],
    slots: &mut Slots<'_, 'v>,
    mut best: u32,
    found: &mut usize,
) -> u32 {
    let fields = fields.as_slice();
    for column in columns {
        let value = match fields.get(column.usual_place as usize) {
            Some(field) if same_text(&field.name, &column.name) => &field.value,
            _ => match fields
                .iter()
                .find(|field| same_text(&field.name, &column.name))
            {
                Some(field) => &field.value,
                None => continue,
            },
        };
        *found += 1;
        best = column.singles.first_of(value, best);
        if column.slotted {
            slots.put(column.slot, Held::of(value));
        }
    }
    best
}
