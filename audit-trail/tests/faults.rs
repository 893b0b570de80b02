//! What goes wrong around a trail loses and damages nothing that was accepted. Each fault is the real one: processes are
//! killed, disks are full, files are moved away.
//!
//! `AUDIT_FULL=1` runs the long ones at full length. Those that mount a file system are skipped, loudly, where that is not
//! allowed; with `CI=true` they fail there.

#![cfg(test)]

mod support;

#[path = "faults/clock.rs"]
mod clock;
#[path = "faults/crash.rs"]
mod crash;
#[path = "faults/disk.rs"]
mod disk;
#[path = "faults/file.rs"]
mod file;
#[path = "faults/hang.rs"]
mod hang;
#[path = "faults/overflow.rs"]
mod overflow;
#[path = "faults/remount.rs"]
mod remount;
#[path = "faults/rotation.rs"]
mod rotation;
#[path = "faults/share.rs"]
mod share;
#[path = "faults/shutdown.rs"]
mod shutdown;
#[path = "faults/thread.rs"]
mod thread;
#[path = "faults/torn.rs"]
mod torn;
