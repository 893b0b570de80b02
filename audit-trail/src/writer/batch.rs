//! [`Pending`]: a batch until the store takes it.

use audit_core::{RecordError, Timestamp};

use crate::notice::Notices;
use crate::queue::{Batch, Item, Loss};

/// A batch until the store takes it.
pub(super) struct Pending {
    items: Vec<Item>,
    /// What the trail tells of itself.
    told: Vec<Vec<u8>>,
    /// The loss that is told of.
    loss: Loss,
    /// Whether it need not be on disk before the next one is.
    may_lag: bool,
}

impl Pending {
    pub(super) fn new(batch: Batch, notices: &Notices) -> Self {
        Self {
            items: batch.items,
            told: told(&batch.loss, notices),
            loss: batch.loss,
            may_lag: batch.is_followed,
        }
    }

    /// A batch of no record, which carries a checkpoint.
    pub(super) fn nothing() -> Self {
        Self {
            items: Vec::new(),
            told: Vec::new(),
            loss: Loss::default(),
            may_lag: false,
        }
    }

    /// The last batch: what was lost and not told of, and the end.
    pub(super) fn last(loss: Loss, notices: &Notices) -> Self {
        let mut told = told(&loss, notices);
        told.push(notices.closed());
        Self {
            items: Vec::new(),
            told,
            loss,
            may_lag: false,
        }
    }

    /// How many items of the queue are in it.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether it need not be on disk before the next one is.
    pub(super) fn may_lag(&self) -> bool {
        self.may_lag
    }

    pub(super) fn bodies(&self) -> Vec<&[u8]> {
        let items = self.items.iter().map(|item| &*item.body);
        items.chain(self.told.iter().map(Vec::as_slice)).collect()
    }

    pub(super) fn times(&self) -> impl Iterator<Item = Timestamp> {
        self.items.iter().map(|item| item.time)
    }

    pub(super) fn loss(&self) -> Loss {
        self.loss
    }

    /// Tells whoever waits that it is kept.
    pub(super) fn acknowledge(&self) {
        for item in &self.items {
            item.settle(&Ok(()));
        }
    }

    /// What the trail tells of itself.
    pub(super) fn told(&self) -> &[Vec<u8>] {
        &self.told
    }

    /// Tells whoever waits that it is not kept as yet.
    pub(super) fn refuse(&self, error: &RecordError) {
        let refused = Err(error.clone());
        for item in &self.items {
            item.settle(&refused);
        }
    }
}

/// The record that tells of a loss, if there was one.
fn told(loss: &Loss, notices: &Notices) -> Vec<Vec<u8>> {
    if loss.is_nothing() {
        return Vec::new();
    }
    vec![notices.loss(loss)]
}
