//! The schema made quick to ask: which names a rule may use, and their types.

use std::collections::HashMap;

use crate::policy::model::{Declarations, Domain, FieldType, ScalarType, Schema};

/// The declared fields of one domain.
#[derive(Debug)]
pub(super) struct Fields<'s> {
    types: HashMap<&'s str, ScalarType>,
    declared: &'s Declarations,
}

impl<'s> Fields<'s> {
    fn new(declared: &'s Declarations) -> Self {
        Self {
            types: declared
                .iter()
                .filter_map(|(name, declared)| match declared.kind {
                    FieldType::Scalar(kind) => Some((&**name, kind)),
                    FieldType::List(_) | FieldType::Map(_) => None,
                })
                .collect(),
            declared,
        }
    }

    /// The type of a field.
    pub(super) fn kind(&self, field: &str) -> Option<ScalarType> {
        self.types.get(field).copied()
    }

    /// Every field, in the order of the file.
    pub(super) fn names(&self) -> impl Iterator<Item = &'s str> + use<'s> {
        self.declared.iter().map(|(name, _)| &**name)
    }
}

/// The schema, made quick to ask.
#[derive(Debug)]
pub(super) struct Names<'s> {
    pub(super) actions: HashMap<&'s str, Fields<'s>>,
    pub(super) actor: Fields<'s>,
    pub(super) snapshot: Fields<'s>,
    pub(super) schema: &'s Schema,
}

impl<'s> Names<'s> {
    pub(super) fn new(schema: &'s Schema) -> Self {
        Self {
            actions: schema
                .actions
                .iter()
                .map(|(name, fields)| (&**name, Fields::new(fields)))
                .collect(),
            actor: Fields::new(&schema.actor),
            snapshot: Fields::new(&schema.snapshot),
            schema,
        }
    }
}

/// What the comparisons of one rule may name.
#[derive(Clone, Copy, Debug)]
pub(super) struct InScope<'s> {
    pub(super) names: &'s Names<'s>,
    /// The fields of the rule's action, if it is scoped to one.
    pub(super) action: Option<&'s Fields<'s>>,
}

impl<'s> InScope<'s> {
    /// The fields of a domain; a rule without an action has none of its own.
    pub(super) fn fields(&self, domain: Domain) -> Option<&'s Fields<'s>> {
        match domain {
            Domain::Action => self.action,
            Domain::Actor => Some(&self.names.actor),
            Domain::Snapshot => Some(&self.names.snapshot),
            Domain::Request => None,
        }
    }
}
