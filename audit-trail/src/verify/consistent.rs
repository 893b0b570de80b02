//! What opening proves: that the trail is a continuation of its last checkpoint, and of those kept elsewhere.

use crate::anchor::Anchor;
use crate::note::{Checkpoint, SignedNote};
use crate::store::{Head, StoreReader, StoredTiles, fact_name};
use crate::tree::{self, Hash, TILE_WIDTH, TilePlace};

use super::damage::{Damage, DamageKind};
use super::error::VerifyError;
use super::keys::Keys;
use super::pass::is_pruned;

/// Proves that a trail continues its last checkpoint and the last one of each second place. Returns up to where its own
/// checkpoint reaches.
///
/// It reads a few tiles and the last record, not all records: see [`Verifier`](super::Verifier) for those.
pub(crate) fn prove_consistent(
    reader: &mut dyn StoreReader,
    keys: &Keys,
    anchors: &mut [Box<dyn Anchor>],
) -> Result<u64, VerifyError> {
    // Before the head, so that none is of a later state: others may write meanwhile.
    let own = reader.latest_checkpoint()?;
    let copies: Vec<_> = anchors
        .iter_mut()
        .map(|anchor| (anchor.name(), anchor.checkpoints()))
        .collect();
    let head = reader.head()?;
    check(reader, &head, head.size, head.root, DamageKind::Hashes)?;
    ends_with_last(reader, &head)?;
    if let Some(damage) = beyond(reader, head.size)? {
        return Err(damage.into());
    }
    if own.is_none()
        && let Some(damage) = unsigned(reader, &head)?
    {
        return Err(damage.into());
    }
    let mut anchored = 0;
    if let Some(last) = own {
        let checkpoint = keys.open(&last.note, last.size)?;
        continues(reader, &head, &checkpoint, DamageKind::Truncated, "its own")?;
        anchored = checkpoint.size();
    }
    for (anchor, copies) in copies {
        let Ok(copies) = copies else {
            // A second place that can't be read now says nothing against the trail.
            tracing::warn!(target: "audit::health", anchor, "checkpoints in `{anchor}` can't be read");
            continue;
        };
        // Where several processes share a place, the last one to come need not be the one that reaches farthest.
        if let Some(copy) = copies.iter().rev().max_by_key(|copy| claimed_size(copy)) {
            let checkpoint = keys.open(copy, head.size)?;
            continues(reader, &head, &checkpoint, DamageKind::RolledBack, &anchor)?;
        }
    }
    Ok(anchored)
}

/// How many records an opening writes before the first checkpoint of a trail.
const BEFORE_THE_FIRST: u64 = 8;

/// What is wrong with a trail that has no checkpoint: it has one as soon as it names its keys.
pub(super) fn unsigned(
    reader: &mut dyn StoreReader,
    head: &Head,
) -> Result<Option<Damage>, VerifyError> {
    let names_keys = reader.fact(fact_name::KEYS)?.is_some();
    if !names_keys && head.size <= BEFORE_THE_FIRST {
        return Ok(None);
    }
    // It was looked for before: another process may have made the trail meanwhile.
    if !reader.checkpoints()?.is_empty() {
        return Ok(None);
    }
    let found = format!(
        "there are {} records, and no checkpoint over any of them",
        head.size
    );
    let last = head.size.saturating_sub(1);
    Ok(Some(Damage::new(DamageKind::Rewritten, last, found)))
}

/// What a checkpoint says of itself, whoever wrote it.
fn claimed_size(note: &str) -> Option<u64> {
    let note: SignedNote = note.parse().ok()?;
    Some(Checkpoint::parse(note.text()).ok()?.size())
}

/// Whether the last record is there, as it was hashed.
fn ends_with_last(reader: &mut dyn StoreReader, head: &Head) -> Result<(), VerifyError> {
    let Some(last) = head.size.checked_sub(1) else {
        return Ok(());
    };
    let mut bytes = None;
    reader.records(last, head.size, &mut |_, body| {
        bytes = Some(tree::leaf_hash(body));
        false
    })?;
    let tile = reader.tile(TilePlace::new(0, last / TILE_WIDTH as u64))?;
    let place = usize::try_from(last % TILE_WIDTH as u64).unwrap_or_default() * Hash::LEN;
    let signed = tile
        .as_deref()
        .and_then(|hashes| hashes.get(place..place + Hash::LEN));
    let damage = match bytes {
        Some(hash) if signed == Some(&hash.as_bytes()[..]) => return Ok(()),
        Some(_) => {
            let found = format!("the bytes of record {last} are not those that were written");
            Damage::new(DamageKind::Edited, last, found)
        }
        None if is_pruned(&reader.pruned()?, last) => return Ok(()),
        None => {
            let found = format!("record {last}, the last of {}, is not there", head.size);
            Damage::new(DamageKind::Truncated, last, found)
        }
    };
    Err(damage.into())
}

/// Records that stand behind the last one.
pub(super) fn beyond(
    reader: &mut dyn StoreReader,
    size: u64,
) -> Result<Option<Damage>, VerifyError> {
    let mut first = None;
    reader.records(size, u64::MAX, &mut |seq, _| {
        first = Some(seq);
        false
    })?;
    // Whoever writes meanwhile moves the end.
    let Some(seq) = first else {
        return Ok(None);
    };
    if seq < reader.head()?.size {
        return Ok(None);
    }
    let found = format!("record {seq} stands behind the last one");
    Ok(Some(Damage::new(DamageKind::Inserted, seq, found)))
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
    root: Hash,
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
