//! The bus.
#![allow(dead_code, unused_imports)]

mod dead_letter;
mod event;
mod handler;
mod memo;
mod payload;
mod policy;
mod subscriber;
mod topic;

pub use dead_letter::{DEAD_LETTER, DeadLetter, DeadLetterReason};
pub use event::DomainEvent;
pub use handler::{Handled, Handler, HandlerFuture, Handling, IntoHandled};
pub use payload::{Payload, PayloadError, Read};
pub use policy::{BusPolicy, Operation, Rule, Verdict};
