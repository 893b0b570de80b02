//! Reading a trail through its handle. Who reads is recorded, as the trail is asked by name.

use std::borrow::Cow;

use audit_core::{Delivery, EventKind, Fact, Fields, Scope, TenantId, tell_recorded};

use crate::note::{KeyRotation, TrailKey};
use crate::proof::InclusionProof;
use crate::query::{Aggregation, Cursor, Page, Query, QueryError, Tally};
use crate::store::StoreReader;
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
    /// A limit of zero counts as 1. A page may hold fewer records than asked for, or none, though more are to come: it ends
    /// at 10,000 records, at some 16 MiB, and where looking further would take long. [`Page::next`] says where the next one
    /// begins, and is nothing behind the last; [`Trail::answers`] goes on by itself.
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
        self.search_for(None, query, after, limit)
    }

    /// The same, for a tenant if one is named: that is who is told of it.
    pub(super) fn search_for(
        &self,
        tenant: Option<&TenantId>,
        query: &Query,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page, TrailError> {
        let page = self.reader(|reader| Ok(reader.search(query, after, limit)?));
        self.noted_for(tenant, "trail.query", page, |page, data| {
            let records = page.map(|page| page.records.len() as u64);
            with_query(data, tenant, query).with("records", records)
        })
    }

    /// Counts the records that answer a query, by what the aggregation asks for.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn aggregate(&self, aggregation: &Aggregation) -> Result<Tally, TrailError> {
        self.aggregate_for(None, aggregation)
    }

    /// The same, for a tenant if one is named.
    pub(super) fn aggregate_for(
        &self,
        tenant: Option<&TenantId>,
        aggregation: &Aggregation,
    ) -> Result<Tally, TrailError> {
        let tally = self.reader(|reader| Ok(reader.aggregate(aggregation)?));
        self.noted_for(tenant, "trail.aggregate", tally, |tally, data| {
            with_query(data, tenant, &aggregation.query)
                .with("records", tally.map(|tally| tally.records))
        })
    }

    /// Checks every record against the tree, and the tree against the checkpoints, by the key that signs the trail, those that
    /// handed over to it, and those to which it handed over in another process. Second places are asked by a [`Verifier`].
    ///
    /// # Errors
    /// The store can't be read. What is wrong with the trail is no error, but in the answer.
    pub fn verify(&self) -> Result<Verification, TrailError> {
        let verify = || {
            let key = self.verifier_key();
            let keys = self.reader(|reader| Ok(Keys::trusting([key], reader)?))?;
            Ok(Verifier::new(keys).verify(self.inner.readers.opener())?)
        };
        self.noted("trail.verify", verify(), |verification, data| {
            data.with("records", verification.map(|found| found.size))
                .with("sound", verification.map(Verification::is_sound))
        })
    }

    /// Signs a checkpoint over all records that are written, and returns it. Where the last one covers them already, it is that one.
    ///
    /// # Errors
    /// Another process changed the key and this one does not have the new one, or the store can't be written.
    pub fn checkpoint(&self) -> Result<String, TrailError> {
        let health = std::sync::Arc::clone(&self.inner.health);
        self.order(move |store, signer| Ok(signer.checkpoint(store, &health)?))
    }

    /// The proof that a record is in the trail, by its latest checkpoint, as a `tlog-proof` file (C2SP).
    ///
    /// # Errors
    /// There is no such record, or the store can't be read.
    pub fn prove(&self, seq: u64) -> Result<InclusionProof, TrailError> {
        let proof = self.proof_by(|reader| verify::prove(reader, seq));
        self.noted("trail.prove", proof, |_, data| data.with("record", seq))
    }

    /// A proof, made in this way. A record that no checkpoint covers yet gets one.
    pub(super) fn proof_by(
        &self,
        prove: impl Fn(&mut dyn StoreReader) -> Result<InclusionProof, VerifyError>,
    ) -> Result<InclusionProof, TrailError> {
        let prove = || self.reader(|reader| Ok(prove(reader)));
        let proof = match prove()? {
            Err(VerifyError::NotAnchored { .. }) => {
                self.checkpoint()?;
                prove()?
            }
            proof => proof,
        }?;
        Ok(proof)
    }

    /// Signs with another key from now on. Old and new key both sign the hand-over, which is recorded, so that whoever trusts
    /// the old one can go on to the new one. The key file, if there is one, is the caller's to replace, best by renaming another:
    /// other processes that have the trail open take the new key from it, and sign no checkpoint until they have it.
    ///
    /// # Errors
    /// The keys are the same, the new one signed the trail before, another process changed the key and this one does not have that
    /// one, or the store can't be written.
    pub fn rotate_key(&self, new: TrailKey) -> Result<KeyRotation, TrailError> {
        let notices = self.inner.notices.clone();
        self.order(move |store, signer| Ok(signer.hand_over(store, new, &notices)?))
    }

    /// Records that somebody read the trail, what for, and how it ended.
    pub(super) fn noted<T>(
        &self,
        name: &'static str,
        read: Result<T, TrailError>,
        data: impl FnOnce(Option<&T>, Fields<'static>) -> Fields<'static>,
    ) -> Result<T, TrailError> {
        self.noted_for(None, name, read, data)
    }

    /// The same, where what was read is a tenant's.
    pub(super) fn noted_for<T>(
        &self,
        tenant: Option<&TenantId>,
        name: &'static str,
        read: Result<T, TrailError>,
        data: impl FnOnce(Option<&T>, Fields<'static>) -> Fields<'static>,
    ) -> Result<T, TrailError> {
        self.note_access(tenant, name, |told| {
            let told = data(read.as_ref().ok(), told);
            match &read {
                Ok(_) => told,
                Err(error) if tenant.is_some() => told.with("error", error.to_tenant()),
                Err(error) => told.with("error", error.in_one_line()),
            }
        });
        read
    }

    /// Records that somebody read the trail, and what for. Where what was read is a tenant's, it is told as his, for whomever else the
    /// reader acts; where all of it was, for no tenant: what was asked and how much there was is not for the one in whose scope it
    /// was asked, which is told in `scope_tenant`.
    pub(super) fn note_access(
        &self,
        tenant: Option<&TenantId>,
        name: &'static str,
        data: impl FnOnce(Fields<'static>) -> Fields<'static>,
    ) {
        if !self.inner.records_access {
            return;
        }
        let scope = Scope::current();
        let ambient = scope.ambient();
        let mut told = data(Fields::new());
        if let (None, Some(around)) = (tenant, &ambient.tenant) {
            told.set("scope_tenant", around.as_text().into_owned());
        }
        let mut event = self.inner.notices.event(EventKind::Access, name, told);
        event.actor = ambient.actor.as_deref().cloned().map(Cow::Owned);
        // What is read of all tenants is nobody's to see but theirs who read it: no tenant's handle shows it.
        event.tenant = tenant.map(|tenant| tenant.as_text().into_owned());
        event.trace = ambient.trace;
        // What can't be taken is counted as lost.
        let _counted = self.keep(&Fact::Other(&event), Delivery::Buffered);
        tell_recorded(event);
    }
}

/// What was asked. Its text does not say whose records alone may answer, which a tenant's own reading says anyway.
pub(super) fn with_query(
    data: Fields<'static>,
    tenant: Option<&TenantId>,
    query: &Query,
) -> Fields<'static> {
    let data = data.with("query", query.to_string());
    let kept: Vec<String> = query.tenants().collect();
    if tenant.is_some() || kept.is_empty() {
        return data;
    }
    data.with("within_tenant", kept.join(","))
}
