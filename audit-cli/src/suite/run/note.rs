//! [`note`]: why what was expected can't come of this policy, whatever it is asked.

use audit_core::{Evaluator, Mode, Text, Value};

use super::Difference;
use crate::mistake::{did_you_mean, listed, quoted};
use crate::suite::policy::Tested;
use crate::suite::slot::Expected;

/// Why what was expected can't come, if no request could bring it about.
pub(super) fn note(tested: &Tested, difference: &Difference) -> Option<String> {
    match (difference.of, &difference.expected) {
        (Expected::Rule, Value::Text(rule)) => unknown_rule(tested, rule),
        (Expected::WouldRule, Value::Text(rule)) => {
            unknown_rule(tested, rule).or_else(|| no_shadow(tested))
        }
        (Expected::Would, Value::Text(_)) => no_shadow(tested),
        _ => None,
    }
}

fn unknown_rule(tested: &Tested, rule: &Text<'_>) -> Option<String> {
    let ids = || tested.policy.rules().map(|rule| rule.id);
    if ids().any(|id| *id == **rule) {
        return None;
    }
    let (unknown, known) = (quoted(rule), listed(ids()));
    Some(match did_you_mean(rule, ids()) {
        Some(meant) => format!("the policy has no rule {unknown}, {meant}"),
        None => format!("the policy has no rule {unknown}, but {known}"),
    })
}

/// `would` is said of rules in shadow.
fn no_shadow(tested: &Tested) -> Option<String> {
    let modes = tested.policy.modes();
    let has_mode = |mode: Option<Mode>| mode.is_some_and(|mode| mode > Mode::Off);
    let mut rules = modes.rules.values();
    let any = rules.any(|rule| has_mode(rule.mode) || rule.rollout.is_some());
    let note = "`would` is said of rules with a `mode` or a `rollout`, and the policy has none";
    (!any).then(|| note.to_owned())
}
