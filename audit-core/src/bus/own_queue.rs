//! [`OwnQueue`]: the queue of one subscription.

use std::sync::Arc;

use crate::clock::{EventId, Timestamp};
use crate::scope::Surroundings;

use super::event::{DomainEvent, What};
use super::lane::{Label, Lane, Waiting};

/// The queue of one subscription.
pub(super) type OwnQueue = Arc<Lane<Handed>>;

/// An event that waits for its handler.
pub(super) struct Handed {
    pub(super) event: DomainEvent,
    pub(super) depth: u16,
    /// The event of the publication, where anybody wants to know of that.
    pub(super) call: Option<EventId>,
    pub(super) around: Surroundings,
}

impl Waiting for Handed {
    fn label(&self) -> Label {
        Label {
            what: What::Event(self.event.clone()),
            call: self.call,
            around: self.around.clone(),
        }
    }

    fn time(&self) -> Timestamp {
        self.event.time()
    }

    fn around(&self) -> &Surroundings {
        &self.around
    }
}
