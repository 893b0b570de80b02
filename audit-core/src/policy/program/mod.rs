//! The program: a checked policy set, arranged so that an answer takes nanoseconds.
//!
//! ```text
//! PolicySet ─► rank, sort ─► members of each Group: base, promoted, shadow       in which order, and in which mode
//! Member    ─► builder ─► trees (as written) ─► clause ─► clauses ─► index       what finds the first match
//!                  └────► column ◄── source, typed, kind                         what is read, and how it is taken
//! Request   ─► answer ─► Group ─► RuleSet of the action, of actors, global ─► rank ─► what the rule says
//! ```
//!
//! `held` is what a request holds in a field, `key` a number ready to be ordered, `constant` a value of the policy, `logic` what is
//! known of a comparison; `atom` compares; `single`, `number` and `ordered` answer the simplest rules beside their field.
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
mod relation;
mod rule_set;
mod single;
mod sort;
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
    /// Rules whose own mode is not shadow: they have the call's mode, or a higher one.
    base: Group,
    /// Of these, the ones that say `enforce`.
    promoted: ByOrigin<Group>,
    has_promoted: bool,
    /// Rules that are left out, by effect, the strictest first.
    shadow: ByOrigin<[Group; 3]>,
    has_shadow: bool,
}

impl Program {
    /// Whether there are rules that are enforced whatever the mode of the call is.
    pub(super) const fn has_promoted(&self) -> bool {
        self.has_promoted
    }
}

/// One for what the file says, and one for what was set for the running program.
#[derive(Debug, Default)]
struct ByOrigin<T> {
    file: T,
    set: T,
}

impl<T> ByOrigin<T> {
    fn map<U>(self, mut make: impl FnMut(T) -> U) -> ByOrigin<U> {
        ByOrigin {
            file: make(self.file),
            set: make(self.set),
        }
    }

    fn iter(&self) -> impl Iterator<Item = &T> {
        [&self.file, &self.set].into_iter()
    }
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
    /// Whether it has a mode of its own, whatever that of the call is.
    has_mode: bool,
}
