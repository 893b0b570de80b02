//! The Merkle tree of RFC 9162, section 2.1, with SHA-256: hashes, edges, tiles and proofs. Nothing here knows where
//! records are kept; what is not at hand is asked for by way of [`Tiles`].
//!
//! ```
//! use audit_trail::tree::{Growth, Hash, Tile, TilePlace, Tiles};
//! use audit_trail::tree::{inclusion_proof, leaf_hash, verify_inclusion};
//! use std::borrow::Cow;
//! use std::convert::Infallible;
//!
//! struct Kept(Vec<Tile>);
//!
//! impl Tiles for Kept {
//!     type Error = Infallible;
//!
//!     fn tile(&self, place: TilePlace) -> Result<Option<Cow<'_, [u8]>>, Infallible> {
//!         let found = self.0.iter().find(|tile| tile.place == place);
//!         Ok(found.map(|tile| Cow::Borrowed(tile.hashes.as_slice())))
//!     }
//! }
//!
//! let mut growth = Growth::new();
//! let mut tiles: Vec<Tile> = Vec::new();
//! for record in ["one", "two", "three"] {
//!     tiles.extend(growth.push(leaf_hash(record.as_bytes())));
//! }
//! tiles.extend(growth.incomplete());
//!
//! let proof = inclusion_proof(&Kept(tiles), 1, 3)?;
//! verify_inclusion(leaf_hash(b"two"), 1, 3, &proof, growth.root())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod edge;
mod error;
mod growth;
mod hash;
mod place;
mod prove;
mod reader;
mod tile;
mod verify;

pub use self::edge::Edge;
pub use self::error::{ProofMismatch, TreeError};
pub use self::growth::Growth;
pub use self::hash::{Hash, HashError, empty_root, leaf_hash, node_hash};
pub use self::place::{TILE_WIDTH, TilePlace, entries_path};
pub use self::prove::{consistency_proof, edge, growth, inclusion_proof, root, tile};
pub use self::tile::{Tile, Tiles};
pub use self::verify::{verify_consistency, verify_inclusion};

#[cfg(test)]
mod tests;
