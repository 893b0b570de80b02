//! The bus, as its users see it.

#![cfg(test)]

#[path = "bus/close.rs"]
mod close;
#[path = "bus/invoke.rs"]
mod invoke;
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
#[path = "bus/support.rs"]
mod support;
