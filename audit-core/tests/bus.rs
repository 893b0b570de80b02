//! The bus, as its users see it.

#[path = "bus/invoke.rs"]
mod invoke;
#[path = "bus/policy.rs"]
mod policy;
#[path = "bus/publish.rs"]
mod publish;
#[path = "bus/queue.rs"]
mod queue;
#[path = "bus/record.rs"]
mod record;
#[path = "bus/support.rs"]
mod support;
