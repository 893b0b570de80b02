//! What goes wrong around a bridge loses nothing that was accepted, and has nothing handled twice. Each fault is the real one:
//! servers and processes are killed.
//!
//! `AUDIT_FULL=1` runs the long ones at full length.

#![cfg(test)]

mod support;

#[path = "failure/absence.rs"]
mod absence;
#[path = "failure/credential.rs"]
mod credential;
#[path = "failure/file.rs"]
mod file;
#[path = "failure/memory.rs"]
mod memory;
#[path = "failure/permission.rs"]
mod permission;
#[path = "failure/process.rs"]
mod process;
#[path = "failure/server.rs"]
mod server;
#[path = "failure/silence.rs"]
mod silence;
#[path = "failure/twin.rs"]
mod twin;
