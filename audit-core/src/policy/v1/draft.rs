//! Rules as they were written: well formed, but not yet held against the schema.
//!
//! Governance looks at these, so a rule that names an unknown domain can still violate a demand.

use std::sync::Arc;

use crate::decision::Effect;
use crate::policy::model::Literal;
use crate::policy::problem::Place;

/// A whole policy file.
#[derive(Debug, Default)]
pub(super) struct Policy {
    /// The `version` key.
    pub(super) version: u32,
    /// In file order.
    pub(super) rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug)]
pub(super) struct Rule {
    /// Its identifier.
    pub(super) id: Arc<str>,
    /// Where the identifier stands.
    pub(super) id_place: Place,
    /// Which calls it judges.
    pub(super) scope: Word<Scope>,
    /// When it matches.
    pub(super) when: When,
    /// What it then says.
    pub(super) effect: Effect,
    /// Where it stands.
    pub(super) place: Place,
}

/// Something, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Word<T = Arc<str>> {
    /// What it is.
    pub(super) value: T,
    /// Where it stands.
    pub(super) place: Place,
}

/// Which calls the rule judges.
#[derive(Debug)]
pub(super) enum Scope {
    /// Calls of one action.
    Action(Arc<str>),
    /// None: accepted and never run.
    Actor(Arc<str>),
    /// Every call; `false` is a mistake.
    Global(bool),
}

/// When the rule matches.
#[derive(Debug)]
pub(super) struct When {
    /// How the comparisons are joined.
    pub(super) join: Join,
    /// The comparisons.
    pub(super) atoms: Vec<Atom>,
    /// Where it stands.
    pub(super) place: Place,
}

/// How atoms are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    /// There is one, not in a list.
    Single,
    /// Every comparison must be true.
    All,
    /// One comparison must be true.
    Any,
}

/// One comparison.
#[derive(Debug)]
pub(super) struct Atom {
    /// The left side.
    pub(super) subject: Subject,
    /// The word for how both sides are compared.
    pub(super) operator: Word,
    /// The right side.
    pub(super) value: Operand,
}

/// A field, by the words for its domain and itself.
#[derive(Debug)]
pub(super) struct Subject {
    /// `action`, `actor`, `snapshot`, or a mistake.
    pub(super) domain: Word,
    /// The flat name.
    pub(super) field: Word,
}

/// The right-hand side.
#[derive(Debug)]
pub(super) enum Operand {
    /// A value.
    Literal(Word<Literal>),
    /// Another field.
    Subject(Subject),
}
