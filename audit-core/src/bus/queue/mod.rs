//! What waits: how many may and what becomes of one more, and the tasks that empty it.

mod job;
mod lane;
mod own;

pub(super) use job::{Accepted, Job};
pub(super) use lane::{
    Emptied, GivenUp, Ground, Label, Lane, LossReason, Pushed, Room, Source, emptying, flushed,
    flushed_up_to,
};
pub(super) use own::{Handed, OwnQueue};

/// How many may wait, and what becomes of one more.
///
/// ```
/// use audit_core::bus::{Overflow, Queue};
///
/// let queue = Queue::bounded(1024).overflow(Overflow::DropOldest);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a queue is nothing before a bus or a subscription has it"]
pub struct Queue {
    most: usize,
    overflow: Overflow,
}

/// What becomes of an event for which a queue has no room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overflow {
    /// Its publisher waits for room. No thread is kept waiting, unless the publisher's own.
    #[default]
    Wait,
    /// It is dropped, counted and told of by a `loss` event, and a dead letter.
    DropNewest,
    /// What has waited longest is dropped in its place, counted and told of by a `loss` event, and a dead letter.
    DropOldest,
}

impl Queue {
    /// At most so many wait; 0 counts as 1. One more waits for room, unless [`overflow`](Self::overflow) says otherwise.
    pub const fn bounded(most: usize) -> Self {
        let most = if most == 0 { 1 } else { most };
        Self {
            most,
            overflow: Overflow::Wait,
        }
    }

    /// What becomes of one more.
    pub const fn overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = overflow;
        self
    }

    /// How many may wait.
    pub const fn most(&self) -> usize {
        self.most
    }

    /// What becomes of one more.
    pub const fn on_overflow(&self) -> Overflow {
        self.overflow
    }
}

impl Default for Queue {
    /// 1,024, and one more waits for room.
    fn default() -> Self {
        Self::bounded(1024)
    }
}

impl Overflow {
    /// As records name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::DropNewest => "drop_newest",
            Self::DropOldest => "drop_oldest",
        }
    }
}
