//! Runs the binary.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What one run printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: Option<i32>,
}

/// A folder of this test.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

/// Runs `audit policy` among the policies of this test.
pub(crate) fn audit(arguments: &[&str]) -> io::Result<Run> {
    audit_in(&folder("policies"), arguments)
}

/// Runs `audit policy` in a folder.
pub(crate) fn audit_in(folder: &Path, arguments: &[&str]) -> io::Result<Run> {
    policy_command(arguments)
        .current_dir(folder)
        .output()
        .map(Run::from)
}

/// Runs `audit policy` with this standard input.
pub(crate) fn audit_fed(input: &[u8], arguments: &[&str]) -> io::Result<Run> {
    let mut command = policy_command(arguments);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input)?;
    }
    child.wait_with_output().map(Run::from)
}

/// `audit policy` with these words behind it.
pub(crate) fn policy_command(arguments: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_audit"));
    command.arg("policy").args(arguments);
    command
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
            code: output.status.code(),
        }
    }
}
