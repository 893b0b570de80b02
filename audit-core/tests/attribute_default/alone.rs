//! A test in a process of its own.

use std::env;
use std::process::Command;

const ALONE: &str = "AUDIT_TEST_ALONE";

/// Runs the test of the calling thread again, alone in a process, and there the work.
pub(crate) fn alone(work: impl FnOnce()) {
    let thread = std::thread::current();
    let name = thread.name().unwrap();
    if env::var_os(ALONE).is_some() {
        return work();
    }
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{wrong}");
    assert!(said.contains("1 passed"), "no test `{name}`: {said}");
}

#[test]
fn a_test_that_fails_alone_fails() {
    let failed = std::thread::Builder::new()
        .name("alone::a_test_that_is_not_there".to_owned())
        .spawn(|| alone(|| ()))
        .unwrap();
    if env::var_os(ALONE).is_none() {
        assert!(crate::support::quietly(|| failed.join()).is_err());
    }
}
