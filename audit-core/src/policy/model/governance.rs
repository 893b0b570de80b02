//! Demands on the rules themselves.

use std::sync::Arc;

use serde::Serialize;

/// A governance file: what the rules themselves must look like.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Governance {
    /// The `version` key: data, it selects nothing.
    pub(crate) version: u32,
    /// The demands, in file order.
    pub(crate) rules: Vec<GovernanceRule>,
}

/// One demand on the rules.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct GovernanceRule {
    /// The identifier shown with a violation.
    pub(crate) id: Arc<str>,
    /// The demand holds only if some rule is scoped to one of these actions; `None`: always.
    pub(crate) applies_to: Option<Vec<Arc<str>>>,
    /// Which rules are looked at.
    pub(crate) select: Selection,
    /// What must be true of them.
    pub(crate) must: Constraint,
    /// The text shown with a violation.
    pub(crate) error: Arc<str>,
}

/// Which rules a demand looks at: every filter given must pass.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Selection {
    /// Rules with this identifier.
    pub(crate) id: Option<Arc<str>>,
    /// Rules with this effect; any word is accepted, and one that names no effect selects nothing.
    pub(crate) effect: Option<Arc<str>>,
    /// Rules scoped to this action.
    pub(crate) action: Option<Arc<str>>,
    /// `true`: global rules; `false`: all others.
    pub(crate) global: Option<bool>,
    /// Rules with an atom whose left side lies in this domain (any word is accepted).
    pub(crate) domain: Option<Arc<str>>,
    /// Rules with an atom whose left side has this name; together with `domain`, the same atom.
    pub(crate) field: Option<Arc<str>>,
}

/// What must be true of the selected rules.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Constraint {
    /// There is one, or there is none.
    Exists(bool),
    /// At least so many.
    MinCount(u64),
    /// At most so many.
    MaxCount(u64),
    /// `true`: none; `false`: always passes.
    Forbid(bool),
    /// Every left side is one of these, written `domain.field`.
    AllowedFields(Vec<Arc<str>>),
}
