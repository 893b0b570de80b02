//! [`StoredTiles`]: the tiles of a trail as proofs read them.

use std::borrow::Cow;
use std::cell::RefCell;

use crate::tree::{Hash, TILE_WIDTH, TilePlace, Tiles, leaf_hash};

use super::{StoreError, StoreReader};

/// Where tiles are stored, and the bytes of records behind them.
pub(crate) trait TileSource {
    /// A tile as far as it is stored.
    fn stored_tile(&self, place: TilePlace) -> Result<Option<Vec<u8>>, StoreError>;

    /// Shows the bytes of records, from `first` on, up to and without `end`.
    fn each_body(&self, first: u64, end: u64, see: &mut dyn FnMut(&[u8]))
    -> Result<(), StoreError>;
}

/// The tiles of a trail of some size: what the last one of level 0 lacks is hashed from the records.
pub(crate) struct StoredTiles<S> {
    source: S,
    size: u64,
}

impl<S: TileSource> StoredTiles<S> {
    pub(crate) fn new(source: S, size: u64) -> Self {
        Self { source, size }
    }

    fn lengthen(&self, place: TilePlace, mut hashes: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        let first = place.index * TILE_WIDTH as u64;
        let known = (hashes.len() / Hash::LEN) as u64;
        let end = self.size.min(first + TILE_WIDTH as u64);
        self.source.each_body(first + known, end, &mut |body| {
            hashes.extend_from_slice(leaf_hash(body).as_bytes());
        })?;
        Ok(hashes)
    }
}

impl<S: TileSource> Tiles for StoredTiles<S> {
    type Error = StoreError;

    fn tile(&self, place: TilePlace) -> Result<Option<Cow<'_, [u8]>>, StoreError> {
        let stored = self.source.stored_tile(place)?;
        if place.level > 0 {
            return Ok(stored.map(Cow::Owned));
        }
        let hashes = stored.unwrap_or_default();
        let hashes = if hashes.len() < place.width(self.size) * Hash::LEN {
            self.lengthen(place, hashes)?
        } else {
            hashes
        };
        Ok(Some(Cow::Owned(hashes)))
    }
}

impl<'r> StoredTiles<RefCell<&'r mut dyn StoreReader>> {
    /// The tiles of the trail that a reader reads.
    pub(crate) fn of(reader: &'r mut dyn StoreReader, size: u64) -> Self {
        Self::new(RefCell::new(reader), size)
    }
}

impl TileSource for RefCell<&mut dyn StoreReader> {
    fn stored_tile(&self, place: TilePlace) -> Result<Option<Vec<u8>>, StoreError> {
        self.borrow_mut().tile(place)
    }

    fn each_body(
        &self,
        first: u64,
        end: u64,
        see: &mut dyn FnMut(&[u8]),
    ) -> Result<(), StoreError> {
        self.borrow_mut().records(first, end, &mut |_, body| {
            see(body);
            true
        })
    }
}
