//! Rules with a mode of their own: what the evaluator says of them is obeyed, in calls of any mode.

use std::sync::Arc;

use audit_core::{
    Action, Effect, EvaluateError, FailureKind, Mode, ModeError, ModeTarget, Refused, Runtime,
    Verdict, admit, audit,
};

use crate::staged::Staged;
use crate::support::change;
use crate::world::World;

#[audit(action = "pay")]
fn audited() {}

#[admit(action = "pay")]
fn admitted() -> Result<(), Refused> {
    Ok(())
}

#[admit(action = "pay")]
async fn admitted_async() -> Result<(), Refused> {
    Ok(())
}

fn world(policy: Staged) -> World {
    World::of(Runtime::builder().policy(policy))
}

/// A verdict of this mode.
fn blocked(mode: Option<Mode>) -> Verdict<'static> {
    let mut verdict = Verdict::by_rule("no", Effect::Block);
    verdict.mode = mode;
    verdict
}

#[test]
fn a_rule_that_is_enforced_refuses_in_a_call_that_is_otherwise_in_shadow_or_off() {
    for of_call in [Mode::Off, Mode::Shadow] {
        let world = world(
            Staged::new()
                .policy(of_call)
                .rule("no", Mode::Enforce, "")
                .answering(|_, _| blocked(Some(Mode::Enforce))),
        );
        assert!(world.run(admitted).is_err(), "{of_call}");
        assert!(world.block_on(admitted_async()).is_err(), "{of_call}");
        world.run(audited);
        let decisions = world.decisions();
        let said: Vec<_> = decisions
            .iter()
            .map(|decision| (decision.mode, decision.applied))
            .collect();
        assert_eq!(
            said,
            [
                (Mode::Enforce, true),
                (Mode::Enforce, true),
                (Mode::Shadow, false)
            ],
            "{of_call}: and an audited function is never refused"
        );
    }
}

#[test]
fn a_call_that_is_off_and_that_no_rule_with_a_mode_decides_runs_and_is_not_recorded() {
    let policy = Staged::new()
        .policy(Mode::Off)
        .rule("no", Mode::Enforce, "")
        .answering(|_, _| blocked(None));
    let asked = policy.asked();
    let world = world(policy);
    assert!(world.run(admitted).is_ok());
    assert!(world.block_on(admitted_async()).is_ok());
    world.run(audited);
    assert!(world.events().is_empty());
    let modes: Vec<_> = asked.lock().unwrap().iter().map(|asked| asked.0).collect();
    assert_eq!(modes, [Mode::Off; 3], "the rules without a mode are off");
}

#[test]
fn a_rule_in_shadow_has_its_say_in_a_call_that_is_off() {
    let world = world(
        Staged::new()
            .policy(Mode::Off)
            .rule("no", Mode::Shadow, "")
            .answering(|_, _| {
                let mut verdict = Verdict::by_default(Effect::Allow);
                verdict.would = Some(Effect::Block);
                verdict.would_rule = Some("no".into());
                verdict
            }),
    );
    assert!(world.run(admitted).is_ok());
    let decision = &world.decisions()[0];
    assert_eq!((decision.mode, decision.applied), (Mode::Shadow, false));
    assert_eq!(decision.would, Some(Effect::Block));
    assert_eq!(decision.would_rule.as_deref(), Some("no"));
}

#[test]
fn only_rules_that_may_hold_are_asked_about_in_a_call_that_is_off() {
    // Whether the evaluator is asked: of a policy that is off, or of one that was switched off.
    for (rule, set, in_policy, when_set) in [
        (None, None, false, false),
        (Some(Mode::Off), None, false, false),
        (Some(Mode::Shadow), None, true, false),
        (Some(Mode::Enforce), None, true, false),
        (Some(Mode::Enforce), Some(Mode::Off), false, false),
        (None, Some(Mode::Off), false, false),
        (None, Some(Mode::Shadow), true, true),
        (Some(Mode::Off), Some(Mode::Enforce), true, true),
    ] {
        for (overridden, expected) in [(false, in_policy), (true, when_set)] {
            let policy = Staged::new()
                .policy((!overridden).then_some(Mode::Off))
                .rule("no", rule, "");
            let asked = policy.asked();
            let world = world(policy);
            let set_mode = |target, mode| world.runtime.set_mode(target, mode, change()).unwrap();
            if let Some(mode) = set {
                set_mode(ModeTarget::rule("no"), mode);
            }
            if overridden {
                set_mode(ModeTarget::Everything, Mode::Off);
            }
            assert!(world.run(admitted).is_ok());
            let asked = !asked.lock().unwrap().is_empty();
            assert_eq!(asked, expected, "{rule:?} {set:?} {overridden}");
        }
    }
}

#[test]
fn an_unknown_answer_of_an_enforced_rule_refuses_and_of_others_follows_the_call() {
    for (of_rule, refused) in [(Some(Mode::Enforce), true), (None, false)] {
        let world = world(
            Staged::new()
                .policy(Mode::Shadow)
                .rule("no", Mode::Enforce, "")
                .answering(move |_, _| {
                    let mut verdict = blocked(of_rule);
                    let message = "actor.role is missing";
                    verdict.error = Some(EvaluateError::of_kind(FailureKind::Missing, message));
                    verdict
                }),
        );
        assert_eq!(world.run(admitted).is_err(), refused);
        let decision = &world.decisions()[0];
        assert_eq!(decision.applied, refused);
        assert!(decision.is_indeterminate());
    }
}

