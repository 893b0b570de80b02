//! Runtimes side by side, over each other, and while their policy changes.

#![cfg(test)]

mod support;

use std::panic::panic_any;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use audit_core::testing::{CountingIds, ManualClock, capture};
use audit_core::{
    Action, BuildError, Effect, EvaluateError, Evaluator, FailureKind, InScope, Mode, PolicyInfo,
    Request, Runtime, Stage, Verdict,
};
use support::{builder, policy, policy_with_limit, quietly, refund, runtime};

/// Answers by calling a closure.
struct Engine<F>(F);

impl<F> Evaluator for Engine<F>
where
    F: Fn() -> Result<Verdict<'static>, EvaluateError> + Send + Sync + 'static,
{
    fn evaluate<'e>(&'e self, _: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        (self.0)()
    }

    fn info(&self) -> PolicyInfo {
        PolicyInfo::default()
    }
}

fn limited(limit: u32) -> Runtime {
    Runtime::builder()
        .policy(policy_with_limit(limit))
        .build()
        .unwrap()
}

#[test]
fn a_runtime_without_a_policy_is_not_built() {
    let error = Runtime::builder().build().unwrap_err();
    assert!(matches!(error, BuildError::NoPolicy));
    assert_eq!(
        error.to_string(),
        "a runtime needs a policy: call `policy` on its builder"
    );
}

#[test]
fn runtimes_side_by_side_answer_and_observe_for_themselves() {
    // More than a thread remembers, so that some are forgotten and read again.
    let told: Vec<_> = (0..20).map(|_| Arc::new(AtomicUsize::new(0))).collect();
    let runtimes: Vec<_> = told
        .iter()
        .zip(0..)
        .map(|(told, limit)| {
            let told = Arc::clone(told);
            Runtime::builder()
                .policy(policy_with_limit(limit))
                .observer("count", move |_| {
                    told.fetch_add(1, Ordering::SeqCst);
                })
                .build()
                .unwrap()
        })
        .collect();
    for _ in 0..3 {
        for (runtime, limit) in runtimes.iter().zip(0_i64..) {
            assert!(runtime.allow(&refund(limit)));
            assert!(runtime.block(&refund(limit + 1)));
        }
    }
    assert!(told.iter().all(|told| told.load(Ordering::SeqCst) == 6));
}

#[test]
fn a_clone_is_the_same_runtime() {
    let first = limited(10);
    let second = first.clone();
    second.reload(policy_with_limit(20));
    assert!(first.allow(&refund(15)));
    assert_eq!(first.policy(), second.policy());
}

