//! Sinks: what they get, and what becomes of what they do not take.

#![cfg(test)]

#[path = "sink/failure.rs"]
mod failure;
#[path = "sink/ground.rs"]
mod ground;
