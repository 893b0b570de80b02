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

/// A parameter of a runnable that is called with its arguments by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its type, as written.
    pub type_text: &'static str,
}

impl Parameter {
    /// One of this name and type.
    pub const fn new(name: &'static str, type_text: &'static str) -> Self {
        Self { name, type_text }
    }
}
