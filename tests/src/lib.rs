//! What the proofs in `tests/` share: the reader that holds the source code against ARCHITECTURE.md.

pub mod structure;

/// The README's code compiles; `tests/readme.rs` runs it.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[derive(Debug)]
pub struct Readme;
