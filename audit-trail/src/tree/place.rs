//! [`TilePlace`]: where a tile is in a tree, and in a directory.

use std::fmt::Write as _;

/// The hashes of a tile that is complete.
pub const TILE_WIDTH: usize = 256;

/// A tree's levels are eight of its heights apart.
pub(super) const HEIGHT: u32 = 8;
/// The highest level at which a tree of at most 2^64 - 1 records has hashes.
pub(super) const TOP_LEVEL: u8 = 7;

/// Where a tile is in a tree, as C2SP's `tlog-tiles` counts: hash `i` of the tile is the root of the `256^level` records
/// from `(index * 256 + i) * 256^level` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePlace {
    /// 0 where the hashes are those of records.
    pub level: u8,
    /// Counts the tiles of a level from the left.
    pub index: u64,
}

impl TilePlace {
    /// The tile at this place.
    pub const fn new(level: u8, index: u64) -> Self {
        Self { level, index }
    }

    /// The hashes that this tile holds in a tree of `size` records: 256 if it is complete, 0 if there is none.
    pub const fn width(self, size: u64) -> usize {
        let hashes = hashes_at(size, self.level);
        let before = match self.index.checked_mul(TILE_WIDTH as u64) {
            Some(before) if before < hashes => before,
            _ => return 0,
        };
        if hashes - before >= TILE_WIDTH as u64 {
            return TILE_WIDTH;
        }
        // Below 256.
        #[allow(clippy::cast_possible_truncation)]
        let width = (hashes - before) as usize;
        width
    }

    /// Its path below a log's address, `tile/<level>/<index>`, with `.p/<width>` behind it where the tile is not complete:
    /// C2SP `tlog-tiles`, "Merkle Tree".
    pub fn path(self, width: usize) -> String {
        path(&self.level.to_string(), self.index, width)
    }

    /// All tiles of a tree of `size` records, the incomplete ones too, level by level.
    pub fn all(size: u64) -> impl Iterator<Item = Self> {
        (0..=TOP_LEVEL).flat_map(move |level| {
            let tiles = hashes_at(size, level).div_ceil(TILE_WIDTH as u64);
            (0..tiles).map(move |index| Self { level, index })
        })
    }
}

/// The path of the bundle that holds the records whose hashes are in tile `index` of level 0: C2SP `tlog-tiles`, "Log entries".
pub fn entries_path(index: u64, width: usize) -> String {
    path("entries", index, width)
}

/// The hashes at a level: the subtrees of `256^level` records that are complete.
const fn hashes_at(size: u64, level: u8) -> u64 {
    match size.checked_shr(HEIGHT * level as u32) {
        Some(hashes) => hashes,
        None => 0,
    }
}

/// Three digits to a folder, all but the last with an `x`, so that no file is where a folder must be.
fn path(kind: &str, index: u64, width: usize) -> String {
    let mut path = format!("tile/{kind}/");
    let mut scale = 1_u64;
    while index / scale >= 1000 {
        scale *= 1000;
    }
    while scale > 1 {
        // Writing to a `String` can't fail.
        let _ = write!(path, "x{:03}/", index / scale % 1000);
        scale /= 1000;
    }
    let _ = write!(path, "{:03}", index % 1000);
    if width < TILE_WIDTH {
        let _ = write!(path, ".p/{width}");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        assert_eq!(TilePlace::new(0, 0).path(256), "tile/0/000");
        assert_eq!(
            TilePlace::new(3, 1_234_067).path(256),
            "tile/3/x001/x234/067"
        );
        assert_eq!(TilePlace::new(0, 273).path(112), "tile/0/273.p/112");
        assert_eq!(TilePlace::new(1, 999).path(1), "tile/1/999.p/1");
        assert_eq!(TilePlace::new(1, 1000).path(256), "tile/1/x001/000");
        assert_eq!(entries_path(1_234_067, 5), "tile/entries/x001/x234/067.p/5");
        assert_eq!(
            TilePlace::new(0, u64::MAX).path(256),
            "tile/0/x018/x446/x744/x073/x709/x551/615"
        );
    }

    /// The example of the specification: 273 full tiles and one of 112, one full and one of 17, one of 1.
    #[test]
    fn a_tree_of_seventy_thousand_has_the_tiles_of_the_specification() {
        let tiles: Vec<(u8, usize)> = TilePlace::all(70_000)
            .map(|place| (place.level, place.width(70_000)))
            .collect();
        assert_eq!(tiles.len(), 273 + 1 + 1 + 1 + 1);
        assert!(tiles[..273].iter().all(|tile| *tile == (0, 256)));
        assert_eq!(tiles[273..], [(0, 112), (1, 256), (1, 17), (2, 1)]);
    }

    #[test]
    fn a_full_tile_has_a_hash_in_the_level_above_and_an_empty_tree_has_no_tile() {
        let tiles = |size| -> Vec<(u8, usize)> {
            TilePlace::all(size)
                .map(|place| (place.level, place.width(size)))
                .collect()
        };
        assert_eq!(tiles(256), [(0, 256), (1, 1)]);
        assert_eq!(tiles(0), []);
        assert_eq!(TilePlace::new(0, u64::MAX).width(u64::MAX), 0);
        assert_eq!(TilePlace::new(9, 0).width(u64::MAX), 0);
    }
}
