//! Roots, edges and proofs, made from tiles.

use super::edge::Edge;
use super::error::TreeError;
use super::growth::Growth;
use super::hash::Hash;
use super::place::{HEIGHT, TILE_WIDTH, TOP_LEVEL, TilePlace};
use super::reader::Reader;
use super::tile::Tiles;

/// The root of the tree over the first `size` records.
///
/// # Errors
/// A tile that is needed could not be read or lacks hashes.
pub fn root<T: Tiles>(tiles: &T, size: u64) -> Result<Hash, TreeError<T::Error>> {
    Reader::new(tiles).range(0, size)
}

/// The edge of the tree over the first `size` records.
///
/// # Errors
/// A tile that is needed could not be read or lacks hashes.
pub fn edge<T: Tiles>(tiles: &T, size: u64) -> Result<Edge, TreeError<T::Error>> {
    let roots = Reader::new(tiles).perfect(0, size)?;
    // One for each set bit, by the way a range is parted.
    Ok(Edge::from_roots(size, roots).unwrap_or_default())
}

/// The tree over the first `size` records, ready to grow.
///
/// # Errors
/// A tile that is needed could not be read or lacks hashes.
pub fn growth<T: Tiles>(tiles: &T, size: u64) -> Result<Growth, TreeError<T::Error>> {
    let edge = edge(tiles, size)?;
    let mut reader = Reader::new(tiles);
    let mut levels = Vec::new();
    for level in 0..=TOP_LEVEL {
        let hashes = size >> (HEIGHT * u32::from(level));
        if hashes == 0 {
            break;
        }
        let width = hashes % TILE_WIDTH as u64;
        // Below 256.
        let count = usize::try_from(width).unwrap_or_default();
        levels.push(if count == 0 {
            Vec::new()
        } else {
            reader.hashes(level, hashes - width, count)?
        });
    }
    Ok(Growth::restored(edge, levels))
}

/// The hashes that a tile holds in the tree over the first `size` records, 32 bytes each. Of an incomplete tile above level 0, which may
/// not be kept, they are made.
///
/// # Errors
/// There is no such tile in that tree; a tile that is needed could not be read or lacks hashes.
pub fn tile<T: Tiles>(
    tiles: &T,
    place: TilePlace,
    size: u64,
) -> Result<Vec<u8>, TreeError<T::Error>> {
    let width = place.width(size);
    if width == 0 {
        let asked = place.index;
        return Err(TreeError::OutOfRange { asked, size });
    }
    let first = place.index * TILE_WIDTH as u64;
    let hashes = Reader::new(tiles).hashes(place.level, first, width)?;
    Ok(hashes.iter().flat_map(|hash| *hash.as_bytes()).collect())
}

/// The hashes that lead from record `index` to the root of the tree over the first `size` records, the leaf's sibling first:
/// RFC 9162, section 2.1.3.1.
///
/// # Errors
/// There is no such record in that tree; a tile that is needed could not be read or lacks hashes.
pub fn inclusion_proof<T: Tiles>(
    tiles: &T,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, TreeError<T::Error>> {
    if index >= size {
        return Err(TreeError::OutOfRange { asked: index, size });
    }
    let mut reader = Reader::new(tiles);
    let mut proof = Vec::new();
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            proof.push(reader.range(middle, end)?);
            end = middle;
        } else {
            proof.push(reader.range(start, middle)?);
            start = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The hashes that show the first `old` records to be the same in the tree over the first `new` ones: RFC 9162,
/// section 2.1.4.1. Empty where the sizes are the same, and where `old` is 0, as anything begins with nothing.
///
/// # Errors
/// `old` is larger than `new`; a tile that is needed could not be read or lacks hashes.
pub fn consistency_proof<T: Tiles>(
    tiles: &T,
    old: u64,
    new: u64,
) -> Result<Vec<Hash>, TreeError<T::Error>> {
    if old > new {
        return Err(TreeError::OutOfRange {
            asked: old,
            size: new,
        });
    }
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    let mut reader = Reader::new(tiles);
    let mut proof = Vec::new();
    let (mut start, mut end) = (0, new);
    // Whoever asks knows the older root: it need not be told where it is one of the nodes itself.
    let mut is_known = true;
    while old != end {
        let middle = start + split(end - start);
        if old <= middle {
            proof.push(reader.range(middle, end)?);
            end = middle;
        } else {
            proof.push(reader.range(start, middle)?);
            start = middle;
            is_known = false;
        }
    }
    if !is_known {
        proof.push(reader.range(start, end)?);
    }
    proof.reverse();
    Ok(proof)
}

/// The largest power of two below `count`, which is at least 2.
const fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}
