//! [`write_stored_tiles`]: an export of a trail as a store keeps it.

use std::cell::RefCell;
use std::path::Path;

use crate::note::SignedNote;
use crate::store::{OpenReader, Pruned, StoreError, StoreErrorKind, StoreReader, StoredTiles};

use super::error::ExportError;
use super::write::{Entries, Exported, Progress, write_tiles};

/// Writes what a store keeps, up to this checkpoint, as [`write_tiles`] does. That the trail was read is for the caller to record:
/// [`Trail::export_tiles`](crate::Trail::export_tiles) does, and beside a service an [`AccessRecorder`](crate::AccessRecorder).
///
/// # Errors
/// As [`write_tiles`]; a record is missing that retention did not take.
pub fn write_stored_tiles(
    dir: &Path,
    opener: &OpenReader,
    checkpoint: &SignedNote,
    progress: &mut dyn FnMut(Progress),
) -> Result<Exported, ExportError<StoreError, StoreError>> {
    let unreadable = |error| ExportError::Entries { first: 0, error };
    let mut hashes = opener().map_err(unreadable)?;
    let mut bodies = opener().map_err(unreadable)?;
    let size = hashes.head().map_err(unreadable)?.size;
    let entries = StoredEntries {
        pruned: bodies.pruned().map_err(unreadable)?,
        reader: RefCell::new(&mut *bodies),
    };
    let tiles = StoredTiles::of(&mut *hashes, size);
    write_tiles(dir, &tiles, &entries, checkpoint, progress)
}

/// The records of a store.
struct StoredEntries<'r> {
    reader: RefCell<&'r mut dyn StoreReader>,
    pruned: Vec<Pruned>,
}

impl StoredEntries<'_> {
    fn is_pruned(&self, seq: u64) -> bool {
        let behind = self.pruned.partition_point(|range| range.first <= seq);
        let range = behind.checked_sub(1).and_then(|at| self.pruned.get(at));
        range.is_some_and(|range| seq <= range.last)
    }
}

impl Entries for StoredEntries<'_> {
    type Error = StoreError;

    fn entries(&self, first: u64, count: usize) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let mut records = vec![None; count];
        let mut put = |seq: u64, body: &[u8]| {
            let at = usize::try_from(seq - first).ok();
            if let Some(place) = at.and_then(|at| records.get_mut(at)) {
                *place = Some(body.to_vec());
            }
            true
        };
        let end = first + count as u64;
        self.reader.borrow_mut().records(first, end, &mut put)?;
        for (seq, record) in (first..).zip(&records) {
            if record.is_none() && !self.is_pruned(seq) {
                let message = format!("record {seq} is not there, and retention did not take it");
                return Err(StoreError::new(StoreErrorKind::Damaged, message));
            }
        }
        Ok(records)
    }
}
