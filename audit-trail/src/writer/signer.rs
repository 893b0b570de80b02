//! [`Signer`]: when a checkpoint is due, and where it goes.

use std::cell::RefCell;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::anchor::Courier;
use crate::deadline::after;
use crate::health::Health;
use crate::note::{Checkpoint, NoteError, TrailKey};
use crate::store::{Head, StoreError, StoreErrorKind};
use crate::tree::Hash;

/// A checkpoint makes the one before superfluous if that came this soon after another that stays.
const SPARSE: Duration = Duration::from_mins(1);

/// A checkpoint as it was signed.
struct Signed {
    size: u64,
    root: Hash,
    note: String,
}

/// Signs checkpoints when they are due.
pub(crate) struct Signer {
    pub(crate) key: TrailKey,
    pub(crate) origin: String,
    every: Duration,
    courier: Option<Courier>,
    /// The last checkpoint: its size, and when.
    last: (u64, Instant),
    /// The last one that stays.
    stays: Option<Instant>,
    /// When the next one is due, once there is something to sign.
    next: Instant,
    /// What was signed in a batch that may not have been written.
    signed: RefCell<Option<Signed>>,
    /// What was signed last and is written.
    stands: Option<Signed>,
}

impl Signer {
    pub(crate) fn new(
        key: TrailKey,
        origin: String,
        every: Duration,
        signed: u64,
        courier: Option<Courier>,
    ) -> Self {
        let now = Instant::now();
        Self {
            key,
            origin,
            every,
            courier,
            last: (signed, now),
            stays: None,
            next: now,
            signed: RefCell::default(),
            stands: None,
        }
    }

    /// When the next checkpoint is due, if there is something to sign.
    pub(crate) fn due(&self, head: &Head) -> Option<Instant> {
        (head.size > self.last.0).then_some(self.next)
    }

    pub(crate) fn is_due(&self, head: &Head) -> bool {
        self.due(head).is_some_and(|due| due <= Instant::now())
    }

    /// Whether one is due with a batch of so many records: one of none exists to carry it.
    pub(crate) fn is_due_after(&self, records: usize) -> bool {
        records == 0 || self.next <= Instant::now()
    }

    /// Makes one due now.
    pub(crate) fn sign_next(&mut self) {
        self.next = Instant::now();
    }

    /// The store refuses: it is tried again in a while.
    pub(crate) fn put_off(&mut self) {
        self.next = after(self.every);
    }

    /// The checkpoint over what the store holds.
    ///
    /// # Errors
    /// The origin can't stand in one.
    pub(crate) fn sign(&self, head: &Head) -> Result<String, StoreError> {
        let note = Checkpoint::new(&self.origin, head.size, head.root)
            .map_err(unsignable)?
            .sign(&self.key)
            .to_string();
        *self.signed.borrow_mut() = Some(Signed {
            size: head.size,
            root: head.root,
            note: note.clone(),
        });
        Ok(note)
    }

    /// The checkpoint that was written last, if it covers all that the store holds.
    pub(crate) fn standing(&self, head: &Head) -> Option<&str> {
        let covers = |signed: &&Signed| signed.size == head.size && signed.root == head.root;
        let signed = self.stands.as_ref().filter(covers)?;
        Some(&signed.note)
    }

    /// Forgets what was signed for a batch that was not written.
    pub(crate) fn forget_signed(&mut self) {
        *self.signed.get_mut() = None;
    }

    /// The size of the last checkpoint, if the next one makes it superfluous.
    pub(crate) fn superfluous(&self) -> Option<u64> {
        let (size, at) = self.last;
        let stays = self.stays?;
        (at.duration_since(stays) < SPARSE && at != stays).then_some(size)
    }

    /// A batch was written, perhaps with a checkpoint.
    pub(crate) fn wrote(&mut self, head: &Head, health: &Health) {
        let Some(signed) = self.signed.get_mut().take() else {
            return;
        };
        debug_assert_eq!(signed.size, head.size, "what is signed is what was written");
        let now = Instant::now();
        if self.superfluous().is_none() {
            // The one before stays; this one may go when the next comes.
            self.stays = Some(if self.stays.is_none() {
                now
            } else {
                self.last.1
            });
        }
        self.last = (signed.size, now);
        self.next = after(self.every);
        health.anchored.store(signed.size, Ordering::Relaxed);
        if let Some(courier) = &self.courier {
            courier.send(signed.note.clone());
        }
        self.stands = Some(signed);
    }

    /// Lets the last checkpoint reach its second places.
    pub(crate) fn close(&mut self) {
        if let Some(courier) = self.courier.take() {
            courier.close();
        }
    }
}

/// What a store says that was to keep what can't be signed.
pub(crate) fn unsignable(error: NoteError) -> StoreError {
    let message = "the checkpoint can't be signed";
    StoreError::new(StoreErrorKind::Refused, message).because(error)
}