/// Blocks by rule `no` if that was given a mode above `shadow`.
fn by_override() -> Staged {
    Staged::new()
        .policy(Mode::Shadow)
        .rules(&["no", "not_now"])
        .answering(|_, overrides| {
            let mode = overrides.get("no").copied();
            blocked(mode.filter(|mode| *mode > Mode::Shadow))
        })
}

#[test]
fn a_rule_is_given_a_mode_and_it_is_taken_away_again() {
    let world = world(by_override());
    assert!(world.run(admitted).is_ok());
    let rule = ModeTarget::rule("no");
    let set = |mode| {
        world
            .runtime
            .set_mode(rule.clone(), mode, change())
            .unwrap();
    };
    set(Mode::Enforce);
    assert!(world.run(admitted).is_err());
    set(Mode::Shadow);
    assert!(world.run(admitted).is_ok());
    set(Mode::Enforce);
    world.runtime.clear_mode(rule.clone(), change()).unwrap();
    assert!(world.run(admitted).is_ok());
    assert_eq!(
        world.runtime.policy().version,
        1,
        "it is the same policy all the time"
    );
}

#[test]
fn a_rule_or_an_action_that_is_not_there_is_an_error_that_names_the_nearest() {
    let world = world(by_override().declares(&["refund", "payout"]));
    let error = |target: ModeTarget| {
        let set = world.runtime.set_mode(target.clone(), Mode::Off, change());
        let set = set.unwrap_err();
        let cleared = world.runtime.clear_mode(target.clone(), change());
        assert_eq!(cleared.unwrap_err(), set);
        let cleared = world.runtime.set_mode(target, None, change());
        assert_eq!(cleared.unwrap_err(), set);
        set.to_string()
    };
    assert_eq!(
        error(ModeTarget::rule("not_mow")),
        "rule `not_mow` is not in the policy in place: did you mean `not_now`?"
    );
    assert_eq!(
        error(ModeTarget::rule("something else")),
        "rule `something else` is not in the policy in place"
    );
    assert_eq!(
        error(ModeTarget::action("refnd")),
        "action `refnd` is in no schema and on no annotated function: did you mean `refund`?"
    );
    assert!(world.runtime.mode_overrides().is_empty());
    assert!(world.told().is_empty(), "nothing was changed");
    // `pay` stands on functions of this program and in no schema.
    for known in ["pay", "payout"] {
        let target = ModeTarget::action(known);
        world.runtime.set_mode(target, Mode::Off, change()).unwrap();
    }
}

#[test]
fn what_is_taken_away_is_returned_and_a_typo_leaves_it_in_force() {
    let world = world(by_override());
    let rule = ModeTarget::rule("no");
    let set = |mode| world.runtime.set_mode(rule.clone(), mode, change());
    let clear = |target: &ModeTarget| world.runtime.clear_mode(target.clone(), change());
    set(Mode::Enforce).unwrap();
    world.told();
    assert!(clear(&ModeTarget::rule("nonsense")).is_err());
    assert!(world.told().is_empty(), "nothing was changed");
    assert!(world.run(admitted).is_err(), "it is still enforced");
    world.told();
    assert_eq!(clear(&rule), Ok(Some(Mode::Enforce)));
    assert_eq!(clear(&rule), Ok(None));
    assert_eq!(clear(&ModeTarget::Everything), Ok(None));
    assert_eq!(world.told().len(), 3, "each was asked for by somebody");
}

#[test]
fn a_rule_that_the_policy_has_no_longer_can_still_be_taken_away_once() {
    let world = world(by_override());
    let rule = ModeTarget::rule("no");
    let set = world.runtime.set_mode(rule.clone(), Mode::Off, change());
    set.unwrap();
    world.runtime.reload(Staged::new().rules(&["another"]));
    let clear = || world.runtime.clear_mode(rule.clone(), change());
    assert_eq!(clear(), Ok(Some(Mode::Off)));
    assert!(matches!(clear(), Err(ModeError::UnknownRule { .. })));
}

#[test]
fn a_policy_whose_rules_have_no_modes_says_so() {
    let world = world(by_override().without_rule_modes());
    let set = |id: &str| {
        world
            .runtime
            .set_mode(ModeTarget::rule(id), Mode::Off, change())
    };
    let error = set("no").unwrap_err();
    assert_eq!(
        error.to_string(),
        "rule `no` can't be given a mode: the policy in place has no modes of rules"
    );
    let cleared = world.runtime.clear_mode(ModeTarget::rule("no"), change());
    assert_eq!(cleared.unwrap_err(), error);
    assert!(matches!(
        set("nope").unwrap_err(),
        ModeError::UnknownRule { .. }
    ));
}

#[test]
fn an_evaluator_that_panics_over_modes_of_rules_changes_nothing() {
    struct Panics;
    impl audit_core::Evaluator for Panics {
        fn evaluate<'e>(
            &'e self,
            _: &audit_core::Request<'_>,
        ) -> Result<Verdict<'e>, EvaluateError> {
            Ok(Verdict::by_default(Effect::Block))
        }
        fn info(&self) -> audit_core::PolicyInfo {
            audit_core::PolicyInfo::default()
        }
        fn with_rule_modes(
            &self,
            _: &crate::staged::Overrides,
        ) -> Option<Arc<dyn audit_core::Evaluator>> {
            panic!("index out of range")
        }
    }
    let runtime = Runtime::builder().policy(Panics).build().unwrap();
    let set =
        crate::support::quietly(|| runtime.set_mode(ModeTarget::rule("no"), Mode::Off, change()));
    assert_eq!(
        set.unwrap_err().to_string(),
        "the evaluator panicked when rule `no` was given a mode: index out of range"
    );
    assert!(runtime.mode_overrides().is_empty());
    assert!(runtime.block(&Action::new("pay")));
}
