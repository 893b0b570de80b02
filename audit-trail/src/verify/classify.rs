//! What was done to the first record that is not as it was hashed.

use crate::note::Checkpoint;
use crate::store::{StoreReader, StoredCheckpoint};
use crate::tree::{Edge, Hash, TILE_WIDTH, TilePlace, leaf_hash};

use super::damage::{Damage, DamageKind};
use super::error::VerifyError;
use super::keys::Keys;
use super::pass::{Pass, own_place};

const WIDTH: u64 = TILE_WIDTH as u64;

/// Says what was done, at its first trace.
pub(super) fn classify(
    reader: &mut dyn StoreReader,
    pass: &Pass,
    keys: &Keys,
    own: &[StoredCheckpoint],
    seq: u64,
    hashes_hold: bool,
) -> Result<Damage, VerifyError> {
    let mut at = At { reader };
    let Some(body) = at.body(seq)? else {
        let last = at.first_from(seq)?.is_none();
        return Ok(if last {
            let found = format!("records from {seq} to {} are not there", pass.size - 1);
            Damage::new(DamageKind::Truncated, seq, found)
        } else {
            let found = format!("record {seq} is not there, and no retention took it");
            Damage::new(DamageKind::Removed, seq, found)
        });
    };
    let hash = leaf_hash(&body);
    let signed = at.hash(seq)?;
    if !hashes_hold && signed != Some(hash) && records_hold(&mut at, keys, own)? {
        let found =
            format!("the hash of record {seq} is not its own, and the record is as it was signed");
        return Ok(Damage::new(DamageKind::Hashes, seq, found));
    }
    if signed.is_some()
        && at.hash(seq + 1)? != Some(hash)
        && at.body(seq + 1)?.map(|next| leaf_hash(&next)) == signed
    {
        let found = format!(
            "what stands as record {seq} was never written; the record itself stands behind it"
        );
        return Ok(Damage::new(DamageKind::Inserted, seq, found));
    }
    let next = at.body(seq + 1)?.map(|next| leaf_hash(&next));
    if at.hash(seq + 1)? == Some(hash) && next != signed {
        let found = format!("what stands as record {seq} is the one behind it");
        return Ok(Damage::new(DamageKind::Removed, seq, found));
    }
    if let Some(place) = own_place(&body).filter(|place| *place != seq)
        && at.hash(place)? == Some(hash)
    {
        let found = format!("what stands as record {seq} is record {place}");
        return Ok(Damage::new(DamageKind::Reordered, seq, found));
    }
    let found = format!("the bytes of record {seq} are not those that were written");
    Ok(Damage::new(DamageKind::Edited, seq, found))
}

/// Whether the records, hashed anew, are what the last checkpoint signed.
fn records_hold(
    at: &mut At<'_>,
    keys: &Keys,
    own: &[StoredCheckpoint],
) -> Result<bool, VerifyError> {
    let opened = |stored: &StoredCheckpoint| keys.open(&stored.note, stored.size).ok();
    let Some(checkpoint): Option<Checkpoint> = own.iter().rev().find_map(opened) else {
        return Ok(false);
    };
    let mut edge = Edge::new();
    let mut expected = 0;
    let mut whole = true;
    at.reader.records(0, checkpoint.size(), &mut |seq, body| {
        whole &= seq == expected;
        expected = seq + 1;
        edge.push(leaf_hash(body));
        whole
    })?;
    Ok(whole && edge.size() == checkpoint.size() && edge.root() == checkpoint.root())
}

/// Single records and hashes.
struct At<'r> {
    reader: &'r mut dyn StoreReader,
}

impl At<'_> {
    fn body(&mut self, seq: u64) -> Result<Option<Vec<u8>>, VerifyError> {
        let mut found = None;
        self.reader
            .records(seq, seq.saturating_add(1), &mut |_, body| {
                found = Some(body.to_vec());
                false
            })?;
        Ok(found)
    }

    fn first_from(&mut self, seq: u64) -> Result<Option<u64>, VerifyError> {
        let mut found = None;
        self.reader.records(seq, u64::MAX, &mut |seq, _| {
            found = Some(seq);
            false
        })?;
        Ok(found)
    }

    fn hash(&mut self, seq: u64) -> Result<Option<Hash>, VerifyError> {
        let tile = self.reader.tile(TilePlace::new(0, seq / WIDTH))?;
        let place = usize::try_from(seq % WIDTH).unwrap_or_default() * Hash::LEN;
        Ok(tile
            .as_deref()
            .and_then(|hashes| hashes.get(place..place + Hash::LEN))
            .and_then(|hash| Some(Hash::new(hash.try_into().ok()?))))
    }
}
