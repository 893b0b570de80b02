//! The proof that one record is in a trail.

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
