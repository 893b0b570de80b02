//! An evaluator of one's own that gets modes wrong: it harms no call in shadow, and lets none through that is enforced.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;

use audit_core::{
    Action, DecisionEvent, Effect, EvaluateError, Evaluator, Mode, ModeError, ModeTarget, Observer,
    PolicyInfo, Refused, Request, Runtime, Verdict, admit,
};

use crate::staged::{Overrides, Staged};
use crate::support::{change, quietly};
use crate::world::World;

#[admit]
fn pay() -> Result<(), Refused> {
    Ok(())
}

fn world(mode: Mode, verdict: impl Fn() -> Verdict<'static> + Send + Sync + 'static) -> World {
    let policy = Staged::new().policy(mode).rules(&["no"]);
    World::of(Runtime::builder().policy(policy.answering(move |_, _| verdict())))
}

fn blocked() -> Verdict<'static> {
    Verdict::by_rule("no", Effect::Block)
}

#[test]
fn a_rule_that_decides_is_not_off_whatever_the_evaluator_says() {
    let off = || {
        let mut verdict = blocked();
        verdict.mode = Some(Mode::Off);
        verdict
    };
    let enforced = world(Mode::Enforce, off);
    assert!(enforced.run(pay).is_err());
    let decision = enforced.decisions().pop().unwrap();
    assert_eq!((decision.mode, decision.applied), (Mode::Enforce, true));
    let shadowed = world(Mode::Shadow, off);
    assert!(shadowed.run(pay).is_ok());
    assert_eq!(shadowed.decisions().pop().unwrap().mode, Mode::Shadow);
}

#[test]
fn what_can_not_be_answered_is_no_less_enforced_than_the_call() {
    for mode in [Mode::Off, Mode::Shadow] {
        let world = world(Mode::Enforce, move || {
            let mut verdict = Verdict::by_default(Effect::Allow);
            verdict.mode = Some(mode);
            verdict.error = Some(EvaluateError::new("the engine is away"));
            verdict
        });
        assert!(world.run(pay).is_err(), "{mode}");
        let decision = world.decisions().pop().unwrap();
        assert_eq!((decision.mode, decision.applied), (Mode::Enforce, true));
    }
}

#[test]
fn an_indeterminate_decision_has_no_rule_and_no_would() {
    let world = world(Mode::Enforce, || {
        let mut verdict = blocked().because("not today");
        verdict.would = Some(Effect::Allow);
        verdict.would_rule = Some("other".into());
        verdict.error = Some(EvaluateError::new("the engine is away"));
        verdict
    });
    let refused = world.run(pay).unwrap_err();
    assert_eq!((refused.rule(), refused.reason()), (None, None));
    let decision = world.decisions().pop().unwrap();
    assert_eq!((decision.matched_rule, decision.reason), (None, None));
    assert_eq!((decision.would, decision.would_rule), (None, None));
}

#[test]
fn what_would_be_is_said_only_where_it_differs() {
    let world = world(Mode::Enforce, || {
        let mut verdict = blocked();
        verdict.would = Some(Effect::Block);
        verdict.would_rule = Some("other".into());
        verdict
    });
    assert!(world.run(pay).is_err());
    let decision = world.decisions().pop().unwrap();
    assert_eq!((decision.would, decision.would_rule), (None, None));
}

/// Takes modes of one rule, and fails at those of two in its own way.
#[derive(Clone)]
struct OneRule {
    overrides: Overrides,
    panics: bool,
}

impl OneRule {
    fn new(panics: bool) -> Self {
        let overrides = Overrides::new();
        Self { overrides, panics }
    }
}

impl Evaluator for OneRule {
    fn evaluate<'e>(&'e self, _: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        let mut verdict = blocked();
        verdict.mode = self.overrides.get("no").copied();
        Ok(verdict)
    }

    fn info(&self) -> PolicyInfo {
        PolicyInfo::default()
    }

    fn with_rule_modes(&self, overrides: &Overrides) -> Option<Arc<dyn Evaluator>> {
        assert!(!self.panics || overrides.len() < 2, "two are too many");
        let (overrides, panics) = (overrides.clone(), self.panics);
        (overrides.len() < 2).then(|| Arc::new(Self { overrides, panics }) as _)
    }
}

