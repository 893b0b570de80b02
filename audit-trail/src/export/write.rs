//! [`write_tiles`]: an export, made anew or carried on.

use std::path::{Path, PathBuf};
use std::str;

use crate::note::{Checkpoint, NoteError, SignedNote};
use crate::tree::{Hash, TILE_WIDTH, TilePlace, Tiles, entries_path, leaf_hash, root, tile};

use super::bundle;
use super::error::ExportError;
use super::file::{self, Lasting};

/// Where the records of a trail are kept.
pub trait Entries {
    /// Why records could not be read.
    type Error: std::error::Error;

    /// The bytes of `count` records from `first` on, counted from 0; `None` for one that retention took.
    ///
    /// # Errors
    /// They could not be read.
    fn entries(&self, first: u64, count: usize) -> Result<Vec<Option<Vec<u8>>>, Self::Error>;
}

impl<E: Entries + ?Sized> Entries for &E {
    type Error = E::Error;

    fn entries(&self, first: u64, count: usize) -> Result<Vec<Option<Vec<u8>>>, E::Error> {
        (**self).entries(first, count)
    }
}

/// How far an export has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The files that are done, whether they were written or were there.
    pub done: u64,
    /// All of them.
    pub total: u64,
}

/// What an export did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exported {
    /// The records in the tree.
    pub size: u64,
    /// The files that were written, the checkpoint apart.
    pub files_written: u64,
    /// Those that were there, and hold what they must.
    pub files_kept: u64,
    /// The bundles that were not written, as retention took records of theirs.
    pub omitted: Vec<Omitted>,
}

/// A bundle that an export lacks: some of its records are gone, and it has no room for a gap. All hashes are there, so what is left of it
/// can be proved record by record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Omitted {
    /// The number of the bundle.
    pub bundle: u64,
    /// The number of its first record, counted from 0.
    pub first: u64,
    /// The number of its last record.
    pub last: u64,
    /// How many of them are gone.
    pub pruned: usize,
}

/// One run of an export.
struct Run<'r, T, E> {
    dir: &'r Path,
    tiles: &'r T,
    entries: &'r E,
    done: Exported,
}

type Failed<T, E> = ExportError<<T as Tiles>::Error, <E as Entries>::Error>;

/// Writes the trail, up to this checkpoint, as the static files of C2SP `tlog-tiles`: `checkpoint`, `tile/<level>/..` and
/// `tile/entries/..`, uncompressed. A directory with an older export of the same trail is carried on: what is there is
/// checked and never changed, but for the checkpoint, which is written last. Each file is written whole or not at all.
///
/// A bundle with a record that is gone is left out and listed: the specification knows a log whose beginning is missing
/// ("Pruning"), and no bundle with a gap.
///
/// # Errors
/// The tiles do not have the checkpoint's root; a record is not the one that was hashed; the directory holds something else than an
/// older export of this trail; something can't be read or written.
pub fn write_tiles<T: Tiles, E: Entries>(
    dir: &Path,
    tiles: &T,
    entries: &E,
    checkpoint: &SignedNote,
    progress: &mut dyn FnMut(Progress),
) -> Result<Exported, Failed<T, E>> {
    let signed = Checkpoint::parse(checkpoint.text()).map_err(ExportError::Checkpoint)?;
    let size = signed.size();
    let found = root(tiles, size).map_err(ExportError::Tree)?;
    if found != signed.root() {
        let expected = signed.root();
        return Err(ExportError::Root { found, expected });
    }
    let mut run = Run {
        dir,
        tiles,
        entries,
        done: Exported {
            size,
            ..Exported::default()
        },
    };
    let path = run.dir.join("checkpoint");
    run.check_old(&path, &signed)?;

    let total = TilePlace::all(size).count() as u64 + size.div_ceil(TILE_WIDTH as u64) + 1;
    let mut done = 0;
    let mut one_more = || {
        done += 1;
        progress(Progress { done, total });
    };
    for place in TilePlace::all(size) {
        let hashes = tile(tiles, place, size).map_err(ExportError::Tree)?;
        run.put_tile(place, &hashes)?;
        one_more();
        if place.level == 0 {
            run.put_bundle(place.index, &hashes)?;
            one_more();
        }
    }
    let content = checkpoint.to_string();
    file::put(&path, content.as_bytes(), Lasting::Synced)
        .map_err(|error| ExportError::File { path, error })?;
    one_more();
    Ok(run.done)
}

