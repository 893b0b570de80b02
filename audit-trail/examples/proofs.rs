//! Makes what others' tools are to check: `cargo run -p audit-trail --example proofs -- DIR`, which must be new.
//!
//! In it: `key`, the verifier key; `export/`, a trail of 700 records as tiles; `older/`, its checkpoint at 300 records
//! and the hashes that join the two; `records/`, five records and their proofs. To be refused: `other-key`, which signed
//! nothing, and `forked`, a checkpoint of the right key over a history that never was.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use audit_trail::export::{Entries, write_tiles};
use audit_trail::note::{Checkpoint, NoteError, SignedNote, TrailKey};
use audit_trail::proof::InclusionProof;
use audit_trail::tree::{
    Growth, Tile, TilePlace, Tiles, consistency_proof, inclusion_proof, leaf_hash,
};

const ORIGIN: &str = "example.com/trail";
const OLDER: u64 = 300;
const NEWER: u64 = 700;

/// Of a whole tile, of its neighbour, of the last one.
const PROVED: [u64; 5] = [0, 255, 256, 512, 699];

/// A trail in memory.
#[derive(Default)]
struct Trail {
    growth: Growth,
    tiles: BTreeMap<TilePlace, Vec<u8>>,
    records: Vec<Vec<u8>>,
}

impl Trail {
    /// Grows to this many records: short and long ones, empty ones, and such as are no text.
    fn grow(&mut self, size: u64) {
        for seq in self.growth.size()..size {
            let record = match seq % 100 {
                40 => Vec::new(),
                50 => vec![0xff; 65_535],
                60 => b"\n\0\r\n".to_vec(),
                _ => {
                    format!("{{\"name\":\"refund\",\"actor\":\"zoë\",\"seq\":{seq}}}").into_bytes()
                }
            };
            for tile in self.growth.push(leaf_hash(&record)) {
                self.keep(tile);
            }
            self.records.push(record);
        }
        let incomplete: Vec<Tile> = self.growth.incomplete().collect();
        for tile in incomplete {
            self.keep(tile);
        }
    }

    fn keep(&mut self, tile: Tile) {
        self.tiles.insert(tile.place, tile.hashes);
    }

    fn sign(&self, key: &TrailKey) -> Result<SignedNote, NoteError> {
        Ok(Checkpoint::new(ORIGIN, self.growth.size(), self.growth.root())?.sign(key))
    }
}

impl Tiles for Trail {
    type Error = Infallible;

    fn tile(&self, place: TilePlace) -> Result<Option<Cow<'_, [u8]>>, Infallible> {
        let tile = self.tiles.get(&place);
        Ok(tile.map(|hashes| Cow::Borrowed(hashes.as_slice())))
    }
}

impl Entries for Trail {
    type Error = Infallible;

    fn entries(&self, first: u64, count: usize) -> Result<Vec<Option<Vec<u8>>>, Infallible> {
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        let records = self.records.iter().skip(first).take(count);
        Ok(records.cloned().map(Some).collect())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let dir = std::env::args_os().nth(1).map(PathBuf::from);
    let dir = dir.ok_or("usage: proofs DIR")?;
    for folder in ["export", "older", "records"] {
        fs::create_dir_all(dir.join(folder))?;
    }
    let key = TrailKey::generate(ORIGIN)?;
    fs::write(dir.join("key"), format!("{}\n", key.verifier()))?;
    let other = TrailKey::generate(ORIGIN)?;
    fs::write(dir.join("other-key"), format!("{}\n", other.verifier()))?;
    let forked = Checkpoint::new(ORIGIN, OLDER, leaf_hash(b"never was"))?.sign(&key);
    fs::write(dir.join("forked"), forked.to_string())?;

    // Two exports into one directory, as a trail grows.
    let mut trail = Trail::default();
    trail.grow(OLDER);
    let older = trail.sign(&key)?;
    fs::write(dir.join("older/checkpoint"), older.to_string())?;
    write_tiles(&dir.join("export"), &trail, &trail, &older, &mut |_| {})?;
    trail.grow(NEWER);
    // While a key is replaced, both sign.
    let newer = trail
        .sign(&key)?
        .and_signed_by(&TrailKey::generate(ORIGIN)?);
    write_tiles(&dir.join("export"), &trail, &trail, &newer, &mut |_| {})?;

    let hashes = consistency_proof(&trail, OLDER, NEWER)?;
    let lines: String = hashes.iter().map(|hash| hash.to_base64() + "\n").collect();
    fs::write(dir.join("older/consistency"), lines)?;
    for (seq, record) in (0..).zip(&trail.records) {
        if PROVED.contains(&seq) {
            let hashes = inclusion_proof(&trail, seq, NEWER)?;
            let proof = InclusionProof::new(seq, hashes, newer.clone());
            let proof = proof.with_extra(b"of no account".to_vec());
            fs::write(dir.join(format!("records/{seq}")), record)?;
            fs::write(
                dir.join(format!("records/{seq}.tlog-proof")),
                proof.to_string(),
            )?;
        }
    }
    Ok(())
}
