//! Language 2 answers as the plainest possible reading of its document does.
//!
//! `generate` makes policy sets and requests, `yaml` writes them down, `naive` is that reading. What is held against it
//! is the whole way: reader, compiled answer, and the trace that explains it.
//!
//! `AUDIT_LANGUAGE2_CASES` says how many policy sets are made (each is put several requests), `AUDIT_LANGUAGE2_SEED` where
//! they begin: a failure names the one to begin with.

#![cfg(test)]

#[path = "language2/ast.rs"]
mod ast;
#[path = "language2/case.rs"]
mod case;
#[path = "language2/check.rs"]
mod check;
#[path = "language2/generate/mod.rs"]
mod generate;
#[path = "language2/naive/mod.rs"]
mod naive;
#[path = "language2/reach.rs"]
mod reach;
#[path = "language2/rollout.rs"]
mod rollout;
#[path = "language2/table.rs"]
mod table;
#[path = "language2/yaml.rs"]
mod yaml;
