//! An export through a trail's handle.

use std::path::Path;

use crate::export::{Exported, write_stored_tiles};
use crate::note::SignedNote;
use crate::verify::VerifyError;

use super::error::TrailError;
use super::handle::Trail;

impl Trail {
    /// Writes the trail as the static files of C2SP `tlog-tiles`, to a directory that is made or carried on, as
    /// [`write_stored_tiles`] does. A checkpoint over all that is written is signed for it; of a trail that is closed, it is the last one.
    ///
    /// # Errors
    /// No checkpoint can be signed; the directory holds something else than an older export of this trail; a record is missing
    /// that retention did not take; something can't be read or written.
    pub fn export_tiles(&self, dir: impl AsRef<Path>) -> Result<Exported, TrailError> {
        let exported = self.write_tiles_to(dir.as_ref());
        self.noted("trail.export", exported, |exported, data| {
            data.with("records", exported.map(|exported| exported.size))
                .with("format", "tiles")
        })
    }

    fn write_tiles_to(&self, dir: &Path) -> Result<Exported, TrailError> {
        let checkpoint = self.checkpoint_to_export()?;
        let checkpoint: SignedNote = checkpoint.parse().map_err(VerifyError::Note)?;
        let opener = self.inner.readers.opener();
        write_stored_tiles(dir, opener, &checkpoint, &mut |_| ())
            .map_err(|error| TrailError::Outside(Box::new(error)))
    }

    /// A checkpoint over all that is written; of a trail that is closed, the last one.
    pub(super) fn checkpoint_to_export(&self) -> Result<String, TrailError> {
        match self.checkpoint() {
            Err(TrailError::Closed) => self.last_checkpoint()?.ok_or(TrailError::Closed),
            signed => signed,
        }
    }

    fn last_checkpoint(&self) -> Result<Option<String>, TrailError> {
        let last = self.reader(|reader| Ok(reader.latest_checkpoint()?))?;
        Ok(last.map(|last| last.note))
    }
}
