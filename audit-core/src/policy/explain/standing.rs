//! Which part a rule takes in the decision of one call.

use crate::decision::Mode;
use crate::policy::model::{PolicySet, Rule};
use crate::policy::program::Overrides;
use crate::policy::share::Share;
use crate::policy::truth::look;
use crate::request::Request;

/// Which part a rule takes in the decision of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// None: it is off.
    Off,
    /// None: its time is over.
    Expired,
    /// It is left out of the effect, whatever becomes of the call.
    Shadow,
    /// The part that the call takes: it answers, and is obeyed where the call is enforced.
    Call,
    /// It is enforced, whatever becomes of the call otherwise.
    Enforced,
}

/// A rule's standing, and how it came to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    pub(super) standing: Standing,
    /// The mode in which it is asked.
    pub(super) mode: Mode,
    /// The mode that it says itself, or that was set for it.
    pub(super) own_mode: Option<Mode>,
    /// Whether this call is among those for which it has that mode, if there are others.
    pub(super) rolled_out: Option<bool>,
}

/// The position of a rule in a call.
pub(super) fn position(
    set: &PolicySet,
    overrides: &Overrides,
    request: &Request<'_>,
    rule: &Rule,
) -> Position {
    let set_for_it = overrides.get(&rule.id).copied();
    let own_mode = set_for_it.or(rule.notes.mode);
    // What was set while the program runs holds for everybody.
    let for_all = request.mode_overridden && request.mode == Mode::Enforce;
    let rollout = rule.notes.rollout.as_ref();
    let rollout = rollout.filter(|_| set_for_it.is_none() && !for_all);
    let rolled_out = rollout.map(|rollout| {
        let by = look(set, request, &rollout.by);
        Share::new(&rule.id, rollout.percent).holds(by.text())
    });
    let standing = match (own_mode, set_for_it) {
        (Some(Mode::Off), _) => Standing::Off,
        // What was set for everything, or for the action, holds for rules that say otherwise.
        (Some(Mode::Enforce), None) if request.mode_overridden => Standing::Call,
        (Some(Mode::Shadow), None) if request.mode_overridden && request.mode != Mode::Shadow => {
            Standing::Call
        }
        (Some(Mode::Enforce), _) => Standing::Enforced,
        (Some(Mode::Shadow), _) => Standing::Shadow,
        (None, _) => Standing::Call,
    };
    let standing = match (standing, request.mode) {
        (Standing::Call, Mode::Enforce) => Standing::Enforced,
        (Standing::Call, Mode::Off) => Standing::Off,
        (standing, _) => standing,
    };
    let (standing, mode) = match standing {
        Standing::Off => (Standing::Off, Mode::Off),
        Standing::Enforced if rolled_out != Some(false) => (Standing::Enforced, Mode::Enforce),
        Standing::Call if rolled_out != Some(false) => (Standing::Call, request.mode),
        _ => (Standing::Shadow, Mode::Shadow),
    };
    let expires = rule.notes.expires.zip(request.time);
    let expired = expires.is_some_and(|(expires, now)| now >= expires);
    Position {
        standing: if expired { Standing::Expired } else { standing },
        mode,
        own_mode,
        rolled_out,
    }
}
