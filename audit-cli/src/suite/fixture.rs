//! [`Fixture`]: actions, actors and snapshots, read from maps of fields and changed field by field.

use audit_core::{Action, Actor, Fields, Snapshot, Text, Value};

use super::slot::Part;
use super::yaml::{Node, fields};
use crate::mistake::Mistake;

/// The key of an action that names its type; it is not a field beside.
const TYPE: &str = "type";

/// A part of a request: fields, and for an action its type.
pub(crate) trait Fixture: Clone {
    /// Which part it is.
    const PART: Part;

    /// From a map of fields.
    fn read(node: &Node) -> Result<Self, Mistake>;

    /// Its fields.
    fn fields(&self) -> &Fields<'static>;

    /// Sets one field.
    fn set(&mut self, name: Text<'static>, node: &Node) -> Result<(), Mistake> {
        self.set_value(name, node.value());
        Ok(())
    }

    /// Sets one field to a value, whatever its name.
    fn set_value(&mut self, name: Text<'static>, value: Value<'static>);

    /// Takes one field away. False if it is not there.
    fn remove(&mut self, name: &str) -> bool;
}

impl Fixture for Action<'static> {
    const PART: Part = Part::Action;

    /// One without `type` has none: only rules that ask for no action judge it.
    fn read(node: &Node) -> Result<Self, Mistake> {
        let mut action = Self::untyped();
        for (key, value) in entries(node)? {
            if let Some(name) = key.text() {
                action.set(name.clone(), value)?;
            }
        }
        Ok(action)
    }

    fn fields(&self) -> &Fields<'static> {
        self.fields()
    }

    fn set(&mut self, name: Text<'static>, node: &Node) -> Result<(), Mistake> {
        if *name != *TYPE {
            self.set_value(name, node.value());
            return Ok(());
        }
        let kind = node.text().cloned();
        let kind = kind.ok_or_else(|| node.misfit("the action's type, a text"))?;
        *self = Self::new(kind).with_fields(self.fields().clone());
        Ok(())
    }

    fn set_value(&mut self, name: Text<'static>, value: Value<'static>) {
        *self = std::mem::take(self).with(name, value);
    }

    fn remove(&mut self, name: &str) -> bool {
        if name == TYPE {
            let typed = self.kind().is_some();
            *self = Self::untyped().with_fields(self.fields().clone());
            return typed;
        }
        let rest = without(self.fields(), name);
        let removed = rest.len() < self.fields().len();
        *self = std::mem::take(self).with_fields(rest);
        removed
    }
}

impl Fixture for Actor<'static> {
    const PART: Part = Part::Actor;

    fn read(node: &Node) -> Result<Self, Mistake> {
        Ok(Self::from(fields(entries(node)?)))
    }

    fn fields(&self) -> &Fields<'static> {
        self.fields()
    }

    fn set_value(&mut self, name: Text<'static>, value: Value<'static>) {
        *self = std::mem::take(self).with(name, value);
    }

    fn remove(&mut self, name: &str) -> bool {
        let rest = without(self.fields(), name);
        let removed = rest.len() < self.fields().len();
        *self = Self::from(rest);
        removed
    }
}

impl Fixture for Snapshot<'static> {
    const PART: Part = Part::Snapshot;

    fn read(node: &Node) -> Result<Self, Mistake> {
        Ok(fields(entries(node)?))
    }

    fn fields(&self) -> &Fields<'static> {
        self
    }

    fn set_value(&mut self, name: Text<'static>, value: Value<'static>) {
        Fields::set(self, name, value);
    }

    fn remove(&mut self, name: &str) -> bool {
        let rest = without(self, name);
        let removed = rest.len() < self.len();
        *self = rest;
        removed
    }
}

fn entries(node: &Node) -> Result<&[(Node, Node)], Mistake> {
    node.entries().ok_or_else(|| node.misfit("a map of fields"))
}

fn without(fields: &Fields<'static>, name: &str) -> Fields<'static> {
    let kept = fields.iter().filter(|field| *field.name != *name);
    kept.map(|field| (field.name.clone(), field.value.clone()))
        .collect()
}
