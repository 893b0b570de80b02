//! The `audit` command as its users meet it: the real binary, its output and its exit codes.

mod cases;
mod check;
mod command;
mod conformance;
mod golden;
mod question;
mod suite;
mod usage;

/// Whatever keeps a test from being carried out.
type Failure = Box<dyn std::error::Error>;
