//! [`Pending`]: a batch until the store takes it.

use audit_core::{RecordError, RecordErrorKind, Timestamp};

use crate::notice::Notices;
use crate::queue::{Batch, Item, Keep, Loss};
use crate::store::StoreError;

/// A batch until the store takes it.
pub(super) struct Pending {
    items: Vec<Item>,
    /// A record that tells of the loss, and the loss.
    loss: Option<(Vec<u8>, Loss)>,
}

impl Pending {
    pub(super) fn new(batch: Batch, notices: &Notices) -> Self {
        let told = !batch.loss.is_nothing();
        Self {
            items: batch.items,
            loss: told.then(|| (notices.loss(&batch.loss), batch.loss)),
        }
    }

    /// A batch of no record, which carries a checkpoint.
    pub(super) fn nothing() -> Self {
        Self {
            items: Vec::new(),
            loss: None,
        }
    }

    /// A batch of one record of the trail's own.
    pub(super) fn of(body: Vec<u8>) -> Self {
        Self {
            items: Vec::new(),
            loss: Some((body, Loss::default())),
        }
    }

    /// How many items of the queue are in it.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn bodies(&self) -> Vec<&[u8]> {
        let items = self.items.iter().map(|item| &*item.body);
        items
            .chain(self.loss.as_ref().map(|(body, _)| body.as_slice()))
            .collect()
    }

    pub(super) fn times(&self) -> impl Iterator<Item = Timestamp> {
        self.items.iter().map(|item| item.time)
    }

    pub(super) fn loss(&self) -> Loss {
        self.loss
            .as_ref()
            .map(|(_, loss)| *loss)
            .unwrap_or_default()
    }

    /// Tells whoever waits that it is kept.
    pub(super) fn acknowledge(&self) {
        for item in &self.items {
            if let Keep::Awaited(waiting) = &item.keep {
                waiting.settle(Ok(()));
            }
        }
    }

    /// Tells whoever waits that it is not kept as yet.
    pub(super) fn refuse(&mut self, error: &StoreError) {
        for item in &self.items {
            if let Keep::Awaited(waiting) = &item.keep {
                waiting.settle(Err(RecordError::new(RecordErrorKind::Failed, error)));
            }
        }
    }
}
