//! What waits in a queue, and what is taken out of it.

use audit_core::{Acknowledgement, RecordError, Timestamp};

use super::Loss;

/// One record that waits to be written.
#[derive(Debug)]
pub(crate) struct Item {
    /// Its JSON without `seq`.
    pub(crate) body: Box<[u8]>,
    pub(crate) time: Timestamp,
    pub(crate) keep: Keep,
    /// Whoever waits until it is on disk.
    pub(crate) waits: Option<Acknowledgement>,
}

impl Item {
    /// Tells whoever waits for it that it is kept, or that it is not as yet.
    pub(crate) fn settle(&self, answer: &Result<(), RecordError>) {
        if let Some(waits) = &self.waits {
            waits.settle(answer.clone());
        }
    }
}

/// How surely it is kept once it is in the queue, and whose room it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// It may be dropped for others, and never takes the last half of the room.
    BestEffort,
    /// It may be dropped where the rule for a full queue says so.
    Buffered,
    /// Something begins with it once it is on disk.
    Durable,
    /// Whoever waited for it was told that it is not kept, or it ends what nobody was told is: it is written all the same,
    /// and takes no room from what somebody counts on.
    Refused,
    /// It ends what began with a record on disk, or must be kept for another reason.
    Always,
}

impl Keep {
    pub(super) fn is_droppable(self) -> bool {
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
