//! Reading a trail through its handle. Who reads is recorded, as the trail is asked by name.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::PoisonError;

use audit_core::{Delivery, EventKind, Fact, Fields, Scope};

use crate::note::{KeyRotation, TrailKey};
use crate::proof::InclusionProof;
use crate::query::{Aggregation, Cursor, Page, Query, QueryError, Tally};
use crate::store::{Batch, Head, fact_name};
use crate::verify::{self, Keys, Verification, Verifier, VerifyError};

use super::error::TrailError;
use super::handle::Trail;

impl Trail {
    /// Reads a query from text; how long ago is counted by the trail's clock.
    ///
    /// # Errors
    /// All that is wrong with it, each with its place.
    pub fn query(&self, text: &str) -> Result<Query, QueryError> {
        Query::parse(text, self.inner.notices.now())
    }

    /// The records that answer a query: a page of at most `limit`, after the place where the last page ended.
    ///
    /// Records that were accepted and are not written yet are not among them: [`Trail::flush`] first where that matters.
    ///
    /// # Errors
    /// The store can't be read, or the cursor is of another query.
    pub fn search(
        &self,
        query: &Query,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page, TrailError> {
        let page = self.reader(|reader| Ok(reader.search(query, after, limit)?))?;
        self.note_access("trail.query", |data| {
            data.with("query", query.to_string())
                .with("records", page.records.len() as u64)
        });
        Ok(page)
    }

    /// Counts the records that answer a query, by what the aggregation asks for.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn aggregate(&self, aggregation: &Aggregation) -> Result<Tally, TrailError> {
        let tally = self.reader(|reader| Ok(reader.aggregate(aggregation)?))?;
        self.note_access("trail.aggregate", |data| {
            data.with("query", aggregation.query.to_string())
                .with("records", tally.records)
        });
        Ok(tally)
    }

    /// Checks every record against the tree, and the tree against the checkpoints, by the key that signs the trail and those
    /// that handed over to it. Second places are asked by a [`Verifier`].
    ///
    /// # Errors
    /// The store can't be read. What is wrong with the trail is no error, but in the answer.
    pub fn verify(&self) -> Result<Verification, TrailError> {
        let opener = self.inner.readers.opener();
        let key = self.verifier_key();
        let keys = self.reader(|reader| Ok(Keys::leading_to(&key, reader)?))?;
        let verification = Verifier::new(keys).verify(opener)?;
        self.note_access("trail.verify", |data| {
            data.with("records", verification.size)
                .with("sound", verification.is_sound())
        });
        Ok(verification)
    }

    /// Signs a checkpoint over all records that are written, and returns it. Where the last one covers them already, it is that one.
    ///
    /// # Errors
    /// The store can't be read or written.
    pub fn checkpoint(&self) -> Result<String, TrailError> {
        let health = std::sync::Arc::clone(&self.inner.health);
        self.order(move |store, signer| {
            if let Some(note) = signer.standing(&store.head()?) {
                return Ok(note.to_owned());
            }
            let signed = RefCell::new(String::new());
            let head = store.append(&Batch {
                checkpoint: Some(&|head: &Head| {
                    let note = signer.sign(head)?;
                    signed.borrow_mut().clone_from(&note);
                    Ok(note)
                }),
                ..Batch::of(&[])
            })?;
            signer.wrote(&head, &health);
            Ok(signed.into_inner())
        })
    }

    /// The proof that a record is in the trail, by its latest checkpoint, as a `tlog-proof` file (C2SP).
    ///
    /// # Errors
    /// There is no such record, or the store can't be read.
    pub fn prove(&self, seq: u64) -> Result<InclusionProof, TrailError> {
        let prove = || self.reader(|reader| Ok(verify::prove(reader, seq)));
        let proof = match prove()? {
            // A record that no checkpoint covers yet gets one.
            Err(VerifyError::NotAnchored { .. }) => {
                self.checkpoint()?;
                prove()?
            }
            proof => proof,
        }?;
        self.note_access("trail.prove", |data| data.with("record", seq));
        Ok(proof)
    }

    /// Signs with another key from now on. Old and new key both sign the hand-over, which is recorded, so that whoever trusts
    /// the old one can go on to the new one. The key file, if there is one, is the caller's to replace.
    ///
    /// # Errors
    /// The keys are the same, or the store can't be written.
    pub fn rotate_key(&self, new: TrailKey) -> Result<KeyRotation, TrailError> {
        let notices = self.inner.notices.clone();
        let rotation = self.order(move |store, signer| {
            let rotation = KeyRotation::new(&signer.origin, store.head()?.size, &signer.key, &new)
                .map_err(|error| TrailError::Outside(Box::new(error)))?;
            let (old, name) = (
                signer.key.verifier().to_string(),
                new.verifier().to_string(),
            );
            let statement = rotation.to_string();
            let mut reader = (store.opener())()?;
            let rotations = reader.fact(fact_name::ROTATIONS)?.unwrap_or_default();
            let keys = reader.fact(fact_name::KEYS)?.unwrap_or_default();
            let body = notices.key_changed(&old, &name, Some(&statement));
            // All or nothing: a trail that names a key which signs nothing could be opened by neither.
            store.append(&Batch {
                facts: &[
                    (
                        fact_name::ROTATIONS,
                        format!("{rotations}{statement}{}", fact_name::BETWEEN),
                    ),
                    (fact_name::KEYS, format!("{keys}\n{name}")),
                ],
                ..Batch::of(&[&body])
            })?;
            signer.key = new;
            signer.sign_next();
            Ok(rotation)
        })?;
        let verifier = self.inner.verifier.lock();
        *verifier.unwrap_or_else(PoisonError::into_inner) = rotation.new_key().clone();
        Ok(rotation)
    }

    /// Records that somebody read the trail, and what for.
    pub(super) fn note_access(
        &self,
        name: &'static str,
        data: impl FnOnce(Fields<'static>) -> Fields<'static>,
    ) {
        if !self.inner.records_access {
            return;
        }
        let mut event = self
            .inner
            .notices
            .event(EventKind::Access, name, data(Fields::new()));
        let scope = Scope::current();
        let ambient = scope.ambient();
        event.actor = ambient.actor.as_deref().cloned().map(Cow::Owned);
        event.tenant = ambient
            .tenant
            .as_ref()
            .map(|tenant| tenant.as_text().into_owned());
        event.trace = ambient.trace;
        // What can't be taken is counted as lost.
        let _counted = self.keep(&Fact::Other(&event), Delivery::Buffered);
    }
}
