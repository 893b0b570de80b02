//! What happens on the bus, as the trail keeps it.

#![cfg(test)]

mod support;

#[path = "bus/crash.rs"]
mod crash;
#[path = "bus/question.rs"]
mod question;
