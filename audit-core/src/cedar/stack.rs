//! Running what takes much stack on a stack that has it.

use std::thread;

use crate::contain::contain;

/// Runs this on a stack of so many bytes; a panic becomes its text.
pub(super) fn on_stack<T: Send>(
    bytes: usize,
    work: impl FnOnce() -> T + Send,
) -> Result<T, String> {
    thread::scope(|scope| {
        let started = thread::Builder::new()
            .name("audit-cedar-reader".to_owned())
            .stack_size(bytes)
            .spawn_scoped(scope, || contain(work));
        match started.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(done)) => done,
            Ok(Err(_)) => Err("a panic without text".to_owned()),
            Err(error) => {
                let mebibytes = bytes >> 20;
                Err(format!(
                    "no thread with a stack of {mebibytes} MiB can be started: {error}"
                ))
            }
        }
    })
}
