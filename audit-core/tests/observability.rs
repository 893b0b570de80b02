//! The observability path: what it shows, what it keeps to itself, and that neither path moves the other.
#![allow(
    clippy::ignored_unit_patterns,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what the tests have in common stands in no test; what work returns is often nothing"
)]

#[path = "observability/boundary.rs"]
mod boundary;
#[path = "observability/bus.rs"]
mod bus;
#[path = "observability/call.rs"]
mod call;
#[path = "observability/exported.rs"]
mod exported;
#[path = "observability/foreign.rs"]
mod foreign;
#[path = "observability/metric.rs"]
mod metric;
#[path = "observability/scope.rs"]
mod scope;
#[path = "observability/seen.rs"]
mod seen;
mod support;
