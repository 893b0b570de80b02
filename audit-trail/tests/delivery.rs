//! How surely records are kept: by the trail's word and the attribute's, by entries, and where the store fails.

#![cfg(test)]

mod support;

#[path = "delivery/plan.rs"]
mod plan;
#[path = "delivery/refusal.rs"]
mod refusal;
#[path = "delivery/timing.rs"]
mod timing;
