//! `audit policy test`.

mod coverage;
mod doc;
mod form;
mod mistake;
mod report;
mod schema;
mod selection;

use std::io;

use crate::command::{Run, audit_in, folder};

/// Runs `audit policy test` among the suites of this test.
fn test(arguments: &[&str]) -> io::Result<Run> {
    let arguments: Vec<&str> = std::iter::once("test")
        .chain(arguments.iter().copied())
        .collect();
    audit_in(&folder("suites"), &arguments)
}
