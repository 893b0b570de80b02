//! Scopes that are entered again and again, and told of once.

#![cfg(test)]

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use audit_core::sink::MemorySink;
use audit_core::tenant::{self, Operation, Tenure, Violation, ViolationKind};
use audit_core::{Actor, Event, Scope};
use support::{quietly, runtime};

fn bound() -> Option<String> {
    Scope::current()
        .tenant_id()
        .map(|tenant| tenant.to_string())
}

fn acme() -> Tenure {
    let scope = tenant::scope("acme").unwrap();
    scope.actor(Actor::new("alice")).tenure("Upload")
}

/// What is recorded while something runs.
fn recorded(work: impl FnOnce()) -> Vec<Arc<Event<'static>>> {
    let runtime = runtime();
    let sink = Arc::new(MemorySink::new());
    runtime.register_sink(Arc::clone(&sink)).unwrap();
    runtime.scope(work);
    sink.events()
}

fn names<'e>(events: &'e [Arc<Event<'static>>]) -> Vec<&'e str> {
    events.iter().map(|event| &*event.name).collect()
}

fn exception(event: &Event<'static>) -> Option<String> {
    let data = serde_json::to_value(&event.data).unwrap();
    data["exception_type"].as_str().map(str::to_owned)
}

const ONCE: [&str; 2] = ["context_bound", "context_released"];

#[test]
fn it_is_in_force_at_each_run_and_told_of_once() {
    let told = recorded(|| {
        let mut tenure = acme();
        for _ in 0..3 {
            assert_eq!(tenure.run(bound).as_deref(), Some("acme"));
            assert_eq!(bound(), None);
        }
        tenure.finish();
    });
    assert_eq!(names(&told), ONCE);
    for event in &told {
        assert_eq!(event.tenant.as_deref(), Some("acme"));
        assert_eq!(
            event.actor.as_ref().and_then(|actor| actor.id()),
            Some("alice")
        );
        assert_eq!(exception(event), None);
    }
}

#[test]
fn one_that_is_dropped_unfinished_was_cancelled() {
    let told = recorded(|| drop(acme()));
    assert_eq!(names(&told), ONCE);
    assert_eq!(exception(&told[1]).as_deref(), Some("cancelled"));
}

#[test]
fn a_panic_is_its_end_and_leaves_nothing_bound() {
    let told = recorded(|| {
        let mut tenure = acme();
        let run = AssertUnwindSafe(|| tenure.run(|| panic!("on purpose")));
        assert!(quietly(|| catch_unwind(run)).is_err());
        assert_eq!(bound(), None);
        assert_eq!(
            tenure.run(bound).as_deref(),
            Some("acme"),
            "for what still has to be cleaned up"
        );
    });
    assert_eq!(names(&told), ONCE);
    assert_eq!(exception(&told[1]).as_deref(), Some("panic"));
}

#[test]
fn it_keeps_what_was_in_force_where_it_began_and_goes_along_to_other_threads() {
    let told = recorded(|| {
        let mut tenure = tenant::scope("outer").unwrap().run(acme);
        std::thread::scope(|threads| {
            threads.spawn(|| {
                assert_eq!(tenure.run(bound).as_deref(), Some("acme"));
                assert_eq!(bound(), None);
            });
        });
        tenure.finish();
    });
    let expected = [
        "context_bound",
        "context_bound",
        "context_released",
        "context_released",
    ];
    assert_eq!(names(&told), expected);
    let data = serde_json::to_value(&told[1].data).unwrap();
    assert_eq!(data["outer_tenant_id"], "outer");
}

#[test]
fn one_that_binds_no_tenant_is_not_told_of_not_even_inside_one_that_does() {
    let alice = || Scope::new().actor(Actor::new("alice")).tenure("Upload");
    let told = recorded(|| {
        let actor = alice().run(|| Scope::current().actor_id());
        assert_eq!(actor.as_deref(), Some("alice"));
    });
    assert!(told.is_empty(), "{told:?}");
    let told = recorded(|| {
        let outer = tenant::scope("outer").unwrap();
        let tenant = outer.run(|| alice().run(bound));
        assert_eq!(tenant.as_deref(), Some("outer"));
    });
    assert_eq!(names(&told), ONCE, "those of the outer one");
}

#[test]
fn a_violation_says_what_led_to_it_where_that_is_known() {
    let told = recorded(|| {
        let violation = || Violation::new(ViolationKind::Missing, Operation::Read, "request");
        violation().tell(true);
        let reasoned = violation().because("the request names no tenant");
        assert_eq!(reasoned.reason(), Some("the request names no tenant"));
        reasoned.tell(true);
    });
    let data = |at: usize| serde_json::to_value(&told[at].data).unwrap();
    assert_eq!(data(0).get("reason"), None);
    assert_eq!(data(1)["reason"], "the request names no tenant");
}
