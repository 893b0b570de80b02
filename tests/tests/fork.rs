//! A forked child's events bear its own number.

#![cfg(all(test, target_os = "linux"))]

use std::os::unix::process::CommandExt;
use std::process::Command;

use audit_core::Process;

/// What the child says instead of executing anything.
const RIGHT: i32 = 71;
const WRONG: i32 = 72;

#[test]
fn a_forked_child_is_another_process() {
    assert_eq!(Process::current().id, std::process::id());
    let mut command = Command::new("/bin/true");
    let parent = std::process::id();
    let child = move || {
        let (said, asked) = (Process::current().id, std::process::id());
        let right = said == asked && asked != parent;
        Err(std::io::Error::from_raw_os_error(if right {
            RIGHT
        } else {
            WRONG
        }))
    };
    // SAFETY: the child reads a page, asks the kernel for its number and ends; it takes no lock and no memory.
    let command = unsafe { command.pre_exec(child) };
    assert_eq!(command.spawn().unwrap_err().raw_os_error(), Some(RIGHT));
    assert_eq!(
        Process::current().id,
        std::process::id(),
        "and the parent is still itself"
    );
}
