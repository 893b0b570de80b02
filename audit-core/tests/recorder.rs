//! What is handed to a recorder, under which terms, and what a call does while and after it is recorded.

#![cfg(test)]

#[path = "recorder/asynchronous.rs"]
mod asynchronous;
#[path = "recorder/notebook.rs"]
mod notebook;
mod support;
#[path = "recorder/swap.rs"]
mod swap;
#[path = "recorder/sync.rs"]
mod sync;
