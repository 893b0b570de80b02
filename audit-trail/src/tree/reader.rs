//! [`Reader`]: the root of any range of records that tiles can tell.

use std::borrow::Cow;

use super::error::TreeError;
use super::hash::{Hash, empty_root, node_hash};
use super::place::{HEIGHT, TILE_WIDTH, TilePlace};
use super::tile::Tiles;

/// Reads hashes, and keeps the tiles that it read last.
pub(super) struct Reader<'t, T: Tiles> {
    tiles: &'t T,
    read: Vec<(TilePlace, Cow<'t, [u8]>)>,
}

/// A proof needs a few tiles of each level.
const KEPT: usize = 16;

impl<'t, T: Tiles> Reader<'t, T> {
    pub(super) const fn new(tiles: &'t T) -> Self {
        Self {
            tiles,
            read: Vec::new(),
        }
    }

    /// The root over the records from `start` on to `end`, which begin where a subtree of theirs can: RFC 9162,
    /// section 2.1.1, `MTH(D[start:end])`.
    pub(super) fn range(&mut self, start: u64, end: u64) -> Result<Hash, TreeError<T::Error>> {
        let mut roots = self.perfect(start, end)?.into_iter().rev();
        let Some(last) = roots.next() else {
            return Ok(empty_root());
        };
        Ok(roots.fold(last, |right, left| node_hash(left, right)))
    }

    /// The roots of the perfect subtrees of that range, the largest first.
    pub(super) fn perfect(
        &mut self,
        start: u64,
        end: u64,
    ) -> Result<Vec<Hash>, TreeError<T::Error>> {
        let mut roots = Vec::new();
        let mut from = start;
        while from < end {
            let height = (end - from).ilog2();
            roots.push(self.subtree(height, from >> height)?);
            from += 1 << height;
        }
        Ok(roots)
    }

    /// The root of the subtree of `2^height` records that is the `index`th of its kind.
    fn subtree(&mut self, height: u32, index: u64) -> Result<Hash, TreeError<T::Error>> {
        // At most 7, as a height is below 64.
        let level = u8::try_from(height / HEIGHT).unwrap_or(u8::MAX);
        let within = height % HEIGHT;
        let first = index << within;
        let hashes = self.hashes(level, first, 1 << within)?;
        Ok(fold(hashes))
    }

    /// Hashes of one level that stand in one tile.
    pub(super) fn hashes(
        &mut self,
        level: u8,
        first: u64,
        count: usize,
    ) -> Result<Vec<Hash>, TreeError<T::Error>> {
        let place = TilePlace::new(level, first / TILE_WIDTH as u64);
        // Below 256.
        let before = usize::try_from(first % TILE_WIDTH as u64).unwrap_or_default();
        let mut hashes = {
            let bytes = self.tile(place)?;
            let from = bytes.get(before * Hash::LEN..).unwrap_or_default();
            split(from, count)
        };
        if hashes.len() < count && level == 0 {
            return Err(TreeError::Missing {
                place,
                expected: before + count,
                found_bytes: self.tile(place)?.len(),
            });
        }
        while hashes.len() < count {
            let below = first + hashes.len() as u64;
            let full = self.hashes(level - 1, below * TILE_WIDTH as u64, TILE_WIDTH)?;
            hashes.push(fold(full));
        }
        Ok(hashes)
    }

    fn tile(&mut self, place: TilePlace) -> Result<&[u8], TreeError<T::Error>> {
        let kept = self.read.iter().position(|(kept, _)| *kept == place);
        if kept.is_none() {
            let tile = self.tiles.tile(place);
            let tile = tile.map_err(|error| TreeError::Read { place, error })?;
            if self.read.len() >= KEPT {
                self.read.remove(0);
            }
            self.read.push((place, tile.unwrap_or_default()));
        }
        let at = kept.unwrap_or(self.read.len().saturating_sub(1));
        Ok(self.read.get(at).map_or(&[], |(_, bytes)| bytes))
    }
}

fn split(mut bytes: &[u8], count: usize) -> Vec<Hash> {
    let mut hashes = Vec::with_capacity(count);
    while hashes.len() < count
        && let Some((hash, rest)) = Hash::split(bytes)
    {
        hashes.push(hash);
        bytes = rest;
    }
    hashes
}

/// The root over hashes whose number is a power of two.
fn fold(mut hashes: Vec<Hash>) -> Hash {
    while hashes.len() > 1 {
        let (pairs, _) = hashes.as_chunks::<2>();
        hashes = pairs
            .iter()
            .map(|[left, right]| node_hash(*left, *right))
            .collect();
    }
    hashes.pop().unwrap_or_else(empty_root)
}
