//! [`Growth`]: a tree's edge that also hands out its tiles.

use super::edge::Edge;
use super::hash::Hash;
use super::place::{HEIGHT, TILE_WIDTH, TilePlace};
use super::tile::Tile;

/// A growing tree: its [`Edge`], and the last tile of each level as far as it is filled. A tile is handed out when it is
/// complete; what is not can be had for an export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Growth {
    edge: Edge,
    levels: Vec<Level>,
}

/// What the last tile of a level holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Level {
    index: u64,
    hashes: Vec<u8>,
}

impl Growth {
    /// A tree without records.
    pub const fn new() -> Self {
        Self {
            edge: Edge::new(),
            levels: Vec::new(),
        }
    }

    /// A tree as its edge and the incomplete tile of each level tell, level 0 first.
    pub(super) fn restored(edge: Edge, incomplete: Vec<Vec<Hash>>) -> Self {
        let mut size = edge.size();
        let mut levels = Vec::with_capacity(incomplete.len());
        for hashes in incomplete {
            let mut level = Level {
                index: size / TILE_WIDTH as u64,
                hashes: Vec::new(),
            };
            for hash in hashes {
                level.push(hash);
            }
            levels.push(level);
            size >>= HEIGHT;
        }
        Self { edge, levels }
    }

    /// The records in the tree.
    pub const fn size(&self) -> u64 {
        self.edge.size()
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        self.edge.root()
    }

    /// The edge of the tree.
    pub const fn edge(&self) -> &Edge {
        &self.edge
    }

    /// Takes in the next record by its [`leaf_hash`](super::leaf_hash). Returned are the tiles that it completed, the lowest first:
    /// none in most cases, one at every 256th record, two at every 65,536th.
    pub fn push(&mut self, leaf: Hash) -> Vec<Tile> {
        let levels = &mut self.levels;
        let mut complete = Vec::new();
        self.edge.push_and_tell(leaf, |height, hash| {
            if height % HEIGHT != 0 {
                return;
            }
            // Below 8.
            let number = u8::try_from(height / HEIGHT).unwrap_or(u8::MAX);
            let at = usize::from(number);
            if levels.len() <= at {
                levels.resize_with(at + 1, Level::default);
            }
            if let Some(level) = levels.get_mut(at) {
                complete.extend(level.take_in(number, hash));
            }
        });
        complete
    }

    /// The last tile of each level that has hashes and is not complete.
    pub fn incomplete(&self) -> impl Iterator<Item = Tile> {
        let levels = (0..).zip(&self.levels);
        let filled = levels.filter(|(_, level)| !level.hashes.is_empty());
        filled.map(|(number, level)| Tile {
            place: TilePlace::new(number, level.index),
            hashes: level.hashes.clone(),
        })
    }
}

impl Level {
    fn push(&mut self, hash: Hash) {
        if self.hashes.is_empty() {
            self.hashes.reserve_exact(TILE_WIDTH * Hash::LEN);
        }
        self.hashes.extend_from_slice(hash.as_bytes());
    }

    /// The tile, once the hash completed it.
    fn take_in(&mut self, number: u8, hash: Hash) -> Option<Tile> {
        self.push(hash);
        (self.hashes.len() == TILE_WIDTH * Hash::LEN).then(|| {
            let place = TilePlace::new(number, self.index);
            self.index += 1;
            Tile {
                place,
                hashes: std::mem::take(&mut self.hashes),
            }
        })
    }
}
