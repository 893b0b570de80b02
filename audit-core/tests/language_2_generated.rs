//! Language 2 answers as the plainest possible reading of its document does.
//!
//! `generate` makes policy sets and requests, `yaml` writes them down, `naive` is that reading. What is held against it
//! is the whole way: reader, compiled answer, and the trace that explains it.
//!
//! `AUDIT_LANGUAGE2_CASES` says how many policy sets are made (each is put several requests), `AUDIT_LANGUAGE2_SEED` where
//! they begin: a failure names the one to begin with.

#![cfg(test)]

#[path = "language_2_generated/ast.rs"]
mod ast;
#[path = "language_2_generated/case.rs"]
mod case;
#[path = "language_2_generated/check.rs"]
mod check;
#[path = "language_2_generated/generate/mod.rs"]
mod generate;
#[path = "language_2_generated/naive/mod.rs"]
mod naive;
#[path = "language_2_generated/reach.rs"]
mod reach;
#[path = "language_2_generated/rollout.rs"]
mod rollout;
#[path = "language_2_generated/table.rs"]
mod table;
#[path = "language_2_generated/yaml.rs"]
mod yaml;
