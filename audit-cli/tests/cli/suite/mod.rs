//! `audit policy test`.

mod coverage;
mod doc;
mod form;
mod mistake;
mod mode;
mod odd_word;
mod report;
mod schema;
mod selection;
mod undeclared;

use std::{fs, io};

use tempfile::TempDir;

use crate::command::{Run, audit_in, folder};

/// Runs `audit policy test` among the suites of this test.
fn test(arguments: &[&str]) -> io::Result<Run> {
    let arguments: Vec<&str> = std::iter::once("test")
        .chain(arguments.iter().copied())
        .collect();
    audit_in(&folder("suites"), &arguments)
}

/// A folder with the suite `s.test.yaml`, and in `p` the policy in language 2 that it names.
fn own(schema: &str, policy: &str, cases: &str) -> io::Result<TempDir> {
    let dir = tempfile::tempdir()?;
    fs::create_dir(dir.path().join("p"))?;
    let write = |name: &str, text: String| fs::write(dir.path().join(name), text);
    write("p/schema.yaml", format!("language: audit/2\n{schema}"))?;
    write("p/policy.yaml", format!("language: audit/2\n{policy}"))?;
    write("s.test.yaml", format!("suite: s\npolicy: p\n{cases}"))?;
    Ok(dir)
}

/// Runs `audit policy test` on the suite of such a folder.
fn test_own(dir: &TempDir, options: &[&str]) -> io::Result<Run> {
    audit_in(dir.path(), &[&["test", "s.test.yaml"], options].concat())
}
