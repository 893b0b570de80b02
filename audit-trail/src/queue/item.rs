//! What waits in a queue, and what is taken out of it.

use audit_core::{Acknowledgement, Timestamp};

use super::Loss;

/// One record that waits to be written.
#[derive(Debug)]
pub(crate) struct Item {
    /// Its JSON without `seq`.
    pub(crate) body: Box<[u8]>,
    pub(crate) time: Timestamp,
    pub(crate) keep: Keep,
}

/// How surely it is kept once it is in the queue.
#[derive(Debug)]
pub(crate) enum Keep {
    /// It may be dropped for others, and never takes the last half of the room.
    BestEffort,
    /// It may be dropped where the rule for a full queue says so.
    Buffered,
    /// It is never dropped.
    Always,
    /// It is never dropped, and somebody waits for it.
    Awaited(Acknowledgement),
}

impl Keep {
    pub(super) fn is_droppable(&self) -> bool {
        matches!(self, Self::BestEffort | Self::Buffered)
    }
}

/// What the writer takes at once.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) items: Vec<Item>,
    pub(crate) loss: Loss,
    /// Whether another follows at once, and nobody waits for this one to be on disk.
    pub(crate) is_followed: bool,
}
