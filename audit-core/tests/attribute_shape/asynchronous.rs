//! Functions that are awaited, of every shape there is.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use audit_core::{
    Actor, CallContext, Fields, InScope as _, Refused, Scope, Snapshot, Status, TenantId, Text,
    admit, audit,
};

use crate::world::{World, block_on, once, poll};

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[audit(action = "refund")]
fn by_hand(amount: u64) -> Boxed<'static, u64> {
    Box::pin(async move {
        std::future::ready(()).await;
        amount
    })
}

#[admit(action = "refund")]
fn by_hand_admitted<'a>(amount: &'a mut u64) -> Boxed<'a, Result<&'a mut u64, Refused>> {
    Box::pin(async move {
        *amount += 1;
        Ok(amount)
    })
}

#[admit(action = "refund")]
fn hidden(amount: u64) -> impl Future<Output = Result<u64, Refused>> + Send {
    async move {
        std::future::ready(()).await;
        Ok(amount)
    }
}

#[test]
fn a_function_that_returns_a_future_is_judged_at_its_first_poll_and_timed_to_its_end() {
    let world = World::new();
    let mut amount = 1;
    world.run(|| {
        drop(by_hand(1));
        drop(by_hand_admitted(&mut amount));
        drop(hidden(1));
    });
    assert!(world.events().is_empty(), "nothing is polled yet");
    assert_eq!(world.block_on(by_hand(1)), 1);
    *world.block_on(by_hand_admitted(&mut amount)).unwrap() += 1;
    assert_eq!(amount, 3);
    assert_eq!(world.block_on(hidden(7)).unwrap(), 7);
    assert_eq!(world.statuses(), [Status::Completed; 3]);
    assert!(world.block_on(hidden(5000)).is_err());
    assert_eq!(world.statuses(), [Status::Refused]);
}

/// Statements before the future run at the call, so that is when it is judged.
#[audit(action = "refund")]
fn with_statements(amount: u64, ran: &AtomicU32) -> impl Future<Output = u64> {
    ran.fetch_add(1, Ordering::Relaxed);
    let doubled = amount * 2;
    async move {
        once().await;
        doubled
    }
}

#[test]
fn statements_before_a_future_run_at_the_call_which_is_judged_then() {
    let (world, ran) = (World::new(), AtomicU32::new(0));
    let future = world.run(|| with_statements(3, &ran));
    assert_eq!(ran.load(Ordering::Relaxed), 1);
    assert_eq!(
        world
            .events()
            .iter()
            .filter(|event| event.decision.is_some())
            .count(),
        1
    );
    assert_eq!(block_on(future), 6);
}

#[admit(action = "refund")]
async fn acts(amount: u64) -> Result<u64, Refused> {
    once().await;
    Ok(amount)
}

#[test]
fn the_scope_of_the_first_poll_judges_wherever_the_future_is_made_and_polled_on() {
    let (made_in, polled_in, later) = (World::new(), World::new(), World::new());
    let mut future = made_in.run(|| Box::pin(acts(1)));
    let alice = Scope::new().actor(Actor::new("alice"));
    assert!(polled_in.run(|| alice.run(|| poll(future.as_mut()).is_pending())));
    assert!(later.run(|| poll(future.as_mut()).is_ready()));
    assert!(made_in.events().is_empty() && later.events().is_empty());
    let events = polled_in.events();
    assert_eq!(events.len(), 2);
    for event in events {
        assert_eq!(event.actor.unwrap().id(), Some("alice"));
    }
}

