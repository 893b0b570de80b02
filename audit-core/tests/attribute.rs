//! What an annotated function does around its body: judged, recorded, refused, and otherwise left alone.
//!
//! Every test has a runtime of its own in a scope; what needs the process's default stands in `attribute_default`.

#![cfg(test)]
#![allow(
    clippy::items_after_statements,
    clippy::many_single_char_names,
    clippy::needless_borrows_for_generic_args,
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "annotated functions stand beside the calls they are about, and have the shape a test needs"
)]

mod support;

#[path = "attribute/world.rs"]
mod world;

#[path = "attribute/capture.rs"]
mod capture;
#[path = "attribute/explained.rs"]
mod explained;
#[path = "attribute/expression.rs"]
mod expression;
#[path = "attribute/field.rs"]
mod field;
#[path = "attribute/gate.rs"]
mod gate;
#[path = "attribute/in_flight.rs"]
mod in_flight;
#[path = "attribute/mode.rs"]
mod mode;
#[path = "attribute/outcome.rs"]
mod outcome;
#[path = "attribute/outcome_async.rs"]
mod outcome_async;
#[path = "attribute/parallel.rs"]
mod parallel;
#[path = "attribute/reentry.rs"]
mod reentry;
#[path = "attribute/refusal.rs"]
mod refusal;
#[path = "attribute/unbroken.rs"]
mod unbroken;
#[path = "attribute/unwinding.rs"]
mod unwinding;