#[test]
fn a_scope_puts_another_runtime_in_force_and_takes_it_away() {
    let version = || audit_core::runtime().map(|runtime| runtime.policy().version);
    assert_eq!(version(), None, "nothing is installed in this program");
    limited(1).scope(|| {
        assert_eq!(version(), Some(1));
        limited(2).scope(|| assert_eq!(version(), Some(2)));
        assert_eq!(version(), Some(1));
    });
    assert_eq!(version(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_runtime_follows_a_future_across_await_and_into_bound_tasks() {
    async fn version() -> Option<u32> {
        tokio::task::yield_now().await;
        audit_core::runtime().map(|runtime| runtime.policy().version)
    }
    let (own, alone, bound) = async {
        let own = version().await;
        let alone = tokio::spawn(version()).await.unwrap();
        let runtime = audit_core::runtime().unwrap();
        let bound = tokio::spawn(version().in_scope(&runtime)).await.unwrap();
        (own, alone, bound)
    }
    .in_scope(limited(3))
    .await;
    assert_eq!((own, alone, bound), (Some(3), None, Some(3)));
}

#[test]
fn every_decision_during_a_reload_is_that_of_exactly_one_policy() {
    let runtime = limited(0);
    let digests: Vec<_> = (0..8).map(|limit| limited(limit).policy()).collect();
    let stop = Arc::new(AtomicBool::new(false));
    let start = Arc::new(Barrier::new(5));
    let askers: Vec<_> = (0..4)
        .map(|_| {
            let (runtime, stop, start) = (runtime.clone(), Arc::clone(&stop), Arc::clone(&start));
            thread::spawn(move || {
                start.wait();
                let mut seen = Vec::new();
                while !stop.load(Ordering::SeqCst) || seen.is_empty() {
                    let decision = runtime.evaluate(&refund(1_000_000));
                    seen.push((decision.policy, decision.matched_rule.unwrap()));
                }
                seen
            })
        })
        .collect();
    start.wait();
    for round in 0..400 {
        runtime.reload(policy_with_limit(round % 8));
    }
    stop.store(true, Ordering::SeqCst);
    for asker in askers {
        for (info, rule) in asker.join().unwrap() {
            assert_eq!(rule, format!("above_{}", info.version).as_str());
            assert_eq!(info, digests[info.version as usize]);
        }
    }
}

#[test]
fn a_reload_is_in_force_at_once_on_every_thread() {
    let runtime = limited(10);
    let asker = runtime.clone();
    let turns = Arc::new(Barrier::new(2));
    let turn = Arc::clone(&turns);
    let other = thread::spawn(move || {
        let before = asker.allow(&refund(15));
        turn.wait();
        turn.wait();
        (before, asker.allow(&refund(15)))
    });
    turns.wait();
    let info = runtime.reload(policy_with_limit(20));
    turns.wait();
    assert_eq!(other.join().unwrap(), (false, true));
    assert_eq!(runtime.policy(), info);
}

#[test]
fn an_evaluator_that_fails_blocks() {
    let engine = Engine(|| Err(EvaluateError::new("the engine is cold")));
    let runtime = Runtime::builder().policy(engine).build().unwrap();
    let captured = capture(|| runtime.evaluate(&refund(1)));
    let error = captured.value.error.as_ref().unwrap();
    assert_eq!(
        (error.stage, error.kind),
        (Stage::Evaluate, FailureKind::Failed)
    );
    assert_eq!(error.message, "the engine is cold");
    assert_eq!(captured.value.effect, Effect::Block);
    assert_eq!(captured.effects("refund"), [Effect::Block]);
}

#[test]
fn an_evaluator_that_panics_blocks_whatever_the_panic_carries() {
    type Panics = fn() -> Result<Verdict<'static>, EvaluateError>;
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic_any("second");
        }
    }
    let engines: [(Panics, &str); 4] = [
        (|| panic!("plain"), "plain"),
        (|| panic!("formatted {}", 1), "formatted 1"),
        (|| panic_any(1), "a panic without text"),
        (|| panic_any(Bomb), "a panic without text"),
    ];
    for (engine, message) in engines {
        let runtime = Runtime::builder().policy(Engine(engine)).build().unwrap();
        let decision = quietly(|| runtime.evaluate(&refund(1)));
        let error = decision.error.as_ref().unwrap();
        assert_eq!(
            (error.stage, error.kind),
            (Stage::Evaluate, FailureKind::Panicked)
        );
        assert_eq!(error.message, message);
        assert_eq!(decision.effect, Effect::Block);
        let explanation = quietly(|| runtime.explain(&refund(1)));
        assert_eq!(explanation.decision.effect, Effect::Block);
    }
}

#[test]
fn an_evaluators_reason_and_effect_reach_the_decision() {
    let night = || Ok(Verdict::by_rule("night", Effect::RequireApproval).because("come tomorrow"));
    let runtime = Runtime::builder().policy(Engine(night)).build().unwrap();
    let decision = runtime.evaluate(&refund(1));
    assert_eq!(decision.reason.as_deref(), Some("come tomorrow"));
    assert!(runtime.requires_approval(&refund(1)));
}

#[test]
fn approval_is_not_permission() {
    let runtime = runtime();
    let action = refund(700);
    let decision = runtime.evaluate(&action);
    assert_eq!(decision.effect, Effect::RequireApproval);
    assert!(!decision.permits());
    assert!(!decision.effect.permits());
    assert!(!runtime.allow(&action));
    assert!(!runtime.block(&action));
    assert!(runtime.requires_approval(&action));
}

#[test]
fn the_helpers_say_no_when_policy_could_not_answer() {
    let engine = Engine(|| Err(EvaluateError::new("away")));
    let runtime = Runtime::builder().policy(engine).build().unwrap();
    assert!(!runtime.allow(&refund(1)));
    assert!(runtime.block(&refund(1)));
    assert!(!runtime.requires_approval(&refund(1)));
}

#[test]
fn a_decision_says_which_policy_answered_when_and_in_which_mode() {
    let clock = Arc::new(ManualClock::new("2026-11-23T08:00:00Z".parse().unwrap()));
    let slow = Arc::clone(&clock);
    let runtime = builder()
        .shared_clock(clock)
        .ids(CountingIds::default())
        .snapshot_resolver(move |_| {
            slow.advance(std::time::Duration::from_millis(3));
            Ok(audit_core::Snapshot::new())
        })
        .build()
        .unwrap();
    let captured = capture(|| runtime.evaluate(&Action::new("refund")));
    let decision = &captured.value;
    assert_eq!(decision.policy, policy().info());
    assert_eq!(decision.policy.version, 7);
    assert_eq!(decision.duration, std::time::Duration::from_millis(3));
    assert_eq!(decision.mode, Mode::Enforce);
    let event = &captured.events[0];
    assert!(event.time.to_string().starts_with("2026-11-23T08:00:00."));
    assert_eq!(event.id.to_string(), "00000000-0000-7000-8000-000000000001");
    assert_eq!((event.call, decision.id), (Some(event.id), event.id));
}
