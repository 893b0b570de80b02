//! What the proofs in `tests/` share: the reader that holds the source code against ARCHITECTURE.md.

pub mod structure;
