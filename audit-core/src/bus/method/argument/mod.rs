//! What generated code hands to the functions that `#[subscribe]` and `#[runnable]` stand on: arguments, by their types and names.

mod asking;
mod borrowed;
mod event;
mod given;
mod missing;
#[cfg(test)]
mod tests;
mod whole;

pub use borrowed::Borrowed;
pub use event::{Argument, FromEvent, OwnFromEvent, Slot, Unclonable, once};
pub use given::Given;
