//! Handing over to another key, and following a hand-over of another process.

use std::cell::RefCell;

use audit_core::__private::say;

use crate::note::{KeyRotation, RotationError, TrailKey};
use crate::notice::Notices;
use crate::store::{Change, Head, ReadFact, Store, StoreError, StoreErrorKind, fact_name};

use super::contained;
use super::error::SignError;
use super::key::successor;
use super::signer::Signer;

impl Signer {
    /// Makes sure that it has the key which signs the trail, where it is known that another process changed it.
    ///
    /// # Errors
    /// The key is not at hand, which is said once, or the store can't be read.
    pub(super) fn catch_up(&mut self, store: &mut dyn Store) -> Result<(), SignError> {
        if !self.replaced.get() {
            return Ok(());
        }
        let reader = RefCell::new(contained(|| (store.opener())())?);
        let fact = |name: &str| contained(|| reader.borrow_mut().fact(name));
        let Some(successor) = successor(&self.origin, self.key.key().verifier(), &fact)? else {
            self.replaced.set(false);
            return Ok(());
        };
        let called = successor.called();
        let Err(lacking) = self.key.follow(&successor) else {
            self.replaced.set(false);
            if self.warned_of.take().is_some() {
                say(|| {
                    tracing::warn!(target: "audit::health", "checkpoints are signed again, by `{called}`");
                });
            }
            return Ok(());
        };
        if self.warned_of.as_ref() != Some(&successor) {
            say(|| {
                tracing::warn!(
                    target: "audit::health",
                    reason = %lacking,
                    "another process changed the key of the trail to `{called}`, which is not at hand: records are kept, and no checkpoint is signed"
                );
            });
            self.warned_of = Some(successor.clone());
        }
        self.withhold();
        Err(SignError::OtherKey {
            found: self.key().verifier().to_string(),
            expected: successor.to_string(),
        })
    }

    /// Signs with another key from now on. The hand-over is signed by both and recorded, in the step in which the trail names the
    /// key: another process signs before it with the old one, or after it with the new one or not at all.
    ///
    /// # Errors
    /// The keys are the same, the new one signed before, the old one does not sign any more, or the store can't be written.
    pub(crate) fn hand_over(
        &mut self,
        store: &mut dyn Store,
        new: TrailKey,
        notices: &Notices,
    ) -> Result<KeyRotation, SignError> {
        loop {
            self.catch_up(store)?;
            let (made, told) = (RefCell::new(None), RefCell::new(Vec::new()));
            let make = |head: &Head, fact: &ReadFact<'_>| {
                let mut made = made.borrow_mut();
                let rotation = made.insert(self.rotation(head, &new, fact));
                let rotation = rotation.as_ref().map_err(|_| {
                    StoreError::new(StoreErrorKind::Refused, "the key can't be changed so")
                })?;
                let change = change(rotation, notices, fact)?;
                told.replace(change.body.clone());
                Ok(change)
            };
            let changed = store.change(&make);
            match (made.into_inner(), changed) {
                (Some(Ok(rotation)), Ok(_)) => {
                    self.key.replace(new);
                    self.sign_next();
                    notices.herald.tell(&[told.into_inner()]);
                    return Ok(rotation);
                }
                // By another process, since it was looked at last.
                (Some(Err(SignError::OtherKey { .. })), _) => self.replaced.set(true),
                (Some(Err(error)), _) => return Err(error),
                (_, Err(error)) => return Err(error.into()),
                (None, Ok(_)) => {
                    let message = "the store of the trail did not take the change of its key";
                    return Err(StoreError::new(StoreErrorKind::Failed, message).into());
                }
            }
        }
    }

    /// The hand-over to a key, as the trail stands.
    fn rotation(
        &self,
        head: &Head,
        new: &TrailKey,
        fact: &ReadFact<'_>,
    ) -> Result<KeyRotation, SignError> {
        let old = self.key.key();
        if let Some(by) = successor(&self.origin, old.verifier(), fact)? {
            return Err(SignError::OtherKey {
                found: old.verifier().to_string(),
                expected: by.to_string(),
            });
        }
        let rotation = KeyRotation::new(&self.origin, head.size, old, new)?;
        let keys = fact(fact_name::KEYS)?.unwrap_or_default();
        let name = new.verifier().to_string();
        if keys.lines().any(|known| known == name) {
            let key = new.verifier().called();
            return Err(RotationError::Former { key }.into());
        }
        Ok(rotation)
    }
}

/// What the trail says of a hand-over, and what it says of its keys from then on.
fn change(
    rotation: &KeyRotation,
    notices: &Notices,
    fact: &ReadFact<'_>,
) -> Result<Change, StoreError> {
    let statement = rotation.to_string();
    let (old, new) = (rotation.old().to_string(), rotation.new_key().to_string());
    let rotations = fact(fact_name::ROTATIONS)?.unwrap_or_default();
    let keys = fact(fact_name::KEYS)?.unwrap_or_default();
    let facts = vec![
        (
            fact_name::ROTATIONS,
            format!("{rotations}{statement}{}", KeyRotation::BEHIND),
        ),
        (fact_name::KEYS, format!("{keys}\n{new}")),
    ];
    let body = notices.key_changed(&old, &new, Some(&statement));
    Ok(Change::new(body, facts))
}
