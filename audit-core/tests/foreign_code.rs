//! Code that is not ours may fail, panic, or never end where nobody expects it: no call is harmed.

#![cfg(test)]

mod support;

use std::error::Error;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use audit_core::testing::{ManualClock, capture};
use audit_core::{
    Action, Actor, Call, CallContext, EvaluateError, Evaluator, FailureKind, Fields, Function,
    PolicyInfo, Request, Runtime, Scope, Snapshot, Stage, Verdict,
};
use support::{builder, policy, quietly, refund, runtime};

/// An error that does what no error should.
#[derive(Debug)]
enum Rude {
    PanicsWhenShown,
    FailsWhenShown,
    PanicsWhenDropped,
    IsItsOwnSource,
}

impl fmt::Display for Rude {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PanicsWhenShown => panic!("shown"),
            Self::FailsWhenShown => Err(fmt::Error),
            Self::PanicsWhenDropped | Self::IsItsOwnSource => f.write_str("rude"),
        }
    }
}

impl Error for Rude {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        matches!(self, Self::IsItsOwnSource).then_some(self)
    }
}

impl Drop for Rude {
    fn drop(&mut self) {
        assert!(!matches!(self, Self::PanicsWhenDropped), "dropped");
    }
}

#[test]
fn a_resolvers_error_that_misbehaves_is_an_indeterminate_decision() {
    for make in [
        || Rude::PanicsWhenShown,
        || Rude::FailsWhenShown,
        || Rude::PanicsWhenDropped,
        || Rude::IsItsOwnSource,
    ] {
        let runtime = builder()
            .snapshot_resolver(move |_| Err(Box::new(make())))
            .build()
            .unwrap();
        let decision = quietly(|| runtime.evaluate(&refund(1)));
        let error = decision.error.as_ref().unwrap();
        assert_eq!(
            (error.stage, error.kind),
            (Stage::Snapshot, FailureKind::Failed)
        );
        assert!(error.message.chars().count() <= 512);
        assert!(!decision.permits());
    }
}

/// An evaluator that panics when it is asked for an action's fields.
struct NoFields;

impl Evaluator for NoFields {
    fn evaluate<'e>(&'e self, request: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        Err(EvaluateError::new(format!("never asked: {request:?}")))
    }

    fn info(&self) -> PolicyInfo {
        PolicyInfo::default()
    }

    fn action_fields(&self, _action: &str) -> Option<&[Arc<str>]> {
        panic!("no fields")
    }
}

#[test]
fn an_evaluator_that_can_not_name_the_fields_makes_the_decision_indeterminate() {
    let runtime = Runtime::builder().policy(NoFields).build().unwrap();
    let function = Function::new("refund", Fields::new().with("amount", 1));
    let decision = quietly(|| runtime.decide(&Call::of(function)));
    let error = decision.error.as_ref().unwrap();
    assert_eq!(
        (error.stage, error.kind),
        (Stage::Evaluate, FailureKind::Panicked)
    );
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "dropped");
    }
}

#[test]
fn a_context_or_an_observer_that_panics_when_dropped_reaches_nobody() {
    let runtime = builder()
        .context_resolver(|_| Ok(Arc::new(Bomb) as CallContext))
        .build()
        .unwrap();
    assert!(quietly(|| runtime.allow(&refund(1))));

    let bomb = Bomb;
    let id = runtime.observe("bomb", move |_| {
        let _kept = &bomb;
    });
    assert!(quietly(|| runtime.remove_observer(id)));
}

#[test]
fn a_nul_in_an_observers_name_is_only_a_name() {
    let runtime = builder()
        .queued_observer("a\0b", 4, |_| {})
        .build()
        .unwrap();
    assert_eq!(runtime.observer_stats()[0].name, "a\0b");
}

#[test]
fn a_queued_observer_that_decides_does_not_feed_itself() {
    let (tell, told) = mpsc::channel();
    let runtime = runtime();
    let own = runtime.clone();
    runtime
        .observe_queued("decides", 8, move |event| {
            tell.send(event.name.to_string()).ok();
            let _ = own.evaluate(&Action::new("transfer"));
        })
        .unwrap();
    let _ = runtime.evaluate(&refund(1));
    runtime.flush(Duration::from_mins(1)).unwrap();
    assert_eq!(told.recv().unwrap(), "refund");
    assert!(told.try_recv().is_err());
    assert_eq!(runtime.observer_stats()[0].events_reentered, 1);
}

#[test]
fn a_decision_made_inside_an_observer_is_seen_by_all_others() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (first, second) = (runtime(), runtime());
    let other = second.clone();
    first.observe("decides", move |_| {
        let _ = other.evaluate(&Action::new("transfer"));
    });
    let names = Arc::clone(&seen);
    second.observe("keeps", move |event| {
        names.lock().unwrap().push(event.action_type().to_owned());
    });
    let captured = capture(|| first.evaluate(&refund(1)));
    assert_eq!(*seen.lock().unwrap(), ["transfer"]);
    assert_eq!(captured.events.len(), 2);
}

#[test]
fn an_event_bears_the_time_at_which_it_was_asked_for() {
    let clock = Arc::new(ManualClock::new("2026-11-23T08:00:00Z".parse().unwrap()));
    let own = Arc::clone(&clock);
    let runtime = Runtime::builder()
        .policy(policy())
        .shared_clock(clock)
        .snapshot_resolver(move |_| {
            own.advance(Duration::from_millis(300));
            Ok(Snapshot::new())
        })
        .build()
        .unwrap();
    let captured = capture(|| runtime.evaluate(&refund(1)));
    assert_eq!(
        captured.events[0].time.to_string(),
        "2026-11-23T08:00:00.000000000Z"
    );
    assert_eq!(captured.value.duration, Duration::from_millis(300));
}

#[test]
fn the_snapshot_is_resolved_for_the_actor_that_was_resolved() {
    let runtime = builder()
        .actor_resolver(|_| Ok(Actor::new("alice")))
        .snapshot_resolver(|context| {
            let id = context
                .actor()
                .and_then(Actor::id)
                .unwrap_or_default()
                .to_owned();
            Ok(Snapshot::new().with("limits_of", id))
        })
        .build()
        .unwrap();
    let explained = Scope::new()
        .actor(Actor::new("bob"))
        .run(|| runtime.explain(&refund(1)));
    assert_eq!(
        explained.snapshot.get("limits_of").unwrap().as_str(),
        Some("alice")
    );
}

#[test]
fn an_all_of_very_many_equals_is_compiled_and_asked_without_nesting_as_deep() {
    let atom =
        "&a {subject: {domain: action, field: amount}, operator: equals, value: {literal: 1}}";
    let mut rules = String::from("version: 1\nrules:\n");
    for number in 0..40 {
        let (first, again) = (
            if number == 0 { atom } else { "*a" },
            vec!["*a"; 5_000].join(", "),
        );
        writeln!(
            rules,
            "  - {{id: r{number}, scope: {{action: refund}}, effect: block, when: {{all: [{first}, {again}]}}}}"
        )
        .unwrap();
    }
    let policy = audit_core::Policy::from_strings(support::SCHEMA, &rules, None).unwrap();
    let runtime = Runtime::builder().policy(policy).build().unwrap();
    assert!(runtime.block(&refund(1)));
    assert!(runtime.allow(&refund(2)));
}
