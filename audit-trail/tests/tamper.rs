//! Whoever can write the file changes it: `verify` says what was done and where it begins, opening refuses what it can see,
//! and the database itself refuses plain statements.

#![cfg(test)]

mod support;

#[path = "tamper/anchor.rs"]
mod anchor;
#[path = "tamper/damage.rs"]
mod damage;
#[path = "tamper/forger.rs"]
mod forger;
#[path = "tamper/index.rs"]
mod index;
#[path = "tamper/key.rs"]
mod key;
#[path = "tamper/place.rs"]
mod place;
#[path = "tamper/retention.rs"]
mod retention;
#[path = "tamper/rotation.rs"]
mod rotation;
#[path = "tamper/statement.rs"]
mod statement;
#[cfg(feature = "webhook")]
#[path = "tamper/webhook.rs"]
mod webhook;
