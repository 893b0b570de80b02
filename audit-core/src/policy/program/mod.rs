//! The program: a checked policy set, arranged so that an answer takes nanoseconds.
//!
//! ```text
//! PolicySet ─► builder ─► clauses over columns, index          what each rule set asks, and how it finds the first match
//!                  └────► trees                                the same as written, for what the index can't tell
//! rules by mode ─► Group (enforced, promoted, in shadow) ─► RuleSet of the action, of actors, global
//! Request ─► answer ─► Group::first_match ─► rank ─► what the rule says
//! ```
//!
//! Rules are numbered by *rank*: the lower, the sooner a rule decides. So the first match is the answer, whatever way
//! rules are combined.

mod answer;
mod atom;
mod builder;
mod clause;
mod column;
mod constant;
mod group;
mod held;
mod index;
mod key;
mod kind;
mod logic;
mod number;
mod ordered;
mod rank;
mod rule_set;
mod single;
mod source;
mod typed;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::decision::{Effect, Mode, Severity};

use group::Group;

/// A policy set ready to be asked.
#[derive(Debug)]
pub(super) struct Program {
    /// What each rule says, by rank.
    said: Vec<Said>,
    default: Effect,
    /// Rules whose own mode is not shadow.
    base: Group,
    /// Of these, the ones that say `enforce`: in the file, and for the running program.
    promoted: [Group; 2],
    has_promoted: bool,
    /// Rules that are left out, by effect: in the file, and for the running program.
    shadow: [[Group; 3]; 2],
    has_shadow: bool,
}

/// Modes of rules that were set for the running program, by identifier.
pub(super) type Overrides = BTreeMap<Arc<str>, Mode>;

/// What one rule says once it decides.
#[derive(Debug)]
struct Said {
    id: Arc<str>,
    effect: Effect,
    reason: Option<Arc<str>>,
    severity: Option<Severity>,
}