#[test]
fn every_resolver_is_awaited_once_and_before_the_body() {
    #[admit(explain = explain_resolved)]
    async fn resolved(amount: u64, polls: &AtomicU32) -> Result<u64, Refused> {
        assert_eq!(
            polls.load(Ordering::Relaxed),
            6,
            "decided before the first instruction"
        );
        Ok(amount)
    }
    let asked = Arc::new(AtomicU32::new(0));
    let ask = |asked: &Arc<AtomicU32>| {
        let asked = Arc::clone(asked);
        async move {
            once_anywhere().await;
            asked.fetch_add(1, Ordering::Relaxed);
        }
    };
    let [a, b, c, d, e, f] = std::array::from_fn(|_| Arc::clone(&asked));
    let world = World::with(|builder| {
        builder
            .context_resolver_async(move |_| {
                let asked = ask(&a);
                async { Ok(asked.await).map(|()| Arc::new(7_u64) as CallContext) }
            })
            .action_type_resolver_async(move |call| {
                assert_eq!(call.context::<u64>(), Some(&7));
                let asked = ask(&b);
                async { Ok(asked.await).map(|()| Text::from("refund")) }
            })
            .action_resolver_async(move |call| {
                assert_eq!(call.fields().len(), 1);
                let asked = ask(&c);
                async { Ok(asked.await).map(|()| Fields::new().with("amount", 700)) }
            })
            .tenant_resolver_async(move |_| {
                let asked = ask(&d);
                async { Ok(asked.await).map(|()| TenantId::new("acme").ok()) }
            })
            .actor_resolver_async(move |_| {
                let asked = ask(&e);
                async { Ok(asked.await).map(|()| Actor::new("alice")) }
            })
            .snapshot_resolver_async(move |call| {
                assert_eq!(call.actor().unwrap().id(), Some("alice"));
                let asked = ask(&f);
                async { Ok(asked.await).map(|()| Snapshot::new().with("frozen", false)) }
            })
    });
    let refused = world.block_on(resolved(1, &asked)).unwrap_err();
    assert_eq!(refused.rule(), Some("approve_medium"));
    assert_eq!(asked.swap(0, Ordering::Relaxed), 6);
    let event = &world.events()[0];
    assert_eq!(event.tenant.as_deref(), Some("acme"));
    assert_eq!(event.actor.as_ref().unwrap().id(), Some("alice"));

    let explained = world.block_on(explain_resolved(1, &asked)).unwrap();
    assert_eq!(
        explained.decision.matched_rule.as_deref(),
        Some("approve_medium")
    );
    assert_eq!(asked.swap(0, Ordering::Relaxed), 6);
    assert!(world.events().is_empty());
}

/// Pending once, on any thread.
async fn once_anywhere() {
    let mut was = false;
    std::future::poll_fn(|context| {
        if was {
            return std::task::Poll::Ready(());
        }
        was = true;
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

#[test]
fn a_call_dropped_while_a_resolver_is_awaited_never_ran_and_leaves_nothing() {
    let world = World::with(|builder| builder.actor_resolver_async(|_| std::future::pending()));
    let mut future = Box::pin(acts(1).in_scope(&world.runtime));
    assert!(poll(future.as_mut()).is_pending());
    drop(future);
    assert!(world.events().is_empty());
}

struct Desk<T>(Vec<T>);

impl<T: Clone> Desk<T> {
    #[audit(action = "refund")]
    async fn last_mut(&mut self, steps: usize) -> Result<&mut T, &'static str> {
        for _ in 0..steps {
            once().await;
        }
        self.0.last_mut().ok_or("empty")
    }

    #[audit(action = "refund")]
    async fn with<const N: usize>(self, more: [T; N], map: impl Fn(T) -> T) -> Vec<T> {
        once().await;
        self.0.into_iter().chain(more).map(map).collect()
    }

    #[audit(action = "refund")]
    async fn iter<'a>(&'a self, skip: usize) -> impl Iterator<Item = &'a T> + use<'a, T> {
        self.0.iter().skip(skip)
    }
}

#[test]
fn async_methods_borrow_and_return_what_the_bare_ones_do() {
    let (world, mut desk) = (World::new(), Desk(vec![1, 2]));
    *world.block_on(desk.last_mut(3)).unwrap() = 9;
    assert_eq!(world.block_on(desk.iter(1)).count(), 1);
    assert_eq!(world.block_on(desk.with([3], |item| item + 1)), [2, 10, 4]);
    assert!(world.block_on(Desk::<u8>(vec![]).last_mut(0)).is_err());
    use Status::{Completed, Failed};
    assert_eq!(world.statuses(), [Completed, Completed, Completed, Failed]);
}

trait Repository {
    async fn load(&self, amount: u64) -> Result<u64, Refused>;

    #[audit(action = "refund")]
    async fn count(&self) -> u64 {
        1
    }
}

impl Repository for Desk<u64> {
    #[admit(action = "refund")]
    async fn load(&self, amount: u64) -> Result<u64, Refused> {
        once().await;
        Ok(amount + self.0.len() as u64)
    }
}

#[test]
fn async_functions_of_traits_are_judged() {
    let (world, desk) = (World::new(), Desk(vec![1]));
    assert_eq!(world.block_on(desk.load(1)).unwrap(), 2);
    assert!(world.block_on(desk.load(5000)).is_err());
    assert_eq!(world.block_on(desk.count()), 1);
    use Status::{Completed, Refused};
    assert_eq!(world.statuses(), [Completed, Refused, Completed]);
}

#[test]
fn the_body_of_a_recursive_boxed_function_is_judged_at_every_level() {
    #[audit(action = "refund")]
    fn down(amount: u64) -> Boxed<'static, u64> {
        Box::pin(async move {
            if amount == 0 {
                0
            } else {
                1 + down(amount - 1).await
            }
        })
    }
    let world = World::new();
    assert_eq!(world.block_on(down(5)), 5);
    assert_eq!(world.statuses().len(), 6);
}
