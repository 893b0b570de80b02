//! The schema made quick to ask: which names a rule may use, and what is declared of them.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::policy::model::{Declaration, Declarations, Domain, FieldType, ScalarType, Schema};

/// The declared fields of one domain.
#[derive(Debug)]
pub(super) struct Fields<'s> {
    by_name: HashMap<&'s str, (&'s Arc<str>, &'s Declaration), FixedState>,
    declared: &'s Declarations,
}

impl<'s> Fields<'s> {
    fn new(declared: &'s Declarations) -> Self {
        Self {
            by_name: declared
                .iter()
                .map(|(name, declaration)| (&**name, (name, declaration)))
                .collect(),
            declared,
        }
    }

    /// What is declared of a field, and its name, which need not be kept twice.
    pub(super) fn get(&self, name: &str) -> Option<(&'s Arc<str>, &'s Declaration)> {
        self.by_name.get(name).copied()
    }

    /// Every name, in the order of the file.
    pub(super) fn names(&self) -> impl Iterator<Item = &'s str> + Clone + use<'s> {
        self.declared.iter().map(|(name, _)| &**name)
    }
}

/// The schema, made quick to ask.
#[derive(Debug)]
pub(super) struct Names<'s> {
    actions: HashMap<&'s str, (&'s Arc<str>, Fields<'s>), FixedState>,
    actor: Fields<'s>,
    snapshot: Fields<'s>,
    request: Fields<'s>,
    schema: &'s Schema,
}

impl<'s> Names<'s> {
    /// Of a schema, with what every request has.
    pub(super) fn new(schema: &'s Schema, request: &'s Declarations) -> Self {
        let actions = schema
            .actions
            .iter()
            .map(|(name, fields)| (&**name, (name, Fields::new(fields))));
        Self {
            actions: actions.collect(),
            actor: Fields::new(&schema.actor),
            snapshot: Fields::new(&schema.snapshot),
            request: Fields::new(request),
            schema,
        }
    }

    /// The fields of an action, and its name.
    pub(super) fn action(&self, name: &str) -> Option<(&'s Arc<str>, &Fields<'s>)> {
        self.actions.get(name).map(|(name, fields)| (*name, fields))
    }

    /// Every action, in the order of the file.
    pub(super) fn action_names(&self) -> impl Iterator<Item = &'s str> + Clone + use<'s> {
        self.schema.actions.iter().map(|(name, _)| &**name)
    }

    /// The fields of a domain that all rules may read.
    pub(super) fn fields(&self, domain: Domain) -> Option<&Fields<'s>> {
        match domain {
            Domain::Action => None,
            Domain::Actor => Some(&self.actor),
            Domain::Snapshot => Some(&self.snapshot),
            Domain::Request => Some(&self.request),
        }
    }
}

/// A type with its article.
pub(super) fn a_type(kind: &FieldType) -> String {
    match kind {
        FieldType::Scalar(ScalarType::Integer) => "an integer".to_owned(),
        FieldType::List(kind) => format!("a list of {}s", kind.as_str()),
        _ => format!("a {}", kind.as_str()),
    }
}

/// The fields of `request`, which no schema declares.
pub(super) fn request() -> Declarations {
    let field = |name: &str, kind, optional| {
        let declaration = Declaration {
            optional,
            ..Declaration::required(FieldType::Scalar(kind))
        };
        (Arc::from(name), declaration)
    };
    vec![
        field("time", ScalarType::Timestamp, false),
        field("tenant", ScalarType::String, true),
        field("resource", ScalarType::String, true),
    ]
}
