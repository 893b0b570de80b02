//! Exports of real trees into real directories.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};

use crate::note::{Checkpoint, SignedNote, TrailKey};
use crate::tree::{Growth, Tile, TilePlace, Tiles, leaf_hash};

use super::*;

/// A trail in memory, with tiles as a store keeps them.
#[derive(Default)]
struct Trail {
    growth: Growth,
    tiles: BTreeMap<TilePlace, Vec<u8>>,
    records: Vec<Option<Vec<u8>>>,
}

impl Trail {
    fn of(count: usize) -> Self {
        let mut trail = Self::default();
        trail.grow(count);
        trail
    }

    fn grow(&mut self, count: usize) {
        while self.records.len() < count {
            let record = format!("{{\"seq\":{}}}", self.records.len()).into_bytes();
            for tile in self.growth.push(leaf_hash(&record)) {
                self.keep(tile);
            }
            self.records.push(Some(record));
        }
        let last: Vec<Tile> = self.growth.incomplete().collect();
        for tile in last.into_iter().filter(|tile| tile.place.level == 0) {
            self.keep(tile);
        }
    }

    fn keep(&mut self, tile: Tile) {
        self.tiles.insert(tile.place, tile.hashes);
    }

    fn signed(&self) -> SignedNote {
        let size = self.records.len() as u64;
        let checkpoint = Checkpoint::new("example.com/trail", size, self.growth.root()).unwrap();
        checkpoint.sign(&TrailKey::from_seed("example.com/trail", &[7; 32]).unwrap())
    }

    fn export(&self, dir: &Path) -> Result<Exported, ExportError<Infallible, Infallible>> {
        write_tiles(dir, self, self, &self.signed(), &mut |_| {})
    }
}

impl Tiles for Trail {
    type Error = Infallible;

    fn tile(&self, place: TilePlace) -> Result<Option<Cow<'_, [u8]>>, Infallible> {
        Ok(self
            .tiles
            .get(&place)
            .map(|hashes| Cow::Borrowed(&hashes[..])))
    }
}

impl Entries for Trail {
    type Error = Infallible;

    fn entries(&self, first: u64, count: usize) -> Result<Vec<Option<Vec<u8>>>, Infallible> {
        let first = usize::try_from(first).unwrap();
        Ok(self.records[first..first + count].to_vec())
    }
}

/// All files below a directory, by the path that a server would serve.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders: Vec<PathBuf> = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(dir).unwrap().to_str().unwrap();
            found.insert(name.replace('\\', "/"), fs::read(&path).unwrap());
        }
    }
    found
}

#[test]
fn an_export_has_the_files_of_the_specification() {
    let dir = tempfile::tempdir().unwrap();
    let trail = Trail::of(700);
    let exported = trail.export(dir.path()).unwrap();
    assert_eq!((exported.size, exported.files_written), (700, 7));
    let files = files(dir.path());
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "checkpoint",
            "tile/0/000",
            "tile/0/001",
            "tile/0/002.p/188",
            "tile/1/000.p/2",
            "tile/entries/000",
            "tile/entries/001",
            "tile/entries/002.p/188",
        ]
    );
    assert_eq!(files["checkpoint"], trail.signed().to_string().as_bytes());
    assert_eq!(files["tile/0/001"].len(), 8192);
    assert_eq!(
        files["tile/0/001"][..32],
        *leaf_hash(b"{\"seq\":256}").as_bytes()
    );
    assert!(files["tile/entries/001"].starts_with(b"\x00\x0b{\"seq\":256}\x00\x0b{\"seq\":257}"));
}

#[test]
fn an_older_export_is_carried_on_to_what_a_fresh_one_has() {
    let [carried_on, fresh] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let mut trail = Trail::of(700);
    trail.export(carried_on.path()).unwrap();
    let before = files(carried_on.path());
    trail.grow(1100);
    let exported = trail.export(carried_on.path()).unwrap();
    assert_eq!((exported.files_written, exported.files_kept), (7, 4));
    let after = files(carried_on.path());
    for (name, content) in before.iter().filter(|(name, _)| *name != "checkpoint") {
        assert_eq!(after.get(name), Some(content), "{name}");
    }
    trail.export(fresh.path()).unwrap();
    for (name, content) in files(fresh.path()) {
        assert_eq!(after.get(&name), Some(&content), "{name}");
    }
    let again = trail.export(carried_on.path()).unwrap();
    assert_eq!((again.files_written, again.files_kept), (0, 11));
}

#[test]
fn a_file_that_was_changed_is_named_and_left() {
    for name in [
        "tile/0/000",
        "tile/0/002.p/188",
        "tile/1/000.p/2",
        "tile/entries/000",
        "tile/entries/002.p/188",
    ] {
        let dir = tempfile::tempdir().unwrap();
        let trail = Trail::of(700);
        trail.export(dir.path()).unwrap();
        let path = dir.path().join(name);
        let whole = fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        flipped[40] ^= 1;
        let longer = [&whole[..], b"\x00\x00"].concat();
        for changed in [&flipped[..], &whole[..whole.len() - 1], &longer, b""] {
            fs::write(&path, changed).unwrap();
            let error = trail.export(dir.path()).unwrap_err().to_string();
            let shown = dir.path().join(name).display().to_string();
            assert_eq!(
                error,
                format!("`{shown}` holds something else than the trail has there")
            );
            assert_eq!(fs::read(&path).unwrap(), changed);
        }
    }
}

