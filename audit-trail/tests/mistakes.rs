//! Mistakes of others that this trail must not be able to make, odd values, and what retention may take.

#![cfg(test)]

mod support;

#[path = "mistakes/list.rs"]
mod list;
#[path = "mistakes/payload.rs"]
mod payload;
#[path = "mistakes/retention.rs"]
mod retention;
#[path = "mistakes/told.rs"]
mod told;
