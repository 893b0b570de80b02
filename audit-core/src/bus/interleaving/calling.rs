//! Invoking while somebody registers, leaves, or says who may.

use std::convert::Infallible;
use std::sync::Arc;

use crate::bus::{Bus, BusPolicy, InvokeError, Runnable};
use crate::executor::block_on;
use crate::sync::model::{check, spawn};

use super::{Calls, Done, bus};

/// Counts each call.
fn counting(calls: &Calls) -> Runnable {
    let calls = calls.clone();
    Runnable::new(move |number: u64| {
        calls.call();
        Ok::<_, Infallible>(number)
    })
}

fn invoke(bus: &Bus) -> Result<u64, InvokeError> {
    bus.invoke_blocking("a.b", 1_u64)
}

#[test]
fn a_call_that_begins_after_somebody_has_registered_reaches_him() {
    check(|| {
        let (bus, done) = (bus(), Done::default());
        let (theirs, there) = (Arc::clone(&bus), done.clone());
        let caller = spawn(move || {
            let _either = invoke(&theirs);
            let is_there = there.is_told();
            let answer = invoke(&theirs);
            assert!(!is_there || answer.is_ok(), "{answer:?}");
        });
        let registered = bus.register("a.b", counting(&Calls::default()));
        registered.unwrap().keep();
        done.tell();
        caller.join().unwrap();
    });
}

#[test]
fn once_a_registration_has_ended_no_call_is_at_work_and_none_begins() {
    check(|| {
        let (bus, calls, done) = (bus(), Calls::default(), Done::default());
        let registration = bus.register("a.b", counting(&calls)).unwrap();
        let (theirs, gone) = (Arc::clone(&bus), done.clone());
        let caller = spawn(move || {
            let _either = invoke(&theirs);
            let is_gone = gone.is_told();
            let answer = invoke(&theirs);
            assert!(!is_gone || matches!(answer, Err(InvokeError::NoHandler { .. })));
        });
        block_on(registration.end());
        let ended = calls.ended();
        assert_eq!(calls.at_work(), 0);
        done.tell();
        caller.join().unwrap();
        assert_eq!(calls.ended(), ended);
    });
}

#[test]
fn a_policy_is_obeyed_by_every_call_that_begins_after_it_was_set() {
    check(|| {
        let (bus, done) = (bus(), Done::default());
        let registered = bus.register("a.b", counting(&Calls::default()));
        registered.unwrap().keep();
        let (theirs, set) = (Arc::clone(&bus), done.clone());
        let caller = spawn(move || {
            let _either = invoke(&theirs);
            let is_set = set.is_told();
            let answer = invoke(&theirs);
            assert!(!is_set || matches!(answer, Err(InvokeError::Denied(_))));
        });
        bus.set_policy("host", BusPolicy::new().invoke_deny(["a.*"]).unwrap());
        done.tell();
        caller.join().unwrap();
    });
}
