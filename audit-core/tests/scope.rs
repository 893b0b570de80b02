//! A scope is in force where it was asked for, and nowhere else.

#![cfg(test)]

mod support;

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

use audit_core::testing::capture;
use audit_core::{Actor, EventId, InScope, Scope, Trace};
use support::{quietly, refund, runtime};

fn scope_of(name: &'static str) -> Scope {
    Scope::new().actor(Actor::new(name))
}

fn actor() -> Option<String> {
    Scope::current().actor_id()
}

/// Polls once, with nobody to wake.
fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Comes to its end at the second poll.
async fn one_await() {
    let mut first = true;
    std::future::poll_fn(|_| {
        if std::mem::take(&mut first) {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
}

#[test]
fn nested_scopes_take_turns_and_the_outer_one_comes_back() {
    assert_eq!(actor(), None);
    scope_of("outer").run(|| {
        assert_eq!(actor().as_deref(), Some("outer"));
        scope_of("inner").run(|| assert_eq!(actor().as_deref(), Some("inner")));
        assert_eq!(actor().as_deref(), Some("outer"));
    });
    assert_eq!(actor(), None);
}

#[test]
fn an_inner_scope_keeps_what_it_does_not_say() {
    let trace: Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        .parse()
        .unwrap();
    let cause = EventId::from_bytes([7; 16]);
    let outer = scope_of("alice").trace(trace).cause(cause);
    let runtime = runtime();
    let captured = outer
        .tenant("acme")
        .unwrap()
        .run(|| scope_of("bob").run(|| capture(|| runtime.allow(&refund(1)))));
    let event = &captured.events[0];
    assert_eq!(event.actor.as_ref().unwrap().id(), Some("bob"));
    assert_eq!(event.tenant.as_deref(), Some("acme"));
    assert_eq!((event.trace, event.cause), (Some(trace), Some(cause)));
}

#[test]
fn an_error_or_a_panic_ends_a_scope_like_any_other_end() {
    scope_of("outer").run(|| {
        let failed: Result<(), &str> = scope_of("inner").run(|| Err("early"));
        assert!(failed.is_err());
        assert_eq!(actor().as_deref(), Some("outer"));

        let panicked = quietly(|| {
            catch_unwind(AssertUnwindSafe(|| {
                scope_of("inner").run(|| scope_of("innermost").run(|| panic!("half-way")))
            }))
        });
        assert!(panicked.is_err());
        assert_eq!(actor().as_deref(), Some("outer"));
    });
    assert_eq!(actor(), None);
}

#[test]
fn an_empty_tenant_is_refused() {
    let error = Scope::new().tenant("").unwrap_err();
    assert_eq!(
        error.to_string(),
        "a tenant's name is empty, expected at least one character"
    );
}

#[test]
fn a_thread_knows_only_what_is_carried_to_it() {
    scope_of("alice").run(|| {
        let carried = Scope::current();
        let alone = thread::spawn(actor).join().unwrap();
        let bound = thread::spawn(move || carried.run(actor)).join().unwrap();
        assert_eq!(alone, None);
        assert_eq!(bound.as_deref(), Some("alice"));
    });
}

#[test]
fn a_future_has_its_scope_at_every_poll_and_leaves_none_between() {
    let mut work = pin!(
        async {
            let before = actor();
            one_await().await;
            (before, actor())
        }
        .in_scope(scope_of("alice"))
    );
    assert!(poll(work.as_mut()).is_pending());
    assert_eq!(actor(), None, "suspended futures hold no thread");
    scope_of("stranger").run(|| {
        let Poll::Ready((before, after)) = poll(work.as_mut()) else {
            panic!("two polls are enough");
        };
        assert_eq!(before.as_deref(), Some("alice"));
        assert_eq!(after.as_deref(), Some("alice"));
        assert_eq!(actor().as_deref(), Some("stranger"));
    });
}

#[test]
fn a_future_takes_its_scope_along_to_another_thread() {
    let mut work = Box::pin(
        async {
            one_await().await;
            (actor(), thread::current().id())
        }
        .in_scope(scope_of("alice")),
    );
    assert!(poll(work.as_mut()).is_pending());
    let polled = thread::spawn(move || poll(work.as_mut())).join().unwrap();
    let Poll::Ready((name, place)) = polled else {
        panic!("two polls are enough");
    };
    assert_eq!(name.as_deref(), Some("alice"));
    assert_ne!(place, thread::current().id());
}

#[test]
fn interleaved_futures_do_not_see_each_others_scope() {
    let named = |name| {
        Box::pin(
            async {
                let before = actor();
                one_await().await;
                (before, actor())
            }
            .in_scope(scope_of(name)),
        )
    };
    let (mut a, mut b) = (named("a"), named("b"));
    assert!(poll(a.as_mut()).is_pending());
    assert!(poll(b.as_mut()).is_pending());
    let (Poll::Ready(a), Poll::Ready(b)) = (poll(a.as_mut()), poll(b.as_mut())) else {
        panic!("two polls are enough");
    };
    assert_eq!(a, (Some("a".to_owned()), Some("a".to_owned())));
    assert_eq!(b, (Some("b".to_owned()), Some("b".to_owned())));
}

/// Notes who acts when it is dropped.
struct Farewell(Arc<Mutex<Vec<Option<String>>>>);

impl Drop for Farewell {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(actor());
    }
}

#[test]
fn a_future_dropped_half_way_cleans_up_in_its_scope_and_leaves_the_other_in_force() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let farewell = Farewell(Arc::clone(&seen));
    let mut work = Box::pin(
        async move {
            let _kept = farewell;
            one_await().await;
        }
        .in_scope(scope_of("alice")),
    );
    assert!(poll(work.as_mut()).is_pending());
    scope_of("stranger").run(|| {
        drop(work);
        assert_eq!(actor().as_deref(), Some("stranger"));
    });
    assert_eq!(*seen.lock().unwrap(), [Some("alice".to_owned())]);
}

#[test]
fn a_poll_that_panics_leaves_the_outer_scope_in_force() {
    let work = async { panic!("half-way") }.in_scope(scope_of("alice"));
    scope_of("outer").run(|| {
        let mut work = Box::pin(work);
        let polled = quietly(|| catch_unwind(AssertUnwindSafe(|| poll(work.as_mut()))));
        assert!(polled.is_err());
        drop(work);
        assert_eq!(actor().as_deref(), Some("outer"));
    });
    assert_eq!(actor(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spawned_task_follows_only_when_it_is_bound() {
    let (alone, bound) = async {
        let alone = tokio::spawn(async { actor() });
        let bound = tokio::spawn(
            async {
                tokio::task::yield_now().await;
                actor()
            }
            .in_scope(Scope::current()),
        );
        (alone.await.unwrap(), bound.await.unwrap())
    }
    .in_scope(scope_of("alice"))
    .await;
    assert_eq!(alone, None);
    assert_eq!(bound.as_deref(), Some("alice"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_task_leaves_no_scope_on_its_worker() {
    let (entered, wait) = tokio::sync::oneshot::channel();
    let task = tokio::spawn(
        async move {
            entered.send(actor()).ok();
            std::future::pending::<()>().await;
        }
        .in_scope(scope_of("alice")),
    );
    assert_eq!(wait.await.unwrap().as_deref(), Some("alice"));
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    let probes: Vec<_> = (0..16).map(|_| tokio::spawn(async { actor() })).collect();
    for probe in probes {
        assert_eq!(probe.await.unwrap(), None);
    }
}
