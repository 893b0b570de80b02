//! [`OwnQueue`]: the queue of one subscription.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Weak};

use crate::clock::{EventId, Timestamp};
use crate::executor::{SpawnError, Task};
use crate::scope::Surroundings;

use super::burial::{Burial, What};
use super::event::DomainEvent;
use super::lane::{Label, Lane, Waiting};

/// What a subscription with a queue needs of its bus.
pub(super) trait Ground: Send + Sync {
    /// Has a task run.
    fn spawn(&self, task: Task) -> Result<(), SpawnError>;
    /// Makes a dead letter of an event that a handler failed to handle.
    fn bury<'g>(&'g self, burial: Burial<'g>) -> Pin<Box<dyn Future<Output = ()> + Send + 'g>>;
}

/// The queue of one subscription.
pub(super) struct OwnQueue {
    pub(super) lane: Arc<Lane<Handed>>,
    pub(super) ground: Weak<dyn Ground>,
}

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
