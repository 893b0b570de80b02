//! The bus, as its users see it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what the tests have in common stands in no test"
)]

#[path = "bus/burial.rs"]
mod burial;
#[path = "bus/close.rs"]
mod close;
#[path = "bus/foreign.rs"]
mod foreign;
#[path = "bus/hole.rs"]
mod hole;
#[path = "bus/input.rs"]
mod input;
#[path = "bus/invoke.rs"]
mod invoke;
#[path = "bus/itself.rs"]
mod itself;
#[path = "bus/leak.rs"]
mod leak;
#[path = "bus/loss.rs"]
mod loss;
#[path = "bus/mourning.rs"]
mod mourning;
#[path = "bus/nowait.rs"]
mod nowait;
#[path = "bus/policy.rs"]
mod policy;
#[path = "bus/publish.rs"]
mod publish;
#[path = "bus/queue.rs"]
mod queue;
#[path = "bus/record.rs"]
mod record;
#[path = "bus/schema.rs"]
mod schema;
#[path = "bus/scope.rs"]
mod scope;
#[path = "bus/support.rs"]
mod support;
#[path = "bus/unserialisable.rs"]
mod unserialisable;
#[path = "bus/waker.rs"]
mod waker;
