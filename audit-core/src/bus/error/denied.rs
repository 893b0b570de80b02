//! [`Denied`]: that a policy says no.

use std::fmt;

use crate::bus::policy::{Operation, Rule};
use crate::clock::EventId;

/// An operation that the policy of its caller denies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Denied {
    /// Who asked: a component's instance, `host` or `anonymous`.
    pub caller: String,
    /// What for.
    pub operation: Operation,
    /// The name of an event or of a runnable.
    pub target: String,
    /// The part of the policy that denies it.
    pub rule: Rule,
    /// The identifier of the operation's event, by which its record is found; nothing where nobody wants to know of it.
    pub id: Option<EventId>,
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            caller,
            operation,
            target,
            rule,
            id,
        } = self;
        let (caller, target) = (caller.escape_debug(), target.escape_debug());
        write!(
            f,
            "`{caller}` may not {} `{target}`, by rule `{rule}`",
            operation.as_str()
        )?;
        match id {
            Some(id) => write!(f, " (operation {id})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Denied {}
