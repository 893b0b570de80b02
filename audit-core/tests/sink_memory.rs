//! What a memory sink keeps: asked for by queries and by assertions.

#![cfg(test)]

#[path = "sink_memory/assertion.rs"]
mod assertion;
#[path = "sink_memory/ground.rs"]
mod ground;
#[path = "sink_memory/message.rs"]
mod message;
#[path = "sink_memory/query.rs"]
mod query;
mod support;
