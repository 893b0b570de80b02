//! The layer: what it binds, around what, until when, and what it refuses.

#![cfg(test)]
#![allow(
    clippy::ignored_unit_patterns,
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests have in common stands in no test; what work returns is often nothing"
)]

#[path = "layer/allocation.rs"]
mod allocation;
#[path = "layer/body.rs"]
mod body;
#[path = "layer/bound.rs"]
mod bound;
#[path = "layer/broken.rs"]
mod broken;
#[path = "layer/later.rs"]
mod later;
#[path = "layer/missing.rs"]
mod missing;
#[path = "layer/refusal.rs"]
mod refusal;
#[path = "layer/support.rs"]
mod support;
