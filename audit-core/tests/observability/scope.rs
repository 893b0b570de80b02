//! Scopes that bind a tenant, and the events of adapters.

use std::task::{Context, Waker};

use audit_core::observability::{EventFields, ObservabilityEvent, emit};
use audit_core::{Actor, InScope, Scope};

use crate::seen::{Seen, alone, now, observe, watch};
use crate::support::quietly;

fn acme() -> Scope {
    Scope::new().tenant("acme").unwrap()
}

fn exceptions(seen: &Seen) -> Vec<&str> {
    let exceptions = seen
        .events
        .iter()
        .filter_map(|event| event.fields.get("exception_type"));
    exceptions
        .map(|exception| exception.as_str().unwrap())
        .collect()
}

#[test]
fn a_scope_that_binds_a_tenant_says_so_when_it_is_entered_and_left() {
    let (_, seen) = observe(|| acme().run(|| tracing::info!(name: "tenant.work", "inside")));
    let names = ["tenant.scope.entered", "tenant.work", "tenant.scope.exited"];
    assert_eq!(seen.events("tenant."), names);
    for event in [&seen.events[0], &seen.events[2]] {
        assert_eq!(event.level, tracing::Level::INFO);
        assert_eq!(event.fields["tenant_id"], "acme");
        assert_eq!(event.fields["scope_class"], "Scope");
        assert_eq!(event.fields["event"], event.name);
    }
}

#[test]
fn a_scope_that_binds_none_says_nothing_not_even_inside_one_that_does() {
    let (_, seen) = observe(|| {
        Scope::new().actor(Actor::new("alice")).run(|| ());
        acme().run(|| Scope::new().actor(Actor::new("bob")).run(|| ()));
    });
    let names = ["tenant.scope.entered", "tenant.scope.exited"];
    assert_eq!(seen.events("tenant."), names);
}

#[test]
fn a_future_is_entered_once_however_often_it_is_polled() {
    let (_, seen) = observe(|| now(async { tokio::task::yield_now().await }.in_scope(acme())));
    let names = ["tenant.scope.entered", "tenant.scope.exited"];
    assert_eq!(seen.events("tenant."), names);
    assert_eq!(seen.events[0].fields["scope_class"], "ScopedFuture");
}

#[test]
fn whatever_ends_a_scope_its_end_is_told() {
    let (_, seen) = observe(|| {
        quietly(|| {
            let _panicked = std::panic::catch_unwind(|| acme().run(|| panic!("on purpose")));
            let breaks = async {
                tokio::task::yield_now().await;
                panic!("on purpose")
            };
            let work = std::panic::AssertUnwindSafe(|| now(breaks.in_scope(acme())));
            let _panicked = std::panic::catch_unwind(work);
        });
        let mut dropped = Box::pin(std::future::pending::<()>().in_scope(acme()));
        let mut context = Context::from_waker(Waker::noop());
        assert!(dropped.as_mut().poll(&mut context).is_pending());
        drop(dropped);
        // Never begun, so there is nothing to end.
        drop(std::future::pending::<()>().in_scope(acme()));
    });
    assert_eq!(seen.events("tenant."), CUT_OFF.repeat(3));
    assert_eq!(exceptions(&seen), ["panic", "panic", "cancelled"]);
    for told in seen.events.chunks(3) {
        let levels: Vec<_> = told.iter().map(|event| event.level).collect();
        let (info, warn) = (tracing::Level::INFO, tracing::Level::WARN);
        assert_eq!(levels, [info, warn, info]);
        for event in told {
            assert_eq!(event.fields["tenant_id"], "acme");
        }
        assert!(!told[2].fields.contains_key("exception_type"), "the end");
    }
}

/// What is told of a scope that was cut off.
const CUT_OFF: [&str; 3] = [
    "tenant.scope.entered",
    "tenant.scope.exception",
    "tenant.scope.exited",
];

#[test]
fn scopes_that_a_panic_leaves_one_after_the_other_are_told_from_the_inside() {
    let (_, seen) = observe(|| {
        let inner = || Scope::new().tenant("globex").unwrap();
        let work = || acme().run(|| inner().run(|| panic!("on purpose")));
        let _panicked = quietly(|| std::panic::catch_unwind(work));
    });
    let told = seen.events.iter();
    let told = told.map(|event| {
        let tenant = event.fields["tenant_id"].as_str().unwrap();
        (event.name.trim_start_matches("tenant.scope."), tenant)
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            ("entered", "acme"),
            ("entered", "globex"),
            ("exception", "globex"),
            ("exited", "globex"),
            ("exception", "acme"),
            ("exited", "acme"),
        ]
    );
}

#[test]
fn an_exception_is_followed_by_the_end_though_the_path_was_switched_off_meanwhile() {
    let (_, seen) = observe(|| {
        let work = || {
            acme().run(|| {
                audit_core::observability::disable();
                panic!("on purpose")
            })
        };
        let _panicked = quietly(|| std::panic::catch_unwind(work));
    });
    assert_eq!(seen.events("tenant."), CUT_OFF);
}

#[test]
fn a_scope_that_was_entered_is_left_though_the_path_was_switched_off_meanwhile() {
    let (_, seen) = observe(|| acme().run(audit_core::observability::disable));
    let names = ["tenant.scope.entered", "tenant.scope.exited"];
    assert_eq!(seen.events("tenant."), names);
}

#[test]
fn a_scope_left_by_a_destructor_during_a_panic_of_others_was_left_in_order() {
    struct Tidies;
    impl Drop for Tidies {
        fn drop(&mut self) {
            acme().run(|| ());
        }
    }
    let (_, seen) = observe(|| {
        let _panicked = quietly(|| {
            std::panic::catch_unwind(|| {
                let _tidies = Tidies;
                panic!("on purpose")
            })
        });
    });
    assert_eq!(exceptions(&seen), [""; 0]);
    assert_eq!(seen.events("tenant.").len(), 2);
}

#[test]
fn each_event_of_an_adapter_has_its_name_its_level_and_its_fields() {
    let (_, seen) = observe(|| {
        for event in ObservabilityEvent::ALL {
            emit(event, || EventFields {
                tenant_id: Some("acme"),
                model_class: Some("Invoice"),
                ..EventFields::default()
            });
        }
    });
    assert_eq!(seen.events.len(), ObservabilityEvent::ALL.len());
    for (event, told) in ObservabilityEvent::ALL.iter().zip(&seen.events) {
        assert_eq!(told.name, event.as_str());
        assert_eq!(told.level, event.level());
        assert_eq!(told.fields["event"], event.as_str());
        assert_eq!(told.fields["model_class"], "Invoice");
        assert!(!told.fields.contains_key("operation"), "nobody said one");
    }
}

#[test]
fn fields_are_not_asked_for_while_the_path_is_off_or_nobody_listens() {
    let asked = std::cell::Cell::new(false);
    let ask = || {
        emit(ObservabilityEvent::WriteBlocked, || {
            asked.set(true);
            EventFields::default()
        });
    };
    {
        let _alone = alone();
        watch(ask);
    }
    let _alone = alone();
    audit_core::observability::enable();
    tracing::subscriber::with_default(tracing::subscriber::NoSubscriber::new(), ask);
    audit_core::observability::disable();
    assert!(!asked.get());
}
