//! Checkpoints against the tree.

use crate::note::{Checkpoint, SignedNote};
use crate::store::Head;
use crate::tree::{self, Tiles};

use super::damage::{Damage, DamageKind};
use super::keys::Keys;

/// What is wrong with the root that the trail names itself.
pub(super) fn check_head<T: Tiles>(tiles: &T, head: &Head) -> Option<Damage> {
    let found = match tree::root(tiles, head.size) {
        Ok(root) if root == head.root => return None,
        Ok(root) => format!(
            "the tree has the root {root}, and the trail says {}",
            head.root
        ),
        Err(error) => format!("the tree can't be read: {error}"),
    };
    Some(Damage::new(
        DamageKind::Hashes,
        head.size.saturating_sub(1),
        found,
    ))
}

/// Checks a checkpoint of the trail's own. Returns up to where it reaches.
pub(super) fn check<T: Tiles>(
    tiles: &T,
    keys: &Keys,
    head: &Head,
    note: &str,
    size: u64,
    whose: &str,
) -> Result<u64, Damage> {
    let checkpoint = keys.open(note, size)?;
    if checkpoint.size() != size {
        let found = format!(
            "the checkpoint over {size} records says {}",
            checkpoint.size()
        );
        return Err(Damage::new(
            DamageKind::WrongKey,
            size.saturating_sub(1),
            found,
        ));
    }
    covers(tiles, head, &checkpoint, DamageKind::Truncated, whose)
}

/// Checks a checkpoint that was kept elsewhere.
pub(super) fn check_copy<T: Tiles>(
    tiles: &T,
    keys: &Keys,
    head: &Head,
    note: &str,
    whose: &str,
) -> Result<u64, Damage> {
    // What it says about itself is for the message alone until it is opened.
    let claimed = note.parse::<SignedNote>().ok();
    let claimed = claimed.and_then(|note| Checkpoint::parse(note.text()).ok());
    let size = claimed.map_or(head.size, |checkpoint| checkpoint.size());
    let checkpoint = keys.open(note, size)?;
    covers(tiles, head, &checkpoint, DamageKind::RolledBack, whose)
}

fn covers<T: Tiles>(
    tiles: &T,
    head: &Head,
    checkpoint: &Checkpoint,
    shorter: DamageKind,
    whose: &str,
) -> Result<u64, Damage> {
    let (size, signed) = (checkpoint.size(), checkpoint.root());
    if size > head.size {
        let found = format!(
            "there are {} records, and a checkpoint ({whose}) over {size}",
            head.size
        );
        return Err(Damage::new(shorter, head.size, found));
    }
    let found = match tree::root(tiles, size) {
        Ok(root) if root == signed => return Ok(size),
        Ok(root) => format!(
            "the first {size} records have the root {root}, and a checkpoint ({whose}) says {signed}"
        ),
        Err(error) => format!("the tree over the first {size} records can't be read: {error}"),
    };
    Err(Damage::new(
        DamageKind::Rewritten,
        size.saturating_sub(1),
        found,
    ))
}