#[test]
fn an_export_of_something_else_is_not_carried_on() {
    let dir = tempfile::tempdir().unwrap();
    let trail = Trail::of(700);
    trail.export(dir.path()).unwrap();
    let checkpoint = dir.path().join("checkpoint");
    let shown = checkpoint.display();

    // Rolled back.
    let error = Trail::of(699).export(dir.path()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("`{shown}` is of 700 records that are not the first of the 699 in the trail")
    );
    // Rewritten: another record at the end, and more behind it.
    let mut rewritten = Trail::of(699);
    rewritten.records.push(Some(b"another".to_vec()));
    for tile in rewritten.growth.push(leaf_hash(b"another")) {
        rewritten.keep(tile);
    }
    rewritten.grow(800);
    let error = rewritten.export(dir.path()).unwrap_err();
    assert!(matches!(
        error,
        ExportError::Inconsistent {
            exported: 700,
            size: 800,
            ..
        }
    ));
    // Of another log.
    let text = fs::read_to_string(&checkpoint).unwrap();
    fs::write(&checkpoint, text.replacen("example.com/trail", "other", 1)).unwrap();
    assert_eq!(
        trail.export(dir.path()).unwrap_err().to_string(),
        format!("`{shown}` is of log `other`; expected one of `example.com/trail`")
    );
    fs::write(&checkpoint, b"\xff").unwrap();
    let error = trail.export(dir.path()).unwrap_err();
    assert!(
        matches!(error, ExportError::OldCheckpoint { .. }),
        "{error}"
    );
}

#[test]
fn a_trail_that_was_tampered_with_is_not_exported() {
    let dir = tempfile::tempdir().unwrap();
    let mut trail = Trail::of(700);
    trail.records[300] = Some(b"edited".to_vec());
    let error = trail.export(dir.path()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "record 300 is not the one whose hash is in the tree"
    );
    assert!(!dir.path().join("checkpoint").exists());
    trail.tiles.get_mut(&TilePlace::new(0, 1)).unwrap()[0] ^= 1;
    let error = trail.export(dir.path()).unwrap_err();
    assert!(matches!(error, ExportError::Root { .. }), "{error}");
}

#[test]
fn a_bundle_with_a_pruned_record_is_left_out_and_listed() {
    let dir = tempfile::tempdir().unwrap();
    let mut trail = Trail::of(700);
    trail.records[..256].fill(None);
    trail.records[600] = None;
    let exported = trail.export(dir.path()).unwrap();
    let [all, one] = exported.omitted.as_slice() else {
        panic!("{exported:?}");
    };
    assert_eq!(
        (all.bundle, all.first, all.last, all.pruned),
        (0, 0, 255, 256)
    );
    assert_eq!(
        (one.bundle, one.first, one.last, one.pruned),
        (2, 512, 699, 1)
    );
    let files = files(dir.path());
    assert!(files.contains_key("tile/0/000") && files.contains_key("tile/0/002.p/188"));
    let bundles: Vec<&String> = files
        .keys()
        .filter(|name| name.contains("entries"))
        .collect();
    assert_eq!(bundles, ["tile/entries/001"]);
}

#[test]
fn a_record_that_a_bundle_has_no_room_for_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let mut trail = Trail::default();
    for length in [65_535, 65_536] {
        let record = vec![b'a'; length];
        let complete = trail.growth.push(leaf_hash(&record));
        assert!(complete.is_empty());
        trail.records.push(Some(record));
        trail.grow(trail.records.len());
        let result = trail.export(dir.path());
        if length == 65_535 {
            result.unwrap();
            continue;
        }
        assert_eq!(
            result.unwrap_err().to_string(),
            "record 1 has 65536 bytes; a bundle takes at most 65535"
        );
    }
}

#[test]
fn an_empty_trail_is_its_checkpoint_alone() {
    let dir = tempfile::tempdir().unwrap();
    let trail = Trail::default();
    trail.export(dir.path()).unwrap();
    assert_eq!(
        files(dir.path()).into_keys().collect::<Vec<_>>(),
        ["checkpoint"]
    );
}

#[test]
fn progress_counts_each_file_up_to_the_last() {
    let dir = tempfile::tempdir().unwrap();
    let trail = Trail::of(700);
    let mut seen = Vec::new();
    write_tiles(
        dir.path(),
        &trail,
        &trail,
        &trail.signed(),
        &mut |progress| {
            seen.push((progress.done, progress.total));
        },
    )
    .unwrap();
    assert_eq!(seen, (1..=8).map(|done| (done, 8)).collect::<Vec<_>>());
}

#[cfg(unix)]
#[test]
fn a_directory_that_can_not_be_written_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("tile");
    fs::write(&file, b"in the way").unwrap();
    let error = Trail::of(3).export(dir.path()).unwrap_err();
    assert!(matches!(error, ExportError::File { .. }), "{error}");
    assert!(!dir.path().join("checkpoint").exists());
}
