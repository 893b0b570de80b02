//! Tenants in signed tokens: which are trusted, and that a wrong one never is.

#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests have in common stands in no test"
)]

#[path = "strategy_token/claim.rs"]
mod claim;
#[path = "strategy_token/forged.rs"]
mod forged;
#[path = "strategy_token/key.rs"]
mod key;
#[path = "strategy_token/signed.rs"]
mod signed;
#[path = "strategy/support.rs"]
mod support;
