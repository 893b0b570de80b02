//! What keeps an operation from being done.

mod denied;
mod invoke;
mod publish;
mod register;
mod subscribe;

use std::fmt;

pub use denied::Denied;
pub use invoke::InvokeError;
pub use publish::PublishError;
pub use register::RegisterError;
pub use subscribe::SubscribeError;

/// What is said where there is no bus.
const NO_BUS: &str = "there is no bus here: use a handle, or `audit_core::bus::install` one first";

/// What is said of a queue of the bus's own that has no room.
fn full(f: &mut fmt::Formatter<'_>, most: usize) -> fmt::Result {
    write!(
        f,
        "the bus's queue is full: {most} wait in it, which is its bound"
    )
}

/// What is said of somebody who has ended and wants to be told or invoked.
fn ended(f: &mut fmt::Formatter<'_>, caller: &str) -> fmt::Result {
    write!(
        f,
        "`{}` has ended: nothing can be subscribed or registered in its name any more",
        caller.escape_debug()
    )
}
