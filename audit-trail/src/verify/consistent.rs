//! What opening proves: that the trail is a continuation of its last checkpoint, and of those kept elsewhere.

use crate::anchor::Anchor;
use crate::note::Checkpoint;
use crate::store::{Head, StoreReader, StoredTiles};
use crate::tree;

use super::damage::{Damage, DamageKind};
use super::error::VerifyError;
use super::keys::Keys;

/// Proves that a trail continues its last checkpoint and the last one of each second place. Returns up to where its own
/// checkpoint reaches.
///
/// It reads a few tiles, not the records: see [`Verifier`](super::Verifier) for those.
pub(crate) fn prove_consistent(
    reader: &mut dyn StoreReader,
    keys: &Keys,
    anchors: &mut [Box<dyn Anchor>],
) -> Result<u64, VerifyError> {
    let head = reader.head()?;
    check(reader, &head, head.size, head.root, DamageKind::Hashes)?;
    let mut anchored = 0;
    if let Some(last) = reader.checkpoints()?.last() {
        let checkpoint = keys.open(&last.note, last.size)?;
        continues(reader, &head, &checkpoint, DamageKind::Truncated, "its own")?;
        anchored = checkpoint.size();
    }
    for anchor in anchors {
        let Ok(copies) = anchor.checkpoints() else {
            // A second place that can't be read now says nothing against the trail.
            let anchor = anchor.name();
            tracing::warn!(target: "audit::health", anchor, "checkpoints in `{anchor}` can't be read");
            continue;
        };
        if let Some(copy) = copies.last() {
            let checkpoint = keys.open(copy, head.size)?;
            continues(
                reader,
                &head,
                &checkpoint,
                DamageKind::RolledBack,
                &anchor.name(),
            )?;
        }
    }
    Ok(anchored)
}

/// Whether a trail continues what a checkpoint says.
pub(super) fn continues(
    reader: &mut dyn StoreReader,
    head: &Head,
    checkpoint: &Checkpoint,
    shorter: DamageKind,
    whose: &str,
) -> Result<(), VerifyError> {
    let size = checkpoint.size();
    if size > head.size {
        let found = format!(
            "there are {} records, and a checkpoint ({whose}) over {size}",
            head.size
        );
        return Err(Damage::new(shorter, head.size, found).into());
    }
    check(reader, head, size, checkpoint.root(), DamageKind::Rewritten)
}

/// Whether the first records of a trail have this root.
fn check(
    reader: &mut dyn StoreReader,
    head: &Head,
    size: u64,
    root: tree::Hash,
    otherwise: DamageKind,
) -> Result<(), VerifyError> {
    let tiles = StoredTiles::of(reader, head.size);
    let found = tree::root(&tiles, size);
    if found.as_ref().ok() == Some(&root) {
        return Ok(());
    }
    let found = match found {
        Ok(found) => format!("the first {size} records have the root {found}, not {root}"),
        Err(error) => format!("the tree over the first {size} records can't be read: {error}"),
    };
    Err(Damage::new(otherwise, size.saturating_sub(1), found).into())
}
