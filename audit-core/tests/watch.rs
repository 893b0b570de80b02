//! A policy directory that is watched: real files, real faults, and a clock that moves when a test says so.

#![cfg(test)]

mod support;

#[path = "watch/place.rs"]
mod place;

#[path = "watch/answer.rs"]
mod answer;
#[path = "watch/broken.rs"]
mod broken;
#[path = "watch/fault.rs"]
mod fault;
#[path = "watch/link.rs"]
mod link;
#[path = "watch/replaced.rs"]
mod replaced;
#[path = "watch/thread.rs"]
mod thread;
