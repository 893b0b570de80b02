//! What an annotated call takes from the heap: nothing, while nobody keeps what it is told.

#![cfg(test)]

mod support;

use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use allocation_counter::measure;
use audit_core::{Actor, Runtime, Scope, Snapshot, admit, audit};
use support::builder;

#[audit(action = "refund")]
fn audited(amount: u64, currency: &str) -> Result<u64, &'static str> {
    if currency.is_empty() {
        Err("none")
    } else {
        Ok(amount)
    }
}

#[admit(action = "refund", fields(amount, currency), ret)]
fn admitted(amount: u64, currency: &str) -> Result<usize, audit_core::Refused> {
    Ok(currency.len() + usize::from(amount > 0))
}

#[audit(action = "refund")]
#[track_caller]
fn tracked(amount: u64) -> u64 {
    amount
}

#[audit(action = "refund")]
async fn audited_later(amount: u64) -> u64 {
    Yield(false).await;
    amount
}

#[admit(action = "refund")]
async fn admitted_later(amount: u64) -> Result<u64, audit_core::Refused> {
    Yield(false).await;
    Ok(amount)
}

struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: std::pin::Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            return output;
        }
    }
}

/// All shapes once, with calls inside calls.
fn calls() {
    assert!(black_box(audited(1, "EUR")).is_ok());
    assert!(black_box(audited(5000, "")).is_err());
    assert!(black_box(admitted(1, "EUR")).is_ok());
    assert_eq!(tracked(2), 2);
    assert_eq!(block_on(audited_later(3)), 3);
    assert_eq!(block_on(admitted_later(3)).unwrap(), 3);
    block_on(async {
        let (mut one, mut two) = (pin!(audited_later(1)), pin!(admitted_later(2)));
        assert!(std::future::poll_fn(|cx| Poll::Ready(one.as_mut().poll(cx).is_pending())).await);
        assert!(std::future::poll_fn(|cx| Poll::Ready(two.as_mut().poll(cx).is_pending())).await);
        assert_eq!(one.await + two.await.unwrap(), 3);
    });
}

/// How much the calls take under a runtime, after it is warm.
fn taken(runtime: &Runtime) -> u64 {
    let alice = Actor::new("alice").with("role", "support");
    Scope::from(runtime).actor(alice).run(|| {
        calls();
        measure(calls).count_total
    })
}

#[test]
fn a_decision_takes_no_memory() {
    assert_eq!(
        taken(
            &builder()
                .observer("empty", |_| {})
                .snapshot_resolver(frozen)
                .build()
                .unwrap()
        ),
        0
    );
}

#[test]
fn a_decision_and_its_outcome_take_no_memory() {
    let seen = Arc::new(AtomicU64::new(0));
    let (decided, ended) = (Arc::clone(&seen), Arc::clone(&seen));
    let runtime = builder()
        .snapshot_resolver(frozen)
        .observer("decisions", move |event| {
            decided.fetch_add(u64::from(event.decision.applied) + 1, Ordering::Relaxed);
        })
        .outcome_observer("outcomes", move |event| {
            ended.fetch_add(u64::from(event.duration_ms() >= 0.0), Ordering::Relaxed);
        })
        .build()
        .unwrap();
    assert_eq!(taken(&runtime), 0);
    assert!(seen.load(Ordering::Relaxed) > 0);
}

/// Writes what it is told into memory that it has.
struct Written(std::sync::Mutex<Vec<u8>>);

impl audit_core::Recorder for Written {
    fn record(&self, fact: &audit_core::Fact<'_>, _: &audit_core::Terms) -> audit_core::Recorded {
        let mut buffer = self.0.lock().unwrap();
        buffer.clear();
        fact.write_json(&mut buffer);
        audit_core::Recorded::Taken(audit_core::Delivery::Buffered)
    }

    fn flush(&self, _: std::time::Duration) -> bool {
        true
    }
}

#[test]
fn a_call_that_is_recorded_as_json_takes_no_memory() {
    let recorder = Arc::new(Written(std::sync::Mutex::default()));
    let runtime = builder()
        .snapshot_resolver(frozen)
        .recorder(Arc::<Written>::clone(&recorder))
        .build()
        .unwrap();
    assert_eq!(taken(&runtime), 0);
    let last = recorder.0.lock().unwrap();
    assert!(last.starts_with(b"{\"v\":1,") && last.ends_with(b"}"));
}

#[test]
fn runtimes_that_take_turns_at_one_function_take_no_memory() {
    let runtimes = [(), ()].map(|()| builder().snapshot_resolver(frozen).build().unwrap());
    let alice = Actor::new("alice").with("role", "support");
    for runtime in &runtimes {
        let scope = Scope::from(runtime).actor(alice.clone());
        scope.run(|| assert_eq!(audited(1, "EUR").unwrap(), 1));
    }
    for runtime in &runtimes {
        let scope = Scope::from(runtime).actor(alice.clone());
        scope.run(|| {
            assert_eq!(
                measure(|| assert!(audited(1, "EUR").is_ok())).count_total,
                0
            );
        });
    }
}

#[test]
fn modes_of_single_actions_take_no_memory() {
    for mode in [
        audit_core::Mode::Off,
        audit_core::Mode::Shadow,
        audit_core::Mode::Enforce,
    ] {
        let runtime = builder().snapshot_resolver(frozen).build().unwrap();
        for action in ["refund", "transfer"] {
            let target = audit_core::ModeTarget::action(action);
            runtime.set_mode(target, mode, support::change()).unwrap();
        }
        assert_eq!(taken(&runtime), 0, "{mode}");
    }
}

#[test]
fn a_call_that_is_switched_off_or_has_no_runtime_takes_no_memory() {
    #[audit]
    fn alone(amount: u64) -> u64 {
        amount
    }
    assert_eq!(measure(|| assert_eq!(alone(1), 1)).count_total, 0);
    let runtime = builder().mode(audit_core::Mode::Off).build().unwrap();
    assert_eq!(taken(&runtime), 0);
}

#[test]
fn a_call_that_is_kept_takes_memory_so_the_counter_counts() {
    let runtime = builder().build().unwrap();
    runtime.scope(|| {
        calls();
        let kept = measure(|| drop(audit_core::testing::capture(calls)));
        assert!(kept.count_total > 0);
    });
}

#[allow(clippy::unnecessary_wraps, reason = "a resolver may fail")]
fn frozen(_: &audit_core::ResolveContext<'_>) -> Result<Snapshot<'static>, audit_core::BoxError> {
    Ok(Snapshot::new().with("frozen", false))
}
