//! A checked policy set: what a reader hands on and the compiler takes.
//!
//! Every value here has passed every check of its language, so nothing below has to ask again. Both languages end
//! in the same model; what version 1 can't say has the value that answers as version 1 does, and is left out of its
//! JSON, so that a digest names what was written.

mod condition;
mod governance;
mod key;
mod rule;
mod schema;

use serde::Serialize;

use crate::decision::{Effect, Mode};

pub(crate) use condition::{
    Atom, Condition, Domain, FieldRef, IpNetwork, Literal, Operand, Operator, Pattern, Window,
};
pub(crate) use governance::{Constraint, Governance, GovernanceRule, Selection};
pub(crate) use key::LiteralKey;
pub(crate) use rule::{Notes, Rollout, Rule, RuleScope};
pub(crate) use schema::{Declaration, Declarations, FieldType, ScalarType, Schema};

use std::sync::Arc;

/// Schema, rules and governance of one policy set, checked.
#[derive(Clone, Debug)]
pub(crate) struct PolicySet {
    /// The language it is written in.
    pub(crate) language: Language,
    /// What actions, actor and snapshot look like.
    pub(crate) schema: Schema,
    /// The `version` key of the policy file: data, it selects nothing.
    pub(crate) version: u32,
    /// What holds for all rules.
    pub(crate) settings: Settings,
    /// The rules, in file order.
    pub(crate) rules: Vec<Rule>,
    /// The governance file, already satisfied by the rules; kept for the digest.
    pub(crate) governance: Option<Governance>,
}

/// The language of a policy set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Language {
    /// What the Actra engine 0.7.8 understands.
    #[serde(rename = "1")]
    Version1,
    /// `language: audit/2`.
    #[serde(rename = "audit/2")]
    Audit2,
}

/// What holds for all rules of a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Settings {
    /// How the answers of several rules become one.
    pub(crate) combine: Combine,
    /// What holds where no rule matches.
    pub(crate) default: Effect,
    /// What a comparison makes of a field that is not there.
    pub(crate) on_missing: OnMissing,
    /// What a comparison makes of a value that is not of its type, and what becomes of an indeterminate decision.
    pub(crate) on_error: OnError,
    /// The mode of the whole policy, if it says one.
    pub(crate) mode: Option<Mode>,
    /// The modes of actions, by name.
    pub(crate) modes: Vec<(Arc<str>, Mode)>,
}

/// How the answers of several rules become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Combine {
    /// The first rule that matches.
    FirstMatch,
    /// Any block, else any required approval, else any allow.
    BlockOverrides,
}

/// What a comparison makes of a field that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OnMissing {
    /// It is unknown, which may make the decision indeterminate.
    Indeterminate,
    /// It is false.
    NoMatch,
}

/// What a comparison makes of a value that is not of its type, and what becomes of an indeterminate decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OnError {
    /// The comparison is unknown; an indeterminate decision blocks.
    Indeterminate,
    /// The comparison is false; an indeterminate decision blocks.
    NoMatch,
    /// The comparison is unknown; an indeterminate decision allows.
    Allow,
}

impl Settings {
    /// As version 1 answers.
    pub(crate) const VERSION_1: Self = Self {
        combine: Combine::FirstMatch,
        default: Effect::Allow,
        on_missing: OnMissing::NoMatch,
        on_error: OnError::NoMatch,
        mode: None,
        modes: Vec::new(),
    };
}
