//! Modes while the program runs: which one a call is judged in, what each change records, and in which order.

#![cfg(test)]
#![allow(
    clippy::items_after_statements,
    clippy::unnecessary_wraps,
    reason = "annotated functions stand beside the calls they are about, and have the shape a test needs"
)]

mod support;

#[allow(dead_code, reason = "it is shared with the tests of attributes")]
#[path = "attribute/world.rs"]
mod world;

#[path = "mode/staged.rs"]
mod staged;

#[path = "mode/change.rs"]
mod change;
#[path = "mode/failing.rs"]
mod failing;
#[path = "mode/faulty.rs"]
mod faulty;
#[path = "mode/language_2.rs"]
mod language_2;
#[path = "mode/order.rs"]
mod order;
#[path = "mode/precedence.rs"]
mod precedence;
#[path = "mode/reload.rs"]
mod reload;
#[path = "mode/resolved.rs"]
mod resolved;
#[path = "mode/rule.rs"]
mod rule;
