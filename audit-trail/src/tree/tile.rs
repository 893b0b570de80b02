//! [`Tiles`]: the door by which proofs read hashes.

use std::borrow::Cow;

use super::place::TilePlace;

/// A tile: up to 256 hashes, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Where it is.
    pub place: TilePlace,
    /// Its hashes, 32 bytes each.
    pub hashes: Vec<u8>,
}

/// Where the hashes of a tree are kept.
///
/// What must be there are the complete tiles of a tree. Of level 0, whose hashes come from nowhere else, the incomplete tile
/// must be there as well; a hash that is missing above is made from the complete tile below it. A tile may hold more hashes
/// than are asked for, as it does once the tree grew.
pub trait Tiles {
    /// Why a tile could not be read.
    type Error: std::error::Error;

    /// The tile at this place, 32 bytes a hash; `None` if it is not kept.
    ///
    /// # Errors
    /// It could not be read.
    fn tile(&self, place: TilePlace) -> Result<Option<Cow<'_, [u8]>>, Self::Error>;
}

impl<T: Tiles + ?Sized> Tiles for &T {
    type Error = T::Error;

    fn tile(&self, place: TilePlace) -> Result<Option<Cow<'_, [u8]>>, T::Error> {
        (**self).tile(place)
    }
}
