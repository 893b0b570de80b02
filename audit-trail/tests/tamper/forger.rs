//! Somebody who can write the file, knows how it is made, and has no key.

use std::path::{Path, PathBuf};

use audit_trail::note::VerifierKey;
use audit_trail::verify::{DamageKind, Keys, Verification, Verifier};
use audit_trail::{SqliteReader, TrailError};
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::support::{SOON, buffered, quiet};

/// A trail that was opened, filled with events and closed twice: its first checkpoint covers 400 records, the last one 600.
pub(crate) struct Closed {
    _dir: TempDir,
    pub(crate) path: PathBuf,
    pub(crate) key: VerifierKey,
}

pub(crate) const SIZE: u64 = 600;
pub(crate) const FIRST_CHECKPOINT: u64 = 400;

impl Closed {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.db");
        let mut key = None;
        // Each opening and closing is a record as well, and closing signs a checkpoint.
        for numbers in [1..FIRST_CHECKPOINT - 1, FIRST_CHECKPOINT + 1..SIZE - 1] {
            let trail = quiet().index_at_once().open(&path).unwrap();
            for number in numbers {
                assert!(buffered(&trail, "paid", number));
            }
            key = Some(trail.verifier_key());
            trail.close(SOON).unwrap();
        }
        // Those that were due on the way would stand at places of chance.
        let connection = Connection::open(&path).unwrap();
        let chance = "DELETE FROM checkpoint WHERE size NOT IN (?1, ?2)";
        connection.execute(chance, [400, 600]).unwrap();
        let key = key.unwrap();
        Self {
            _dir: dir,
            path,
            key,
        }
    }

    /// A connection to which the database refuses nothing.
    pub(crate) fn forge(&self, statements: &str) {
        let connection = unguarded(&self.path);
        connection.execute_batch(statements).unwrap();
    }

    pub(crate) fn verify(&self) -> Verification {
        self.verify_by(self.key.clone())
    }

    pub(crate) fn verify_by(&self, key: VerifierKey) -> Verification {
        let keys = Keys::trusting([key], &mut SqliteReader::open(&self.path).unwrap()).unwrap();
        let verifier = Verifier::new(keys);
        verifier.verify(&SqliteReader::opener(&self.path)).unwrap()
    }

    /// What was done is named, and the record at which it begins.
    #[track_caller]
    pub(crate) fn assert_damaged(&self, kind: DamageKind, seq: u64) {
        let damage = self.verify().damage;
        let first = damage.iter().find(|damage| damage.kind == kind);
        assert_eq!(first.map(|damage| damage.seq), Some(seq), "{damage:?}");
        assert_eq!(damage[0].seq, seq, "{damage:?}");
    }

    /// Opening names it as well.
    #[track_caller]
    pub(crate) fn assert_refused(&self, kind: DamageKind) {
        match quiet().open(&self.path) {
            Err(TrailError::Damaged(damage)) => assert_eq!(damage.kind, kind, "{damage}"),
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("it was opened"),
        }
    }
}

pub(crate) fn unguarded(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    let mut triggers = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap();
    let names = triggers
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap();
    let names: Vec<String> = names.map(Result::unwrap).collect();
    drop(triggers);
    for name in names {
        connection
            .execute_batch(&format!("DROP TRIGGER {name}"))
            .unwrap();
    }
    connection
}

type Hash = [u8; 32];

/// RFC 9162, section 2.1.1, by hand: the hash of a leaf.
pub(crate) fn leaf(body: &[u8]) -> Hash {
    Sha256::new()
        .chain_update([0])
        .chain_update(body)
        .finalize()
        .into()
}

/// RFC 9162, section 2.1.1, by hand: the root over some leaves.
pub(crate) fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [one] => *one,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            let hash = Sha256::new().chain_update([1]);
            hash.chain_update(root(left))
                .chain_update(root(right))
                .finalize()
                .into()
        }
    }
}

pub(crate) fn leaves(connection: &Connection) -> Vec<Hash> {
    let mut bodies = connection
        .prepare("SELECT body FROM record ORDER BY seq")
        .unwrap();
    let bodies = bodies
        .query_map([], |row| row.get::<_, Vec<u8>>(0))
        .unwrap();
    bodies.map(|body| leaf(&body.unwrap())).collect()
}

/// Makes all hashes anew from the records that are there, as C2SP tlog-tiles lays them out.
pub(crate) fn rehash(path: &Path) {
    let connection = unguarded(path);
    let leaves = leaves(&connection);
    connection.execute_batch("DELETE FROM tile").unwrap();
    let whole: Vec<Hash> = leaves.chunks_exact(256).map(root).collect();
    for (level, hashes) in [(0_i64, &leaves), (1, &whole)] {
        for (place, tile) in (0_i64..).zip(hashes.chunks(256)) {
            let insert = "INSERT INTO tile (place, hashes) VALUES (?1, ?2)";
            connection
                .execute(insert, ((level << 40) | place, tile.concat()))
                .unwrap();
        }
    }
    let size = i64::try_from(leaves.len()).unwrap();
    let update = "UPDATE head SET size = ?1, root = ?2, indexed = min(indexed, ?1)";
    connection.execute(update, (size, root(&leaves))).unwrap();
    connection
        .execute("DELETE FROM entry WHERE seq >= ?1", [size])
        .unwrap();
}
