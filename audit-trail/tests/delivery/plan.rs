//! What the trail's options say of an action that says nothing itself.

use std::cell::Cell;

use audit_core::{Delivery, Refusal, Refused, Scope, admit};
use audit_trail::TrailOptions;

use crate::gated;
use crate::support::{Gate, SOON, found, quiet, runtime};

thread_local! {
    /// How many bodies ran on this thread.
    static RAN: Cell<usize> = const { Cell::new(0) };
}

#[admit(action = "refund")]
fn refund(amount: u64) -> Result<(), Refused> {
    let _ = amount;
    RAN.set(RAN.get() + 1);
    Ok(())
}

#[admit(action = "refund", delivery = "buffered")]
fn refund_that_says_so(amount: u64) -> Result<(), Refused> {
    let _ = amount;
    Ok(())
}

#[admit(action = "report.daily")]
fn report() -> Result<(), Refused> {
    Ok(())
}

#[admit(action = "report.search")]
fn search() -> Result<(), Refused> {
    Ok(())
}

/// Calls a function while the store of a trail with these options fails. Returns whether it was refused for want of a record.
fn is_refused(options: TrailOptions, call: fn() -> Result<(), Refused>) -> bool {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = gated(dir.path(), &gate, options);
    gate.fail();
    let called = Scope::new().runtime(runtime(&trail)).run(call);
    gate.open();
    trail.flush(SOON).unwrap();
    match called {
        Ok(()) => false,
        Err(refused) => {
            assert_eq!(refused.refusal(), Refusal::Unrecordable, "{refused}");
            true
        }
    }
}

#[test]
fn an_action_that_the_trail_keeps_durably_does_not_run_where_its_decision_is_not_on_disk() {
    let options = quiet().deliver("refund", Delivery::Durable).unwrap();
    RAN.set(0);
    assert!(is_refused(options, || refund(1)));
    assert_eq!(RAN.get(), 0, "its body did not run");
    assert!(!is_refused(quiet(), || refund(1)), "buffered by default");
    assert_eq!(RAN.get(), 1);
    let options = quiet().deliver("refund", Delivery::Durable).unwrap();
    assert!(!is_refused(options, report), "the rest is buffered");
}

#[test]
fn its_decision_is_on_disk_while_its_body_runs() {
    let dir = tempfile::tempdir().unwrap();
    let options = quiet().deliver("refund", Delivery::Durable).unwrap();
    let trail = gated(dir.path(), &Gate::default(), options);
    Scope::new().runtime(runtime(&trail)).run(|| {
        refund(1).unwrap();
    });
    // Nobody flushed.
    assert_eq!(found(&trail, "name:refund kind:decision").len(), 1);
}

#[test]
fn what_an_attribute_says_goes_before_what_the_trail_says() {
    let options = quiet().deliver("*", Delivery::Durable).unwrap();
    assert!(!is_refused(options, || refund_that_says_so(1)));
}

#[test]
fn a_pattern_counts_for_all_that_it_matches_and_an_earlier_one_before_a_later() {
    let durable = || quiet().deliver("report.*", Delivery::Durable).unwrap();
    assert!(is_refused(durable(), report) && is_refused(durable(), search));
    assert!(!is_refused(durable(), || refund(1)));
    let options = durable().deliver("*", Delivery::BestEffort).unwrap();
    assert!(is_refused(options, search));
    let options = quiet().deliver("*", Delivery::BestEffort).unwrap();
    let options = options.deliver("report.*", Delivery::Durable).unwrap();
    assert!(!is_refused(options, search));
}

#[test]
fn an_exact_name_counts_before_a_pattern_that_was_said_earlier() {
    let options = || {
        let options = quiet().deliver("report.*", Delivery::BestEffort).unwrap();
        options.deliver("report.daily", Delivery::Durable).unwrap()
    };
    assert!(is_refused(options(), report));
    assert!(!is_refused(options(), search));
}

#[test]
fn everything_else_is_kept_as_surely_as_is_said_for_it() {
    let options = quiet().deliver_otherwise(Delivery::Durable);
    assert!(is_refused(options, search));
    let options = quiet().deliver_otherwise(Delivery::Durable);
    let options = options.deliver("report.*", Delivery::Buffered).unwrap();
    assert!(!is_refused(options, search));
}

#[test]
fn best_effort_for_everything_else_leaves_half_of_a_full_queue_to_what_is_named() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let options = quiet()
        .queue_records(4)
        .deliver_otherwise(Delivery::BestEffort)
        .deliver("report.daily", Delivery::Buffered)
        .unwrap();
    let trail = gated(dir.path(), &gate, options);
    gate.hang();
    Scope::new().runtime(runtime(&trail)).run(|| {
        report().unwrap();
        gate.wait_until_it_hangs();
        // Whatever of the first call the writer left in the queue takes its part of the room.
        for _ in 0..5 {
            search().unwrap();
        }
        report().unwrap();
    });
    gate.open();
    trail.flush(SOON).unwrap();
    let searches = found(&trail, "name:report.search").len();
    assert!((1..=2).contains(&searches), "{searches}");
    assert!(found(&trail, "name:report.daily").len() >= 3);
    assert!(trail.stats().records_lost >= 8);
}