#[test]
fn a_mode_that_can_not_be_set_beside_those_that_are_leaves_these_in_force() {
    for panics in [false, true] {
        let world = World::of(Runtime::builder().policy(OneRule::new(panics)));
        let set = |rule, mode| {
            let target = ModeTarget::rule(rule);
            quietly(|| world.runtime.set_mode(target, mode, change()))
        };
        set("no", Mode::Shadow).unwrap();
        assert!(world.run(pay).is_ok());
        world.told();
        match set("other", Mode::Enforce).unwrap_err() {
            ModeError::Evaluator { rule, message } if panics => {
                assert_eq!((&*rule, &*message), ("other", "two are too many"));
            }
            ModeError::NoRuleModes { rule } if !panics => assert_eq!(rule, "other"),
            other => panic!("{other:?}"),
        }
        assert!(world.told().is_empty(), "nothing is recorded");
        assert!(world.run(pay).is_ok(), "the first is in force");
        assert_eq!(world.runtime.mode_overrides().len(), 1);
        set("no", Mode::Enforce).unwrap();
        assert!(world.run(pay).is_err());
    }
}

/// Panics when it is dropped, and when it is asked what it declares.
struct Brittle;

impl Evaluator for Brittle {
    fn evaluate<'e>(&'e self, _: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        Ok(Verdict::by_default(Effect::Allow))
    }

    fn info(&self) -> PolicyInfo {
        PolicyInfo::default()
    }

    fn snapshot_fields(&self) -> Option<Vec<Arc<str>>> {
        panic!("no parts today")
    }

    fn action_fields(&self, _: &str) -> Option<&[Arc<str>]> {
        panic!("no fields today")
    }

    fn declared_actions(&self) -> Option<Vec<Arc<str>>> {
        panic!("no actions today")
    }

    fn with_rule_modes(&self, _: &Overrides) -> Option<Arc<dyn Evaluator>> {
        Some(Arc::new(Self))
    }
}

impl Drop for Brittle {
    fn drop(&mut self) {
        assert!(thread::panicking(), "dropped");
    }
}

#[test]
fn an_evaluator_that_panics_when_it_is_dropped_harms_nobody_who_sets_modes_or_reloads() {
    quietly(|| {
        let runtime = Runtime::builder().policy(Brittle).build().unwrap();
        let set = |mode: Option<Mode>| runtime.set_mode(ModeTarget::rule("r"), mode, change());
        set(Some(Mode::Shadow)).unwrap();
        set(None).unwrap();
        runtime.reload(Staged::new());
    });
}

#[test]
fn an_evaluator_that_panics_over_what_it_declares_keeps_no_program_from_starting() {
    quietly(|| {
        let runtime = Runtime::builder().policy(Brittle).build().unwrap();
        assert!(runtime.check_sites().sites > 0);
        runtime.reload(Staged::new());
    });
}

impl Observer for Brittle {
    fn on_decision(&self, _: &DecisionEvent<'_>) {}
}

#[test]
fn a_thread_that_outlives_a_runtime_ends_in_peace_although_what_it_asked_panics_when_dropped() {
    let runtime = Runtime::builder()
        .policy(Brittle)
        .add_observer("brittle", Brittle)
        .build()
        .unwrap();
    let (asked, was_asked) = channel();
    let (dropped, was_dropped) = channel::<()>();
    let there = runtime.clone();
    let thread = thread::spawn(move || {
        let allowed = there.allow(&Action::new("pay"));
        drop(there);
        asked.send(()).unwrap();
        was_dropped.recv().unwrap();
        allowed
    });
    was_asked.recv().unwrap();
    quietly(|| drop(runtime));
    dropped.send(()).unwrap();
    assert!(thread.join().unwrap());
}
