//! Mistakes of others that this trail must not be able to make, odd values, what retention may take,
//! and what is told of who reads.

#![cfg(test)]

mod support;

#[path = "mistakes/access.rs"]
mod access;
#[path = "mistakes/list.rs"]
mod list;
#[path = "mistakes/payload.rs"]
mod payload;
#[path = "mistakes/retention.rs"]
mod retention;
#[path = "mistakes/told.rs"]
mod told;
