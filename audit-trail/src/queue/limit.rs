//! How much may wait, and what happens beyond.

use std::time::Duration;

use super::Keep;
use super::room::Amount;

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

/// How many records that must be kept find room, however small the queue is, and how many bytes of them.
const MUST_KEEP: Amount = Amount {
    records: 65_536,
    bytes: 64 * 1024 * 1024,
};
/// How many times the bytes of the queue what must be kept may take: it is the last to be lost.
const MUST_KEEP_BYTES: usize = 4;
/// How many tasks may wait for room, however small the queue is.
const WAITING_TASKS: usize = 1024;

/// How many batches in a row may be written before one of them is on disk.
pub(crate) const LAGGING_BATCHES: usize = 4;

impl Limits {
    /// How much may wait in the room that such a record goes into, when it comes.
    pub(super) fn room(&self, keep: Keep) -> Amount {
        match keep {
            Keep::BestEffort => Amount {
                records: self.records / 2,
                bytes: self.bytes / 2,
            },
            Keep::Buffered | Keep::Durable | Keep::Refused => Amount {
                records: self.records,
                bytes: self.bytes,
            },
            Keep::Always => Amount {
                records: self.records.max(MUST_KEEP.records),
                bytes: self
                    .bytes
                    .saturating_mul(MUST_KEEP_BYTES)
                    .max(MUST_KEEP.bytes),
            },
        }
    }

    /// How much tasks may bring that wait for room.
    pub(super) fn line(&self) -> Amount {
        let records = match self.overflow {
            Overflow::Wait(_) => self.records.max(WAITING_TASKS),
            Overflow::DropNewest | Overflow::DropOldest => 0,
        };
        Amount {
            records,
            bytes: self.bytes,
        }
    }

    /// How many records may not be on disk at most: those that wait, and those that the writer has in hand.
    pub(crate) fn unwritten(&self) -> usize {
        let rooms = [Keep::Buffered, Keep::Durable, Keep::Refused, Keep::Always];
        let waiting = rooms
            .iter()
            .map(|keep| self.room(*keep).records)
            .fold(self.line().records, usize::saturating_add);
        let in_hand = self.batch_records.min(waiting);
        waiting.saturating_add(in_hand.saturating_mul(LAGGING_BATCHES + 1))
    }
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
