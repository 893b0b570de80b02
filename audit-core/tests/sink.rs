//! Sinks: what they get, in which order, and what becomes of what they do not take.

#![cfg(test)]

mod support;

#[path = "sink/circle.rs"]
mod circle;
#[path = "sink/destructor.rs"]
mod destructor;
#[path = "sink/failure.rs"]
mod failure;
#[path = "sink/flush.rs"]
mod flush;
#[path = "sink/ground.rs"]
mod ground;
#[path = "sink/identity.rs"]
mod identity;
#[path = "sink/quarantine.rs"]
mod quarantine;
#[path = "sink/queue.rs"]
mod queue;
#[path = "sink/quoted.rs"]
mod quoted;
#[path = "sink/reentry.rs"]
mod reentry;
#[path = "sink/rule.rs"]
mod rule;
#[path = "sink/spill.rs"]
mod spill;
#[path = "sink/stress.rs"]
mod stress;
