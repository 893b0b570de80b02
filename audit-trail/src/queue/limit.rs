//! How much may wait, and what happens beyond.

use std::time::Duration;

/// What happens to a buffered record that finds the queue full. Best effort never waits and is dropped; durable records
/// have room of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overflow {
    /// It is dropped, counted, and a `loss` record tells of it.
    #[default]
    DropNewest,
    /// The oldest that may be dropped goes in its place, counted and told of.
    DropOldest,
    /// The caller waits for room, a thread on itself and a task on its waker, at most this long; then it is dropped.
    Wait(Duration),
}

/// How much may wait in a queue, and be taken at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) records: usize,
    pub(crate) bytes: usize,
    pub(crate) overflow: Overflow,
    pub(crate) batch_records: usize,
    pub(crate) batch_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            records: 65_536,
            bytes: 64 * 1024 * 1024,
            overflow: Overflow::default(),
            batch_records: 16_384,
            batch_bytes: 16 * 1024 * 1024,
        }
    }
}
