//! The proof that one record is in a trail.

use audit_core::TenantId;

use crate::columns::Columns;
use crate::note::SignedNote;
use crate::proof::InclusionProof;
use crate::store::{StoreReader, StoredTiles};
use crate::tree;

use super::error::VerifyError;

/// The proof that a record is in a trail, by its latest checkpoint.
///
/// # Errors
/// There is no such record, no checkpoint covers it, or the trail can't be read.
pub fn prove(reader: &mut dyn StoreReader, seq: u64) -> Result<InclusionProof, VerifyError> {
    // Before the head, so that it is not of a later state: others may write meanwhile.
    let last = reader.latest_checkpoint()?;
    let head = reader.head()?;
    if seq >= head.size {
        return Err(VerifyError::NoRecord {
            seq,
            size: head.size,
        });
    }
    let last = last.filter(|last| last.size > seq);
    let checkpoint = last.ok_or(VerifyError::NotAnchored { seq })?;
    let note: SignedNote = checkpoint.note.parse().map_err(VerifyError::Note)?;
    let tiles = StoredTiles::of(reader, head.size);
    let hashes = tree::inclusion_proof(&tiles, seq, checkpoint.size).map_err(|error| {
        let message = "the tree of the trail can't be read";
        let kind = crate::store::StoreErrorKind::Damaged;
        crate::store::StoreError::new(kind, message).because(error.to_string())
    })?;
    Ok(InclusionProof::new(seq, hashes, note))
}

/// The proof that a record of this tenant is in a trail, by its latest checkpoint. A record of another tenant, or of none, is as if it
/// were not there; so is one that retention took, as nobody can tell any more whose it was.
///
/// Whoever has a proof learns how many records there are in the trail, and hashes of some of them, from which nothing of a record is told.
/// Finding that there is no such record takes a little longer where there is one of another tenant.
///
/// # Errors
/// The tenant has no such record, no checkpoint covers it, or the trail can't be read.
pub fn prove_for_tenant(
    reader: &mut dyn StoreReader,
    tenant: &TenantId,
    seq: u64,
) -> Result<InclusionProof, VerifyError> {
    let mut is_own = false;
    let mut see = |found, body: &[u8]| {
        if found == seq {
            let columns = Columns::read(body);
            is_own = columns.is_ok_and(|columns| columns.tenant.as_deref() == Some(tenant));
        }
        true
    };
    reader.records(seq, seq.saturating_add(1), &mut see)?;
    if !is_own {
        let tenant = tenant.clone();
        return Err(VerifyError::NoTenantRecord { tenant, seq });
    }
    prove(reader, seq)
}
