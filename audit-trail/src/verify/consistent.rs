//! What opening proves: that the trail is a continuation of its last checkpoint, and of those kept elsewhere.

use audit_core::__private::say;

use crate::anchor::AnchorError;
use crate::note::Checkpoint;
use crate::store::{Head, StoreReader, StoredTiles, fact_name};
use crate::tree::{self, Hash, TILE_WIDTH, TilePlace};

use super::copy::{Asked, Names, Places};
use super::damage::{Damage, DamageKind};
use super::error::VerifyError;
use super::keys::Keys;
use super::pass::is_pruned;

/// What an opening proved.
#[derive(Debug, Default)]
pub(crate) struct Proved {
    /// Up to where the trail's own last checkpoint reaches.
    pub(crate) anchored: u64,
    /// How many second places said nothing about it, though they should have.
    pub(crate) places_silent: u64,
}

/// Proves that a trail continues its last checkpoint and the last one of each second place.
///
/// `name` is what the trail calls itself, or will be called; `said` what its opener calls it. It reads a few tiles and the last
/// record, not all records: see [`Verifier`](super::Verifier) for those.
pub(crate) fn prove_consistent(
    reader: &mut dyn StoreReader,
    keys: &Keys,
    (name, said): (&str, Option<&str>),
    places: Places<'_>,
) -> Result<Proved, VerifyError> {
    let Places {
        anchors,
        are_required,
    } = places;
    // Before the head, so that none is of a later state: others may write meanwhile.
    let own = reader.latest_checkpoint()?;
    let asked: Vec<_> = anchors
        .iter_mut()
        .map(|anchor| Asked::of(&mut **anchor))
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
    let mut proved = Proved::default();
    if let Some(last) = &own {
        let checkpoint = keys.open(&last.note, last.size)?;
        continues(reader, &head, &checkpoint, DamageKind::Truncated, "its own")?;
        if let Some(damage) = renamed(name, &checkpoint) {
            return Err(damage.into());
        }
        proved.anchored = checkpoint.size();
    }
    let names = Names::new(name, said, keys);
    let mut silent = Vec::new();
    for asked in asked {
        let place = asked.place.clone();
        match asked.farthest(&names) {
            Ok(Some(copy)) => {
                let checkpoint = keys.open(&copy, head.size)?;
                continues(reader, &head, &checkpoint, DamageKind::RolledBack, &place)?;
            }
            // Without a checkpoint there is nothing that could have been copied.
            Ok(None) if own.is_none() => {}
            Ok(None) => silent.push((place, None)),
            Err(error) => silent.push((place, Some(error))),
        }
    }
    proved.places_silent = silent.len() as u64;
    for (place, error) in silent {
        // After all that was said: a roll-back that one place finds is worse news than another's silence.
        if are_required {
            return Err(VerifyError::NoCopy { place, error });
        }
        warn_of(&place, error.as_ref());
    }
    Ok(proved)
}

/// A second place that says nothing now says nothing against the trail; but whoever made it silent may have had a reason.
fn warn_of(anchor: &str, error: Option<&AnchorError>) {
    say(|| {
        if let Some(error) = error {
            let trouble = error.to_string();
            tracing::warn!(
                target: "audit::health",
                anchor, trouble,
                "the checkpoints in `{anchor}` can't be read: it is not known whether the trail continues them"
            );
        } else {
            tracing::warn!(
                target: "audit::health",
                anchor,
                "there is no checkpoint of the trail in `{anchor}`: unless the place is new, they were taken away"
            );
        }
    });
}

/// A trail keeps the name that it was made with. One that was given another would have no copies in second places.
pub(super) fn renamed(name: &str, checkpoint: &Checkpoint) -> Option<Damage> {
    let signed = checkpoint.origin();
    if signed == name {
        return None;
    }
    let (name, signed) = (name.escape_debug(), signed.escape_debug());
    let found =
        format!("the trail calls itself `{name}`, and its last checkpoint is of `{signed}`");
    Some(Damage::new(DamageKind::Rewritten, 0, found))
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
