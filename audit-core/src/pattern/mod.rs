//! Patterns as Python's `fnmatch.fnmatchcase` understands them since 3.11, on the whole text.
//!
//! `*` stands for any characters, line breaks included, `?` for one, `[abc]` and `[a-z]` for one of these, `[!abc]` for
//! one of all others. Every text is a pattern: a bracket that is not closed stands for itself.

mod class;
mod glob;
mod name;
mod part;
#[cfg(test)]
mod tests;

pub(crate) use class::Class;
pub(crate) use glob::{Glob, Piece};
pub use name::{Pattern, PatternError};
pub(crate) use part::{Part, parts, unclosed_bracket};

/// How long a pattern may be, in bytes.
pub(crate) const MAX_LENGTH: usize = 64 * 1024;
