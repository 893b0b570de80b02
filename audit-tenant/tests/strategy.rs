//! Strategies: which tenant a request is of, and what is refused instead of being guessed.

#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests have in common stands in no test"
)]

#[path = "strategy/allocation.rs"]
mod allocation;
#[path = "strategy/callable.rs"]
mod callable;
#[path = "strategy/chain.rs"]
mod chain;
#[path = "strategy/header.rs"]
mod header;
#[path = "strategy/host.rs"]
mod host;
#[path = "strategy/support.rs"]
mod support;
