//! [`Signer`]: when a checkpoint is due, and where it goes.

use std::cell::{Cell, RefCell};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use audit_core::__private::say;

use crate::anchor::Courier;
use crate::deadline::after;
use crate::health::Health;
use crate::note::{Checkpoint, TrailKey, VerifierKey};
use crate::store::{Batch, Head, ReadFact, Store, StoreError, StoreErrorKind};
use crate::tree::Hash;

use super::error::{SignError, unsignable};
use super::key::{KeyInUse, successor};

/// A checkpoint makes the one before superfluous if that came this soon after another that stays.
const SPARSE: Duration = Duration::from_mins(1);
/// How long it takes at least until a key that is not at hand is looked for again.
const KEY_AGAIN: Duration = Duration::from_secs(1);

/// A checkpoint as it was signed.
struct Signed {
    size: u64,
    root: Hash,
    note: String,
}

/// Signs checkpoints when they are due.
pub(crate) struct Signer {
    pub(super) key: KeyInUse,
    pub(crate) origin: String,
    every: Duration,
    courier: Option<Courier>,
    /// The last checkpoint: its size, and when.
    last: (u64, Instant),
    /// The last one that stays.
    stays: Option<Instant>,
    /// When the next one is due, once there is something to sign.
    next: Cell<Instant>,
    /// What was signed in a batch that may not have been written.
    signed: RefCell<Option<Signed>>,
    /// What was signed last and is written.
    stands: Option<Signed>,
    /// Whether another process has changed the key.
    pub(super) replaced: Cell<bool>,
    /// The key that was said not to be at hand.
    pub(super) warned_of: Option<VerifierKey>,
}

impl Signer {
    pub(crate) fn new(
        key: KeyInUse,
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
            next: Cell::new(now),
            signed: RefCell::default(),
            stands: None,
            replaced: Cell::new(false),
            warned_of: None,
        }
    }

    /// The key that signs.
    pub(crate) const fn key(&self) -> &TrailKey {
        self.key.key()
    }

    /// When the next checkpoint is due, if there is something to sign.
    pub(crate) fn due(&self, head: &Head) -> Option<Instant> {
        (head.size > self.last.0).then_some(self.next.get())
    }

    /// Whether another process was found to have changed the key, and a checkpoint is still due by the new one.
    pub(super) fn is_due_by_another(&self, head: &Head) -> bool {
        self.replaced.get() && self.is_due(head)
    }

    pub(crate) fn is_due(&self, head: &Head) -> bool {
        self.due(head).is_some_and(|due| due <= Instant::now())
    }

    /// Whether one is due with a batch of so many records: one of none exists to carry it.
    pub(crate) fn is_due_after(&self, records: usize) -> bool {
        records == 0 || self.next.get() <= Instant::now()
    }

    /// Makes one due now.
    pub(crate) fn sign_next(&mut self) {
        self.next.set(Instant::now());
    }

    /// The store refuses: it is tried again in a while.
    pub(crate) fn put_off(&mut self) {
        self.next.set(after(self.every));
    }

    /// Without the key none is signed, for as long as it may take to come, or for good where it can't.
    pub(super) fn withhold(&mut self) {
        let patience = if self.key.has_file() {
            self.every.max(KEY_AGAIN)
        } else {
            Duration::MAX
        };
        self.next.set(after(patience));
    }

    /// Whether it has the key that signs, as far as it knows.
    pub(super) fn is_ready(&mut self, store: &mut dyn Store, health: &Health) -> bool {
        match self.catch_up(store) {
            Ok(()) => true,
            Err(SignError::OtherKey { .. }) => {
                health.checkpoints_withheld.fetch_add(1, Ordering::Relaxed);
                false
            }
            Err(SignError::Store(error)) => self.cannot(&error),
            Err(SignError::Rotation(error)) => self.cannot(&error),
        }
    }

    /// What can't be signed now is tried again.
    fn cannot(&self, error: &dyn std::error::Error) -> bool {
        say(|| {
            let source = error.source().map(ToString::to_string);
            tracing::error!(target: "audit::health", source, "no checkpoint is signed: {error}");
        });
        self.next.set(after(self.every.max(KEY_AGAIN)));
        false
    }

    /// Signs a checkpoint over what the store holds, keeps it there and returns it. Where the last one covers it, it is that one.
    ///
    /// # Errors
    /// Another process changed the key and the new one is not at hand, or the store can't be written.
    pub(crate) fn checkpoint(
        &mut self,
        store: &mut dyn Store,
        health: &Health,
    ) -> Result<String, SignError> {
        loop {
            self.catch_up(store)?;
            if let Some(note) = self.standing(&store.head()?) {
                return Ok(note.to_owned());
            }
            self.forget_signed();
            let head = store.append(&Batch {
                checkpoint: Some(&|head: &Head, fact: &ReadFact<'_>| self.sign(head, fact)),
                ..Batch::of(&[])
            })?;
            if let Some(note) = self.wrote(&head, health) {
                return Ok(note.to_owned());
            }
            if !self.replaced.get() {
                let message = "the store of the trail did not ask for the checkpoint";
                return Err(StoreError::new(StoreErrorKind::Failed, message).into());
            }
        }
    }

    /// The checkpoint over what the store holds; none if another process changed the key.
    ///
    /// # Errors
    /// The origin can't stand in one, or the store can't be read.
    pub(crate) fn sign(
        &self,
        head: &Head,
        fact: &ReadFact<'_>,
    ) -> Result<Option<String>, StoreError> {
        if successor(&self.origin, self.key().verifier(), fact)?.is_some() {
            self.replaced.set(true);
            // Still due, by the other key.
            self.next.set(Instant::now());
            return Ok(None);
        }
        let note = Checkpoint::new(&self.origin, head.size, head.root)
            .map_err(unsignable)?
            .sign(self.key())
            .to_string();
        *self.signed.borrow_mut() = Some(Signed {
            size: head.size,
            root: head.root,
            note: note.clone(),
        });
        Ok(Some(note))
    }

    /// The checkpoint that was written last, if it covers all that the store holds.
    fn standing(&self, head: &Head) -> Option<&str> {
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

    /// A batch was written, perhaps with a checkpoint, which is returned.
    pub(crate) fn wrote(&mut self, head: &Head, health: &Health) -> Option<&str> {
        let signed = self.signed.get_mut().take()?;
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
        self.next.set(after(self.every));
        health.anchored.store(signed.size, Ordering::Relaxed);
        if let Some(courier) = &self.courier {
            courier.send(signed.note.clone());
        }
        Some(&self.stands.insert(signed).note)
    }

    /// Lets the last checkpoint reach its second places.
    pub(crate) fn close(&mut self) {
        if let Some(courier) = self.courier.take() {
            courier.close();
        }
    }
}
