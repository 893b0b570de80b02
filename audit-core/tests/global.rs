//! The process's default runtime and observer. One test: a process installs once.

#![cfg(test)]

mod support;

use std::sync::{Arc, Mutex};

use audit_core::{clear_observer, install, set_observer};
use support::{policy_with_limit, refund, runtime};

#[test]
fn the_default_is_installed_once_and_its_observer_is_set_replaced_and_cleared_at_any_time() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = |name: &'static str| {
        let seen = Arc::clone(&seen);
        move |_: &audit_core::DecisionEvent<'_>| seen.lock().unwrap().push(name)
    };
    let seen_now = || std::mem::take(&mut *seen.lock().unwrap());
    let ask = || {
        let runtime = audit_core::runtime().unwrap();
        drop(runtime.evaluate(&refund(1)));
    };

    // Before there is a runtime, the last observer that was set waits for it.
    assert!(audit_core::runtime().is_none());
    set_observer(note("forgotten"));
    clear_observer();
    set_observer(note("too early"));
    set_observer(note("first"));
    install(runtime()).unwrap();
    ask();
    assert_eq!(seen_now(), ["first"]);

    // A second default is refused and changes nothing.
    let other = runtime();
    other.reload(policy_with_limit(99));
    let error = install(other.clone()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a default runtime is installed already; use `Runtime::scope` for a second one"
    );
    assert_eq!(audit_core::runtime().unwrap().policy().version, 7);
    ask();
    assert_eq!(seen_now(), ["first"]);

    set_observer(note("second"));
    ask();
    assert_eq!(seen_now(), ["second"], "one takes the place of the other");

    // Another runtime in a scope is not the default one, and neither is its observer.
    other.scope(|| {
        assert_eq!(audit_core::runtime().unwrap().policy().version, 99);
        ask();
    });
    assert!(seen_now().is_empty());

    // The default runtime is in force on threads that never heard of it.
    std::thread::scope(|threads| {
        threads.spawn(ask);
    });
    assert_eq!(seen_now(), ["second"]);

    clear_observer();
    clear_observer();
    ask();
    assert!(seen_now().is_empty());
    assert!(audit_core::runtime().unwrap().observer_stats().is_empty());

    set_observer(note("third"));
    ask();
    assert_eq!(seen_now(), ["third"]);
    assert_eq!(
        audit_core::runtime().unwrap().observer_stats()[0].name,
        "default"
    );
}
