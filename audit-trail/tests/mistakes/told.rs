//! What a record tells is what happened, to whoever asks later.

use std::sync::Arc;

use audit_core::{
    Actor, Delivery, Entry, Refused, Scope, admit, audit, clear_recorder, record, set_recorder,
};

use crate::support::{SOON, assert_sound, found, json, open, runtime};

#[admit(action = "refund", delivery = "durable")]
fn refund(order_id: &str, amount: u64) -> Result<u64, Refused> {
    match order_id {
        "panics" => panic!("index out of range"),
        _ => Ok(amount),
    }
}

#[audit(action = "refund")]
fn refund_that_fails(order_id: &str, amount: u64) -> Result<u64, String> {
    let _ = (order_id, amount);
    Err("no such order".to_owned())
}

#[audit(action = "refund")]
async fn refund_for_long(order_id: &str, amount: u64) -> u64 {
    let _ = (order_id, amount);
    std::future::pending().await
}

#[test]
fn each_way_in_which_a_call_ends_is_found_by_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let trail = open(dir.path());
    let scope = Scope::new()
        .runtime(runtime(&trail))
        .actor(Actor::new("alice").with("role", "support"));
    scope.run(|| {
        refund("works", 1).unwrap();
        refund("is refused", 5_000).unwrap_err();
        refund_that_fails("fails", 1).unwrap_err();
        std::panic::catch_unwind(|| refund("panics", 1)).unwrap_err();
        let tokio = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        tokio.block_on(async {
            let mut call = Box::pin(refund_for_long("is cancelled", 1));
            let polled = std::future::poll_fn(|cx| {
                std::task::Poll::Ready(call.as_mut().poll(cx).is_pending())
            });
            assert!(polled.await);
        });
    });
    trail.flush(SOON).unwrap();
    for (outcome, order) in [
        ("completed", "works"),
        ("refused", "is refused"),
        ("failed", "fails"),
        ("panicked", "panics"),
        ("cancelled", "is cancelled"),
    ] {
        let decisions = found(
            &trail,
            &format!("kind:decision actor:alice outcome:{outcome}"),
        );
        let orders: Vec<_> = decisions
            .iter()
            .map(|decision| json(decision)["action"]["fields"]["order_id"].clone())
            .collect();
        assert_eq!(orders, [order], "{outcome}");
        assert_eq!(
            found(&trail, &format!("kind:outcome outcome:{outcome}")).len(),
            1
        );
    }
}

#[test]
fn a_caller_without_an_event_loop_and_without_a_runtime_is_recorded() {
    let dir = tempfile::tempdir().unwrap();
    let trail = open(dir.path());
    set_recorder(Arc::new(trail.clone()));
    let id = std::thread::spawn(|| record(Entry::new("backup").delivery(Delivery::Durable)));
    let id = id.join().unwrap().unwrap().unwrap();
    clear_recorder();
    // It was durable, so it is there already.
    let records = found(&trail, "name:backup");
    assert_eq!(records.len(), 1);
    assert_eq!(json(&records[0])["id"], id.to_string());
    assert_sound(&trail);
}

#[test]
fn a_value_that_changes_after_the_call_does_not_change_its_record() {
    let dir = tempfile::tempdir().unwrap();
    let trail = open(dir.path());
    let mut request = vec!["first".to_owned()];
    Scope::new().runtime(runtime(&trail)).run(|| {
        let entry = Entry::new("order").request(&request);
        "changed".clone_into(&mut request[0]);
        record(entry).unwrap();
    });
    "later".clone_into(&mut request[0]);
    trail.flush(SOON).unwrap();
    let records = found(&trail, "name:order");
    assert_eq!(json(&records[0])["request"][0], "first");
}
