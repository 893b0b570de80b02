//! [`OwnQueue`]: the queue of one subscription.

use std::sync::Arc;

use crate::bus::event::{DomainEvent, What};
use crate::clock::{EventId, Timestamp};
use crate::scope::Surroundings;

use super::lane::{Label, Lane, Waiting};

/// The queue of one subscription.
pub(in crate::bus) type OwnQueue = Arc<Lane<Handed>>;

/// An event that waits for its handler.
pub(in crate::bus) struct Handed {
    pub(in crate::bus) event: DomainEvent,
    pub(in crate::bus) depth: u16,
    /// The event of the publication, where anybody wants to know of that.
    pub(in crate::bus) call: Option<EventId>,
    pub(in crate::bus) around: Surroundings,
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
