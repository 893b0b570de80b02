//! Calls in flight while another policy is put in place: each ends on the policy it began with.

use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::Poll;

use audit_core::{InScope, Refused, Runtime, Snapshot, Status, admit};

use crate::support::policy_with_limit;
use crate::world::{World, Yield, poll};

#[admit]
async fn refund(amount: u64) -> Result<u64, Refused> {
    Yield::default().await;
    Ok(amount)
}

/// The versions of the policies that the decisions name.
fn versions(world: &World) -> Vec<u32> {
    let decisions = world.decisions();
    decisions
        .iter()
        .map(|decision| decision.policy.version)
        .collect()
}

#[test]
fn a_call_that_waits_for_a_resolver_is_judged_by_the_policy_it_began_with() {
    let world = World::with(|builder| {
        builder.snapshot_resolver_async(|_| async {
            Yield::default().await;
            Ok(Snapshot::new())
        })
    });
    world.runtime.reload(policy_with_limit(100));
    let mut call = pin!(refund(500).in_scope(&world.runtime));
    assert!(
        poll(call.as_mut()).is_pending(),
        "it waits for the snapshot"
    );
    world.runtime.reload(policy_with_limit(9_000));
    match poll(call.as_mut()) {
        Poll::Ready(Err(refused)) => assert_eq!(refused.rule(), Some("above_100")),
        other => panic!("{other:?}"),
    }
    assert_eq!(world.block_on(refund(500)).unwrap(), 500);
    assert_eq!(versions(&world), [100, 9_000]);
}

#[test]
fn a_call_that_was_let_in_runs_to_its_end_though_a_new_policy_refuses_it() {
    let world = World::new();
    world.runtime.reload(policy_with_limit(9_000));
    let mut call = pin!(refund(500).in_scope(&world.runtime));
    assert!(poll(call.as_mut()).is_pending(), "its body runs");
    world.runtime.reload(policy_with_limit(100));
    assert!(world.block_on(refund(500)).is_err(), "the next is refused");
    assert!(matches!(poll(call.as_mut()), Poll::Ready(Ok(500))));
    let events = world.events();
    let end = events.last().and_then(|event| event.outcome.as_ref());
    assert_eq!(end.map(|outcome| outcome.status), Some(Status::Completed));
    let (begun, ended) = (events.first().unwrap(), events.last().unwrap());
    assert_eq!(ended.call, begun.call, "it is the end of the first call");
}

#[test]
fn a_policy_that_is_replaced_while_a_synchronous_call_is_judged_still_answers_it() {
    #[admit(action = "refund")]
    fn at_once(amount: u64) -> Result<u64, Refused> {
        Ok(amount)
    }
    let runtime: Arc<OnceLock<Runtime>> = Arc::default();
    let replaced = Arc::clone(&runtime);
    let world = World::with(|builder| {
        builder.snapshot_resolver(move |_| {
            if let Some(runtime) = replaced.get() {
                runtime.reload(policy_with_limit(9_000));
            }
            Ok(Snapshot::new())
        })
    });
    world.runtime.reload(policy_with_limit(100));
    assert!(runtime.set(world.runtime.clone()).is_ok());
    let refused = world.run(|| at_once(500)).unwrap_err();
    assert_eq!(refused.rule(), Some("above_100"));
    assert_eq!(world.run(|| at_once(500)).unwrap(), 500);
    assert_eq!(versions(&world), [100, 9_000]);
}
