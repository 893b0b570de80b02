//! What becomes of each rule, and with that of the decision.

use crate::decision::{Effect, Mode};
use crate::evaluator::{RuleOutcome, Truth};

use super::standing::Standing;

/// What the outcome of a rule depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) effect: Effect,
    pub(super) standing: Standing,
    pub(super) truth: Truth,
}

/// What some rules come to together.
#[derive(Debug)]
struct Settled {
    effect: Effect,
    /// The first rule that matches, by its place.
    by: Option<usize>,
    /// The rules that could change the effect if it were known whether they match.
    undecided: Vec<usize>,
}

/// What becomes of each rule. Rules come in the order in which they decide.
pub(super) fn outcomes(parts: &[Part], default: Effect, call: Mode) -> Vec<RuleOutcome> {
    let enforced = |standing| standing == Standing::Enforced;
    // In a call that is not enforced, rules that are decide first, against a call that runs.
    let alone = settle(parts, Effect::Allow, enforced);
    let promoted = call != Mode::Enforce && (alone.by.is_some() || !alone.undecided.is_empty());
    let answers = |standing| match standing {
        Standing::Enforced => true,
        // Beside a rule that is enforced in such a call, all others are in shadow.
        Standing::Call => !promoted,
        Standing::Off | Standing::Expired | Standing::Shadow => false,
    };
    let settled = if promoted {
        alone
    } else {
        // What is off runs, whatever the default says.
        let default = if call == Mode::Off {
            Effect::Allow
        } else {
            default
        };
        settle(parts, default, answers)
    };
    let outcome = |(place, part): (usize, &Part)| match part.standing {
        Standing::Off => RuleOutcome::Off,
        Standing::Expired => RuleOutcome::Expired,
        standing => match (answers(standing), part.truth) {
            (_, Truth::False) => RuleOutcome::NoMatch,
            (true, Truth::True) if settled.is_by(place) => RuleOutcome::Decided,
            (true, Truth::True) => RuleOutcome::AlsoMatches,
            (true, _) if settled.undecided.contains(&place) => RuleOutcome::Undecided,
            (false, Truth::True) if settled.would_change_by(place, part.effect) => {
                RuleOutcome::WouldDecide
            }
            (false, Truth::True) => RuleOutcome::InShadow,
            (_, Truth::Missing | Truth::TypeMismatch) => RuleOutcome::Unknown,
        },
    };
    parts.iter().enumerate().map(outcome).collect()
}

/// The first rule that matches decides; a rule before it that is unknown and says something else leaves it open, and
/// so does one that says something else than the default where none matches. Where blocks override, the order makes
/// all the difference: what is stricter comes first.
fn settle(parts: &[Part], default: Effect, takes_part: impl Fn(Standing) -> bool) -> Settled {
    let asked = || {
        let parts = parts.iter().enumerate();
        parts.filter(|(_, part)| takes_part(part.standing))
    };
    let first = asked().find(|(_, part)| part.truth == Truth::True);
    let effect = first.map_or(default, |(_, part)| part.effect);
    let before = first.map_or(parts.len(), |(place, _)| place);
    let undecided = asked()
        .take_while(|(place, _)| *place < before)
        .filter(|(_, part)| part.truth != Truth::False && part.effect != effect)
        .map(|(place, _)| place);
    Settled {
        effect,
        by: first.map(|(place, _)| place),
        undecided: undecided.collect(),
    }
}

impl Settled {
    /// Whether the rule in this place decides.
    fn is_by(&self, place: usize) -> bool {
        self.undecided.is_empty() && self.by == Some(place)
    }

    /// Whether a rule in shadow that matches would decide otherwise.
    fn would_change_by(&self, place: usize, effect: Effect) -> bool {
        let before = self.by.is_none_or(|by| place < by);
        self.undecided.is_empty() && before && effect != self.effect
    }
}
