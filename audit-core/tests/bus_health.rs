//! What the bus says about its own health.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what the tests have in common stands in no test"
)]

mod support;

use std::sync::Arc;

use audit_core::bus::{Bus, DomainEvent};
use audit_core::testing::block_on;

use support::warnings_of;

#[test]
fn dead_letters_are_warned_of_at_first_and_then_ever_more_seldom() {
    let bus = Bus::new();
    bus.subscribe("*", |_| Err::<(), _>("no space left"))
        .unwrap()
        .keep();
    let ((), warnings) = warnings_of(|| {
        for number in 1..=9 {
            block_on(bus.publish(&format!("a\n{number}"), ())).unwrap();
        }
    });
    let said: Vec<bool> = [1, 2, 4, 8]
        .iter()
        .zip(&warnings)
        .map(|(number, warning)| {
            warning.contains(&format!("dead_letters={number} "))
                && warning.contains(&format!(
                    "`a\\n{number}` was not handled (handler_error): it is a dead letter"
                ))
        })
        .collect();
    assert_eq!(said, [true; 4], "{warnings:?}");
    assert_eq!(warnings.len(), 4);
}

#[test]
fn a_publication_that_leads_to_others_without_end_is_warned_of_once() {
    let bus = Arc::new(Bus::new());
    for _ in 0..2 {
        let inner = Arc::downgrade(&bus);
        let handler = move |_: &DomainEvent| {
            let bus = inner.upgrade().unwrap();
            let _refused = block_on(bus.publish("a", ()));
            let _refused = block_on(bus.publish("a", ()));
        };
        bus.subscribe("a", handler).unwrap().keep();
    }
    let ((), warnings) = warnings_of(|| drop(block_on(bus.publish("a", ())).unwrap()));
    let [warning] = &warnings[..] else {
        panic!("{warnings:?}")
    };
    assert!(warning.contains("`a` can't be published: one publication led to more than 100000"));
}
