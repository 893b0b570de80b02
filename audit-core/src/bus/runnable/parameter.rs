//! [`Parameter`]: what a runnable is given by name.

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
