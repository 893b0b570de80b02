//! [`Blank`]: a case that is being filled in.

use std::sync::Arc;

use audit_core::{Action, Actor, Mode, Place, Snapshot, Text, Timestamp};

use super::part::{part, set_path};
use super::{Case, Expect};
use crate::mistake::Mistake;
use crate::suite::named::Fixtures;
use crate::suite::placed::Placed;
use crate::suite::slot::{Part, Said, Slot};
use crate::suite::word;

/// A case that is being filled in. Rows of a table share what their case says until one of them changes it.
#[derive(Clone, Debug)]
pub(super) struct Blank {
    pub(super) name: Option<Text<'static>>,
    action: Option<Arc<Placed<Action<'static>>>>,
    actor: Arc<Placed<Actor<'static>>>,
    snapshot: Arc<Placed<Snapshot<'static>>>,
    tenant: Option<Text<'static>>,
    resource: Option<Text<'static>>,
    clock: Option<Timestamp>,
    mode: Mode,
    undeclared: bool,
    expect: Expect,
    /// Whether nothing that it says is mistaken.
    pub(super) sound: bool,
}

impl Blank {
    /// Nothing is said but the time of the suite; `sound` is whether nothing was mistaken so far.
    pub(super) fn new(clock: Option<Timestamp>, sound: bool) -> Self {
        Self {
            name: None,
            action: None,
            actor: Arc::default(),
            snapshot: Arc::default(),
            tenant: None,
            resource: None,
            clock,
            mode: Mode::Enforce,
            undeclared: false,
            expect: Expect::default(),
            sound,
        }
    }

    /// Takes one thing that the case says.
    pub(super) fn put(&mut self, said: &Said<'_>, fixtures: &Fixtures) -> Result<(), Mistake> {
        let node = said.node;
        match said.slot {
            Slot::Name => self.name = Some(word::name(node)?),
            Slot::Part(Part::Action) => match part(node, &fixtures.actions)? {
                Some(action) => self.action = Some(action),
                None => self.sound = false,
            },
            Slot::Part(Part::Actor) => match part(node, &fixtures.actors)? {
                Some(actor) => self.actor = actor,
                None => self.sound = false,
            },
            Slot::Part(Part::Snapshot) => match part(node, &fixtures.snapshots)? {
                Some(snapshot) => self.snapshot = snapshot,
                None => self.sound = false,
            },
            Slot::Tenant => self.tenant = Some(word::name(node)?),
            Slot::Resource => self.resource = Some(word::text(node)?),
            Slot::Mode => self.mode = word::call_mode(node)?,
            Slot::Clock => self.clock = Some(word::time(node)?),
            Slot::Undeclared => self.undeclared = word::flag(node)?,
            Slot::Field(Part::Action, path) => {
                set_path(
                    Arc::make_mut(self.action.get_or_insert_default()),
                    path,
                    said.place,
                    node,
                )?;
            }
            Slot::Field(Part::Actor, path) => {
                set_path(Arc::make_mut(&mut self.actor), path, said.place, node)?;
            }
            Slot::Field(Part::Snapshot, path) => {
                set_path(Arc::make_mut(&mut self.snapshot), path, said.place, node)?;
            }
            Slot::Expect(expected) => self.expect.put(expected, node)?,
        }
        Ok(())
    }

    /// The case, if it has what every case must have.
    pub(super) fn case(self, name: String, place: Place) -> Result<Case, Mistake> {
        let mut action = self.action.ok_or_else(|| {
            let hint = "name a fixture, or write it out: `{type: refund, amount: 10}`".to_owned();
            Mistake::at(place, "the case has no `action`").helped(hint)
        })?;
        if self.expect.is_empty() {
            let hint = "say what must be answered, such as `expect: {effect: allow}`".to_owned();
            return Err(Mistake::at(place, "the case expects nothing").helped(hint));
        }
        if let Some(resource) = self.resource {
            let on = &mut Arc::make_mut(&mut action).part;
            *on = std::mem::take(on).on(resource);
        }
        Ok(Case {
            name,
            place,
            action,
            actor: self.actor,
            snapshot: self.snapshot,
            tenant: self.tenant,
            clock: self.clock,
            mode: self.mode,
            undeclared: self.undeclared,
            expect: self.expect,
        })
    }
}
