//! Modes of rules: what is left out of the effect, and what would be.

use std::collections::BTreeMap;
use std::sync::Arc;

use audit_core::{Effect, Evaluator, Mode, Policy};

use crate::asked::{Answer, Asked, policy};

fn in_mode(mode: Mode, overridden: bool) -> Asked {
    let mut asked = Asked::pay();
    (asked.mode, asked.overridden) = (mode, overridden);
    asked
}

/// Effect, rule, what would be by which rule, and the mode in which it was decided if that is another than the call's.
type Shown<'a> = (
    Effect,
    Option<&'a str>,
    Option<(Effect, &'a str)>,
    Option<Mode>,
);

fn shown(answer: &Answer) -> Shown<'_> {
    let would = answer.would.as_ref();
    let would = would.map(|(effect, rule)| (*effect, rule.as_str()));
    (answer.effect, answer.rule.as_deref(), would, answer.mode)
}

/// A rule in shadow that blocks, before one that asks for approval and has the call's mode.
fn shadow_before() -> Policy {
    policy(
        "default: allow\nrules:\n  \
         - {id: new, scope: {action: pay}, effect: block, mode: shadow}\n  \
         - {id: old, scope: {action: pay}, effect: require_approval}\n",
    )
}

#[test]
fn a_rule_in_shadow_is_left_out_and_appears_in_would() {
    for (mode, overridden) in [
        (Mode::Enforce, false),
        (Mode::Shadow, false),
        (Mode::Shadow, true),
    ] {
        let answer = in_mode(mode, overridden).of(&shadow_before());
        let expected = (
            Effect::RequireApproval,
            Some("old"),
            Some((Effect::Block, "new")),
            None,
        );
        assert_eq!(shown(&answer), expected, "{mode} {overridden}");
    }
}

#[test]
fn enforcing_everything_enforces_what_its_file_puts_in_shadow() {
    let answer = in_mode(Mode::Enforce, true).of(&shadow_before());
    assert_eq!(shown(&answer), (Effect::Block, Some("new"), None, None));
}

#[test]
fn would_is_said_only_where_it_differs_and_of_the_first_that_differs() {
    let policy = policy(
        "default: allow\nrules:\n  \
         - {id: same, scope: {action: pay}, effect: allow, mode: shadow}\n  \
         - {id: approve, scope: {action: pay}, effect: require_approval, mode: shadow}\n  \
         - {id: block, scope: {action: pay}, effect: block, mode: shadow}\n",
    );
    let answer = in_mode(Mode::Enforce, false).of(&policy);
    let expected = (
        Effect::Allow,
        None,
        Some((Effect::RequireApproval, "approve")),
        None,
    );
    assert_eq!(shown(&answer), expected);
}

#[test]
fn a_rule_in_shadow_behind_the_one_that_decides_would_change_nothing() {
    let policy = policy(
        "default: block\nrules:\n  \
         - {id: old, scope: {action: pay}, effect: allow}\n  \
         - {id: new, scope: {action: pay}, effect: block, mode: shadow}\n",
    );
    let answer = in_mode(Mode::Enforce, false).of(&policy);
    assert_eq!(shown(&answer), (Effect::Allow, Some("old"), None, None));
}

#[test]
fn a_rule_that_is_off_takes_no_part_and_a_wide_override_does_not_bring_it_back() {
    let policy = policy(
        "default: allow\nrules: [{id: off, scope: {action: pay}, effect: block, mode: off}]",
    );
    for overridden in [false, true] {
        let answer = in_mode(Mode::Enforce, overridden).of(&policy);
        assert_eq!(shown(&answer), (Effect::Allow, None, None, None));
    }
    let overrides = BTreeMap::from([(Arc::from("off"), Mode::Enforce)]);
    let brought_back = policy.with_rule_modes(&overrides).unwrap();
    let answer = in_mode(Mode::Enforce, false).of(&*brought_back);
    assert_eq!(answer.rule.as_deref(), Some("off"));
}

#[test]
fn a_rule_that_says_enforce_is_enforced_in_a_call_in_shadow() {
    let policy = policy(
        "default: allow\nrules:\n  \
         - {id: old, scope: {action: pay}, effect: block}\n  \
         - {id: ready, scope: {action: pay}, effect: require_approval, mode: enforce, \
              when: {subject: action.flag, operator: equals, value: true}}\n",
    );
    let asked = |flag: bool, overridden| in_mode(Mode::Shadow, overridden).with("flag", flag);
    let enforced = (
        Effect::RequireApproval,
        Some("ready"),
        Some((Effect::Block, "old")),
        Some(Mode::Enforce),
    );
    assert_eq!(shown(&asked(true, false).of(&policy)), enforced);
    let in_shadow = (Effect::Block, Some("old"), None, None);
    assert_eq!(shown(&asked(false, false).of(&policy)), in_shadow);
    // Putting everything in shadow leaves no exception but an override of the rule itself.
    assert_eq!(shown(&asked(true, true).of(&policy)), in_shadow);
    let overrides = BTreeMap::from([(Arc::from("ready"), Mode::Enforce)]);
    let set = policy.with_rule_modes(&overrides).unwrap();
    assert_eq!(shown(&asked(true, true).of(&*set)), enforced);
}

#[test]
fn an_override_of_a_rule_beats_its_file() {
    let overrides = BTreeMap::from([(Arc::from("old"), Mode::Shadow)]);
    let set = shadow_before().with_rule_modes(&overrides).unwrap();
    let answer = in_mode(Mode::Enforce, false).of(&*set);
    let expected = (Effect::Allow, None, Some((Effect::Block, "new")), None);
    assert_eq!(shown(&answer), expected);
    // Also where everything is enforced.
    let answer = in_mode(Mode::Enforce, true).of(&*set);
    assert_eq!(shown(&answer), (Effect::Block, Some("new"), None, None));
}

#[test]
fn a_policy_says_its_modes() {
    let policy = policy(
        "default: allow\nmode: shadow\nmodes: {pay: enforce}\nrules:\n  \
         - {id: a, scope: {action: pay}, effect: block, mode: off}\n  \
         - {id: b, scope: {action: pay}, effect: block, rollout: 12.50}\n  \
         - {id: c, scope: {action: pay}, effect: block}\n",
    );
    let modes = policy.modes();
    assert_eq!(modes.policy, Some(Mode::Shadow));
    assert_eq!(modes.actions.get("pay"), Some(&Mode::Enforce));
    assert_eq!(
        modes.rules.keys().map(|id| &**id).collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert_eq!(modes.rules["b"].rollout.as_deref(), Some("12.5"));
}
