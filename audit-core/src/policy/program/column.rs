//! Columns: the fields that a set of rules reads, numbered once, each with what is asked of it alone.
//!
//! One pass over the columns looks every field up, asks what is asked of it alone while its value is at
//! hand, and leaves it in its slot for whatever else the rules ask.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::decision::Missing;
use crate::policy::model::{Declarations, Domain};
use crate::request::Request;
use crate::value::{Fields, Text, Value, same_text};

use super::atom::Test;
use super::held::{Held, Slots};
use super::key;
use super::single::Singles;
use super::source::{Given, Read, Source};
use super::typed::Typed;

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
    typed: Typed,
    singles: Singles,
    /// Whether anything else asks for it, so that its slot must be filled.
    slotted: bool,
}

/// The fields that a set of rules reads, by domain; slots are numbered in order of first use.
#[derive(Debug, Default)]
pub(super) struct Columns {
    given: Vec<(Given, Column)>,
    action: Vec<Column>,
    actor: Vec<Column>,
    snapshot: Vec<Column>,
    slots: HashMap<Source, u32, FixedState>,
    /// Whether a field that is absent or unfit can make a comparison unknown.
    strict: bool,
}

impl Columns {
    /// The slot of what is read; a new one if no rule has read it before.
    pub(super) fn slot(&mut self, source: Source, typed: impl FnOnce() -> Typed) -> u32 {
        if let Some(slot) = self.slots.get(&source) {
            return *slot;
        }
        let slot = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        let typed = typed();
        self.strict |= typed.can_be_unknown();
        let mut column = Column {
            name: "".into(),
            slot,
            usual_place: 0,
            path: source.path().into(),
            typed,
            singles: Singles::default(),
            slotted: false,
        };
        match &source.read {
            Read::Given(given) => self.given.push((*given, column)),
            Read::Field(field) => {
                column.name = Arc::clone(&field.field);
                match field.domain {
                    Domain::Action => self.action.push(column),
                    Domain::Actor => self.actor.push(column),
                    Domain::Snapshot | Domain::Request => self.snapshot.push(column),
                }
            }
        }
        self.slots.insert(source, slot);
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
        self.given
            .iter_mut()
            .map(|(_, column)| column)
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

    /// Whether a field that is absent or unfit can make a comparison unknown.
    pub(super) const fn is_strict(&self) -> bool {
        self.strict
    }

    /// Looks every field up, once, and asks what is asked of it alone. Returns the first rule that holds, and
    /// whether every field was there and fits. What was found is kept only where something else asks for it.
    #[inline(always)]
    pub(super) fn pass<'v>(
        &self,
        request: &Request<'v>,
        slots: &mut Slots<'_, 'v>,
        mut best: u32,
    ) -> (u32, bool) {
        let mut found = 0;
        for (given, column) in &self.given {
            match column.typed.fitting(given.held(request)) {
                Some(Held::Unfit) => {}
                Some(held) => {
                    best = column.singles.first_of(&held, best);
                    if column.slotted {
                        slots.put(column.slot, held);
                    }
                    found += 1;
                }
                None => found += usize::from(column.typed.may_be_absent()),
            }
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

    /// Fills every slot with what the request holds there, and with what it means that it holds nothing. Returns the slots
    /// of which nothing is known.
    #[cold]
    pub(super) fn fill<'v>(&self, request: &Request<'v>, slots: &mut Slots<'_, 'v>) -> Vec<u32> {
        let mut unknown = Vec::new();
        let mut put = |column: &Column, held: Held<'v>| {
            if matches!(held, Held::Missing | Held::Unfit | Held::Astray) {
                unknown.push(column.slot);
            }
            slots.put(column.slot, held);
        };
        for (given, column) in &self.given {
            let held = column.typed.fitting(given.held(request));
            put(column, held.unwrap_or(column.typed.absent()));
        }
        for (columns, fields) in self.domains(request) {
            for column in columns {
                put(column, column.typed.find(fields, &column.name));
            }
        }
        unknown
    }

    /// Adds the paths of the fields that are not there.
    #[cold]
    pub(super) fn list_missing<'c>(&'c self, request: &Request<'_>, missing: &mut Missing<'c>) {
        let given = self
            .given
            .iter()
            .filter(|(given, column)| column.typed.is_listed && given.held(request).is_none());
        let mut absent: Vec<&'c Column> = given.map(|(_, column)| column).collect();
        for (columns, fields) in self.domains(request) {
            let missing = |column: &&Column| column.typed.is_missing(fields, &column.name);
            absent.extend(columns.iter().filter(missing));
        }
        for column in absent {
            let path = Text::from(&column.path);
            if !missing.contains(&path) {
                missing.push(path);
            }
        }
    }

    /// The path of a slot.
    pub(super) fn path(&self, slot: u32) -> Option<&str> {
        let given = self.given.iter().map(|(_, column)| column);
        let all = given
            .chain(&self.action)
            .chain(&self.actor)
            .chain(&self.snapshot);
        all.into_iter()
            .find(|column| column.slot == slot)
            .map(|column| &*column.path)
    }

    /// The columns of each domain, with what the request holds there.
    fn domains<'v>(&self, request: &Request<'v>) -> [(&[Column], &'v Fields<'v>); 3] {
        [
            (self.action.as_slice(), request.action.fields()),
            (self.actor.as_slice(), request.actor.fields()),
            (self.snapshot.as_slice(), request.snapshot),
        ]
    }
}

#[inline(always)]
fn pass_domain<'v>(
    fields: &'v Fields<'_>,
    columns: &[Column],
    slots: &mut Slots<'_, 'v>,
    mut best: u32,
    count: &mut usize,
) -> u32 {
    let fields = fields.as_slice();
    for column in columns {
        let value = match fields.get(column.usual_place as usize) {
            Some(field) if same_text(&field.name, &column.name) => &field.value,
            _ => {
                let mut fields = fields.iter();
                let found = fields.find(|field| same_text(&field.name, &column.name));
                let Some(field) = found else {
                    *count += usize::from(column.typed.may_be_absent());
                    continue;
                };
                &field.value
            }
        };
        let (direct, singles) = (column.typed.direct, &column.singles);
        *count += 1;
        let held = match value {
            Value::Text(text) if direct.text => {
                best = singles.first_of_text(text, best);
                Held::Text(text)
            }
            Value::Int(number) if direct.integer => {
                best = singles.first_of_number(*number, best);
                Held::Number(*number)
            }
            Value::Int(number) if direct.float => {
                let key = key::of_whole(*number);
                best = singles.first_of_number(key, best);
                Held::Number(key)
            }
            Value::Bool(flag) if direct.boolean => {
                best = singles.first_of_boolean(*flag, best);
                Held::Boolean(*flag)
            }
            value => {
                let held = column.typed.take(value);
                // What is not as it should be is looked at again, the long way.
                *count -= match held {
                    Held::Unfit | Held::Missing | Held::Astray => 1,
                    Held::Absent => usize::from(column.typed.lists_parts),
                    _ => 0,
                };
                best = singles.first_of(&held, best);
                held
            }
        };
        if column.slotted {
            slots.put(column.slot, held);
        }
    }
    best
}
