//! The `audit` command as its users meet it: the real binary, its output and its exit codes.

mod cases;
mod check;
mod check_json;
mod check_sarif;
mod command;
mod conformance;
mod convert;
mod golden;
mod question;
mod readme;
mod schema;
mod scratch;
mod suite;
mod trail;
mod usage;

/// Whatever keeps a test from being carried out.
type Failure = Box<dyn std::error::Error>;
