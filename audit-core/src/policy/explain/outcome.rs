//! What becomes of each rule, and with that of the decision.

use crate::decision::{Effect, Mode};
use crate::evaluator::{RuleOutcome, Truth};
use crate::policy::model::OnError;

use super::standing::Standing;

/// What the outcome of a rule depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) effect: Effect,
    pub(super) standing: Standing,
    pub(super) truth: Truth,
}

/// What some rules come to together.
struct Settled {
    effect: Effect,
    /// The rule that decides, by its place, unless something is undecided.
    by: Option<usize>,
    /// The rules that could change the effect if it were known whether they match.
    undecided: Vec<usize>,
}

/// What becomes of each rule. Rules come in the order in which they decide.
pub(super) fn outcomes(
    parts: &[Part],
    default: Effect,
    on_error: OnError,
    call: Mode,
) -> Vec<RuleOutcome> {
    let settle =
        |takes_part: &dyn Fn(usize, Standing) -> bool| settle(parts, default, on_error, takes_part);
    let alone = settle(&|_, standing| standing == Standing::Enforced);
    // In a call that is enforced anyway, and in one that such a rule enforces, all others are in shadow.
    let enforced = call == Mode::Enforce || alone.by.is_some();
    let answers = |standing| match standing {
        Standing::Enforced => true,
        Standing::Call => !enforced,
        Standing::Off | Standing::Expired | Standing::Shadow => false,
    };
    let settled = settle(&|_, standing| answers(standing));
    let outcome = |(place, part): (usize, &Part)| match part.standing {
        Standing::Off => RuleOutcome::Off,
        Standing::Expired => RuleOutcome::Expired,
        standing if answers(standing) => match part.truth {
            Truth::True if settled.by == Some(place) => RuleOutcome::Decided,
            Truth::True => RuleOutcome::AlsoMatches,
            Truth::False => RuleOutcome::NoMatch,
            _ if settled.undecided.contains(&place) => RuleOutcome::Undecided,
            _ => RuleOutcome::Unknown,
        },
        _ if part.truth == Truth::False => RuleOutcome::NoMatch,
        _ => {
            let with_it = settle(&|other, standing| other == place || answers(standing));
            match part.truth {
                _ if with_it.effect != settled.effect => RuleOutcome::WouldDecide,
                Truth::True => RuleOutcome::InShadow,
                _ => RuleOutcome::Unknown,
            }
        }
    };
    parts.iter().enumerate().map(outcome).collect()
}

/// The first rule that matches decides; a rule before it that is unknown and says something else leaves it open, and
/// so does one that says something else than the default where none matches. The order alone makes the difference
/// where blocks override: what is stricter comes first.
fn settle(
    parts: &[Part],
    default: Effect,
    on_error: OnError,
    takes_part: impl Fn(usize, Standing) -> bool,
) -> Settled {
    let asked = || {
        let parts = parts.iter().enumerate();
        parts.filter(|(place, part)| takes_part(*place, part.standing))
    };
    let first = asked().find(|(_, part)| part.truth == Truth::True);
    let effect = first.map_or(default, |(_, part)| part.effect);
    let before = first.map_or(parts.len(), |(place, _)| place);
    let undecided: Vec<usize> = asked()
        .take_while(|(place, _)| *place < before)
        .filter(|(_, part)| part.truth != Truth::False && part.effect != effect)
        .map(|(place, _)| place)
        .collect();
    match (undecided.is_empty(), on_error) {
        (true, _) => Settled {
            effect,
            by: first.map(|(place, _)| place),
            undecided,
        },
        (false, on_error) => Settled {
            effect: match on_error {
                OnError::Allow => Effect::Allow,
                OnError::Indeterminate | OnError::NoMatch => Effect::Block,
            },
            by: None,
            undecided,
        },
    }
}
