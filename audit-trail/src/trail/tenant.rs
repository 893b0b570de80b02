//! [`TenantTrail`]: what one tenant has in a trail, and nothing else.

use std::fmt;
use std::path::Path;

use audit_core::{Fields, TenantId};

use crate::export::write_tenant_records;
use crate::note::{SignedNote, VerifierKey};
use crate::proof::InclusionProof;
use crate::query::{Aggregation, Cursor, Page, Query, QueryError, Tally};
use crate::store::StoreReader;
use crate::verify::{self, VerifyError};

use super::answer::Answers;
use super::error::TrailError;
use super::handle::Trail;

/// What one tenant has in a trail, and nothing else: for whatever answers the tenant's own people. Made by [`Trail::for_tenant`];
/// there is no way back from it to the trail.
///
/// Its tenant is in every question, put there by the handle and not by who asks. Records of other tenants, and those that belong to
/// none, such as what the trail tells of itself, are as if they were not there: no query finds or counts them, and asking for the proof
/// of one is answered as asking for one that there is not. A cursor of another tenant's handle or of the whole trail is refused.
/// Each reading is recorded with the tenant of the handle, whoever reads, so that the tenant finds it among its own records.
///
/// # What can't be hidden
///
/// The place of a record and the size in a checkpoint say how many records the trail has in all, and how many came between two. A
/// proof has hashes of other records: who knows one of these records to the byte, its identifier and its time in nanoseconds included,
/// can tell that it is there, and nobody else anything. What an answer holds and where its pages end hangs on the tenant's own records
/// alone, but how long it takes may depend on how many records others have, by some milliseconds.
///
/// ```
/// use std::time::Duration;
///
/// use audit_core::{Action, Policy, Runtime, TenantId, tenant};
/// use audit_trail::{Query, Trail};
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("audit.db");
/// # let policy = Policy::from_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/payments/policy"))?;
/// let trail = Trail::open(path)?;
/// let runtime = Runtime::builder().policy(policy).recorder(trail.clone()).build()?;
/// for name in ["acme", "globex"] {
///     tenant::scope(name)?.run(|| runtime.allow(&Action::new("refund").with("amount", 5000)));
/// }
/// trail.flush(Duration::from_secs(5))?;
///
/// let acme = trail.for_tenant(TenantId::new("acme")?);
/// let refunds = acme.search(&acme.query("action:refund")?, None, 10)?;
/// assert_eq!(refunds.records.len(), 1);
/// let others = acme.search(&acme.query("tenant:globex")?, None, 10)?;
/// assert!(others.records.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct TenantTrail {
    trail: Trail,
    tenant: TenantId,
}

impl Trail {
    /// What this tenant has in the trail, and nothing else.
    pub fn for_tenant(&self, tenant: TenantId) -> TenantTrail {
        TenantTrail {
            trail: self.clone(),
            tenant,
        }
    }
}

impl TenantTrail {
    /// Whose records it has.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Reads a query from text, as [`Trail::query`] does.
    ///
    /// # Errors
    /// All that is wrong with it, each with its place.
    pub fn query(&self, text: &str) -> Result<Query, QueryError> {
        self.trail.query(text)
    }

    /// The records of the tenant that answer a query, a page of them, as [`Trail::search`] has it.
    ///
    /// # Errors
    /// The store can't be read, or the cursor is not of this query of this tenant.
    pub fn search(
        &self,
        query: &Query,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page, TrailError> {
        let query = query.clone().within_tenant(&self.tenant);
        self.trail
            .search_for(Some(&self.tenant), &query, after, limit)
    }

    /// All records of the tenant that answer a query, one after another.
    pub fn answers(&self, query: Query) -> Answers {
        let query = query.within_tenant(&self.tenant);
        self.trail.answers_for(Some(&self.tenant), query)
    }

    /// Counts the records of the tenant that answer a query, by what the aggregation asks for.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn aggregate(&self, aggregation: &Aggregation) -> Result<Tally, TrailError> {
        let mut asked = aggregation.clone();
        asked.query = asked.query.within_tenant(&self.tenant);
        self.trail.aggregate_for(Some(&self.tenant), &asked)
    }

    /// The proof that a record of the tenant is in the trail, as [`Trail::prove`] has it.
    ///
    /// # Errors
    /// [`NoTenantRecord`](TrailError::NoTenantRecord) where the tenant has none at this place, be there another's or none at all; the
    /// store can't be read.
    pub fn prove(&self, seq: u64) -> Result<InclusionProof, TrailError> {
        let prove =
            |reader: &mut dyn StoreReader| verify::prove_for_tenant(reader, &self.tenant, seq);
        let proof = self.trail.proof_by(prove);
        let tell = |_: Option<&InclusionProof>, data: Fields<'static>| data.with("record", seq);
        self.trail
            .noted_for(Some(&self.tenant), "trail.prove", proof, tell)
    }

    /// Writes the tenant's records to a directory that is made or empty, each with the file that proves it, as
    /// [`write_tenant_records`] does. A checkpoint over all that is written is signed for it; of a trail that is closed, it is the
    /// last one. Returned is how many records there are.
    ///
    /// # Errors
    /// No checkpoint can be signed; there is something in the directory; something can't be read or written.
    pub fn export_records(&self, dir: impl AsRef<Path>) -> Result<u64, TrailError> {
        let exported = self.write_records_to(dir.as_ref());
        let tell = |records: Option<&u64>, data: Fields<'static>| {
            data.with("records", records.copied())
                .with("format", "records")
        };
        self.trail
            .noted_for(Some(&self.tenant), "trail.export", exported, tell)
    }

    fn write_records_to(&self, dir: &Path) -> Result<u64, TrailError> {
        let checkpoint: SignedNote = self
            .trail
            .checkpoint_to_export()?
            .parse()
            .map_err(VerifyError::Note)?;
        let opener = self.trail.inner.readers.opener();
        write_tenant_records(dir, opener, &self.tenant, &checkpoint, &mut |_| ())
            .map_err(|error| TrailError::Outside(Box::new(error)))
    }

    /// The key that checks the tenant's proofs, by now.
    pub fn verifier_key(&self) -> VerifierKey {
        self.trail.verifier_key()
    }
}

impl fmt::Debug for TenantTrail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // How the trail does is nothing of a tenant's.
        f.debug_struct("TenantTrail")
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}
