//! What the schema says of the fields that rules compare.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::policy::model::{
    Declaration, Declarations, Domain, FieldRef, FieldType, OnError, OnMissing, PolicySet, Rule,
    RuleScope, ScalarType,
};

/// Asks the schema for fields.
pub(super) struct Fields<'s> {
    actions: HashMap<&'s str, HashMap<&'s str, &'s Declaration, FixedState>, FixedState>,
    actor: HashMap<&'s str, &'s Declaration, FixedState>,
    snapshot: HashMap<&'s str, &'s Declaration, FixedState>,
    /// Whether a comparison is false of a required field that is missing.
    missing_is_false: bool,
    /// Whether a comparison is false of a value of another type.
    unfit_is_false: bool,
}

/// What is known of a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// Whether a comparison with it can be false because there is nothing to compare.
    pub(super) can_be_absent: bool,
    /// Whether a comparison with it can be false because the value is of another type.
    pub(super) can_be_unfit: bool,
    /// Whether it may be null.
    pub(super) nullable: bool,
    /// What its values look like.
    pub(super) shape: Shape,
}

/// What the values of a field look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A whole number: there is nothing between 1 and 2.
    Whole,
    /// Any other single value.
    Single,
    /// Several in one: a list or a map.
    Several,
}

impl<'s> Fields<'s> {
    /// Of a policy set.
    pub(super) fn new(set: &'s PolicySet) -> Self {
        let schema = &set.schema;
        let settings = &set.settings;
        Self {
            actions: schema
                .actions
                .iter()
                .map(|(name, fields)| (&**name, by_name(fields)))
                .collect(),
            actor: by_name(&schema.actor),
            snapshot: by_name(&schema.snapshot),
            missing_is_false: settings.on_missing == OnMissing::NoMatch,
            unfit_is_false: settings.on_error == OnError::NoMatch,
        }
    }

    /// What is known of a field. The actions of one scope declare it alike, so any of them will do.
    pub(super) fn get(&self, field: &FieldRef, action: Option<&str>) -> Known {
        let declared = match field.domain {
            Domain::Action => action
                .and_then(|action| self.actions.get(action))
                .and_then(|fields| fields.get(&*field.field)),
            Domain::Actor => self.actor.get(&*field.field),
            Domain::Snapshot => self.snapshot.get(&*field.field),
            Domain::Request => None,
        };
        let Some(declared) = declared else {
            // The type of the action, and what comes with every request.
            return Known {
                can_be_absent: self.missing_is_false
                    || matches!(&*field.field, "tenant" | "resource"),
                can_be_unfit: self.unfit_is_false,
                nullable: false,
                shape: Shape::Single,
            };
        };
        let mut declared: &Declaration = declared;
        let mut can_be_absent = self.missing_is_false || declared.optional;
        for name in &field.inner {
            let FieldType::Map(parts) = &declared.kind else {
                break;
            };
            let Some((_, part)) = parts.iter().find(|(part, _)| part == name) else {
                break;
            };
            // The parts of null are absent.
            can_be_absent |= declared.nullable || part.optional;
            declared = part;
        }
        Known {
            can_be_absent,
            can_be_unfit: self.unfit_is_false,
            nullable: declared.nullable,
            shape: match declared.kind {
                FieldType::Scalar(ScalarType::Integer) => Shape::Whole,
                FieldType::Scalar(_) => Shape::Single,
                FieldType::List(_) | FieldType::Map(_) => Shape::Several,
            },
        }
    }
}

fn by_name(declared: &Declarations) -> HashMap<&str, &Declaration, FixedState> {
    declared
        .iter()
        .map(|(name, declaration)| (&**name, declaration))
        .collect()
}

/// The actions that a rule names.
pub(super) fn actions_of(rule: &Rule) -> &[Arc<str>] {
    match &rule.scope {
        RuleScope::Action(action) => std::slice::from_ref(action),
        RuleScope::Named { actions, .. } => actions,
        RuleScope::Global | RuleScope::Actor(_) => &[],
    }
}

/// The actors that a rule names.
pub(super) fn actors_of(rule: &Rule) -> &[Arc<str>] {
    match &rule.scope {
        RuleScope::Actor(actor) => std::slice::from_ref(actor),
        RuleScope::Named { actors, .. } => actors,
        RuleScope::Global | RuleScope::Action(_) => &[],
    }
}