impl<T: Tiles, E: Entries> Run<'_, T, E> {
    /// Whether what is there is an older export of this trail, or nothing.
    fn check_old(&self, path: &Path, new: &Checkpoint) -> Result<(), Failed<T, E>> {
        let path = path.to_owned();
        let Some(content) = read(&path)? else {
            return Ok(());
        };
        let old = match checkpoint_of(&content) {
            Ok(old) => old,
            Err(error) => return Err(ExportError::OldCheckpoint { path, error }),
        };
        if old.origin() != new.origin() {
            return Err(ExportError::OtherLog {
                path,
                found: old.origin().to_owned(),
                expected: new.origin().to_owned(),
            });
        }
        let (exported, size) = (old.size(), new.size());
        let same = exported <= size
            && root(self.tiles, exported).map_err(ExportError::Tree)? == old.root();
        if !same {
            return Err(ExportError::Inconsistent {
                path,
                exported,
                size,
            });
        }
        Ok(())
    }

    fn put_tile(&mut self, place: TilePlace, hashes: &[u8]) -> Result<(), Failed<T, E>> {
        let path = self.dir.join(place.path(hashes.len() / Hash::LEN));
        match read(&path)? {
            Some(content) if content == hashes => self.done.files_kept += 1,
            Some(_) => return Err(ExportError::Differs { path }),
            None => self.write(path, hashes)?,
        }
        Ok(())
    }

    fn put_bundle(&mut self, index: u64, hashes: &[u8]) -> Result<(), Failed<T, E>> {
        let (hash_list, _) = hashes.as_chunks::<{ Hash::LEN }>();
        let count = hash_list.len();
        let path = self.dir.join(entries_path(index, count));
        if let Some(content) = read(&path)? {
            if !bundle::holds(&content, hashes) {
                return Err(ExportError::Differs { path });
            }
            self.done.files_kept += 1;
            return Ok(());
        }
        let first = index * TILE_WIDTH as u64;
        let records = self.entries.entries(first, count);
        let records = records.map_err(|error| ExportError::Entries { first, error })?;
        if records.len() != count {
            let seq = first + records.len().min(count) as u64;
            return Err(ExportError::Record { seq });
        }
        let mut content = Vec::new();
        let mut pruned = 0;
        for ((seq, hash), record) in (first..).zip(hash_list).zip(records) {
            let Some(record) = record else {
                pruned += 1;
                continue;
            };
            if leaf_hash(&record).as_bytes() != hash {
                return Err(ExportError::Record { seq });
            }
            let bytes = record.len();
            bundle::put(&mut content, &record).ok_or(ExportError::TooLong { seq, bytes })?;
        }
        if pruned == 0 {
            return self.write(path, &content);
        }
        self.done.omitted.push(Omitted {
            bundle: index,
            first,
            last: first + count as u64 - 1,
            pruned,
        });
        Ok(())
    }

    fn write(&mut self, path: PathBuf, content: &[u8]) -> Result<(), Failed<T, E>> {
        file::put(&path, content, Lasting::Written)
            .map_err(|error| ExportError::File { path, error })?;
        self.done.files_written += 1;
        Ok(())
    }
}

fn read<T, E>(path: &Path) -> Result<Option<Vec<u8>>, ExportError<T, E>> {
    file::read(path).map_err(|error| ExportError::File {
        path: path.to_owned(),
        error,
    })
}

fn checkpoint_of(content: &[u8]) -> Result<Checkpoint, NoteError> {
    let text = str::from_utf8(content).map_err(|_| NoteError::Malformed {
        line: 1,
        problem: "expected UTF-8",
    })?;
    Checkpoint::parse(text.parse::<SignedNote>()?.text())
}
