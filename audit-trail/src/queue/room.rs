//! [`Rooms`]: how much of a queue is taken, each part for itself, so that no class of records takes what another needs.

use super::Keep;

/// So many records, and the bytes of their JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) records: usize,
    pub(crate) bytes: usize,
}

impl Amount {
    /// Whether one more of so many bytes finds room where this much is taken. An empty room takes one of any size: else what
    /// is larger than the room would never be recorded, and whoever waits behind it would wait for nothing.
    pub(super) fn has_room(self, bytes: usize, most: Self) -> bool {
        let fits = self.records == 0 || self.bytes.saturating_add(bytes) <= most.bytes;
        self.records < most.records && fits
    }

    pub(super) fn add(&mut self, bytes: usize) {
        self.records += 1;
        self.bytes += bytes;
    }

    pub(super) fn remove(&mut self, bytes: usize) {
        self.records -= 1;
        self.bytes -= bytes;
    }
}

/// How much is taken of each room.
#[derive(Debug, Default)]
pub(super) struct Rooms {
    droppable: Amount,
    durable: Amount,
    refused: Amount,
    always: Amount,
}

impl Rooms {
    /// How much is taken of the room that such a record goes into.
    pub(super) fn taken(&self, keep: Keep) -> Amount {
        match keep {
            Keep::BestEffort | Keep::Buffered => self.droppable,
            Keep::Durable => self.durable,
            Keep::Refused => self.refused,
            Keep::Always => self.always,
        }
    }

    pub(super) fn add(&mut self, keep: Keep, bytes: usize) {
        self.of(keep).add(bytes);
    }

    pub(super) fn remove(&mut self, keep: Keep, bytes: usize) {
        self.of(keep).remove(bytes);
    }

    fn of(&mut self, keep: Keep) -> &mut Amount {
        match keep {
            Keep::BestEffort | Keep::Buffered => &mut self.droppable,
            Keep::Durable => &mut self.durable,
            Keep::Refused => &mut self.refused,
            Keep::Always => &mut self.always,
        }
    }

    /// The bytes in all of them.
    pub(super) fn bytes(&self) -> usize {
        self.droppable.bytes + self.durable.bytes + self.refused.bytes + self.always.bytes
    }
}
