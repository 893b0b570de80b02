//! Appending a batch: numbers, hashes, tiles and head in one transaction.

use std::thread;

use rusqlite::{Connection, Transaction};

use crate::store::{Batch, Head, StoreError, StoreErrorKind, StoredTiles, stamp};
use crate::tree::{Growth, Hash, Tile, leaf_hash};

use super::index::Undrawn;
use super::{Memory, error, index, reader, stored};

/// Appends a batch.
pub(super) fn append(
    transaction: &Transaction<'_>,
    memory: &mut Memory,
    session: i64,
    batch: &Batch<'_>,
) -> Result<Head, StoreError> {
    let before = reader::head(transaction)?;
    let mut tree = restore(transaction, memory, &before)?;
    let at_once = batch.index && before.indexed == before.size;
    let first = tree.size();
    let records = Stamped::of(batch.bodies, first)?;
    let leaves = records.hashed_while(|| insert(transaction, session, &records))?;
    for leaf in leaves {
        for tile in tree.push(leaf) {
            put_tile(transaction, &tile)?;
        }
    }
    if at_once {
        let undrawn = records
            .iter()
            .map(|(seq, body)| Undrawn { seq, session, body });
        index::draw(transaction, undrawn)?;
        index::settle(transaction)?;
    }
    // The hashes of the last records too, so that whoever changes one of them is named.
    for tile in tree.incomplete() {
        put_tile(transaction, &tile)?;
    }
    let size = tree.size();
    let indexed = if at_once { size } else { before.indexed };
    let head = Head::new(size, tree.root(), indexed);
    put_head(transaction, &head)?;
    if let Some(sign) = batch.checkpoint
        && let Some(note) = sign(&head, &|name| reader::fact(transaction, name))?
    {
        put_checkpoint(transaction, &head, note, batch.forget_checkpoint)?;
    }
    for (name, value) in batch.facts {
        put_fact(transaction, name, value)?;
    }
    memory.known = Some((head.size, head.root));
    memory.growth = Some(tree);
    Ok(head)
}

fn insert(
    transaction: &Transaction<'_>,
    session: i64,
    records: &Stamped,
) -> Result<(), StoreError> {
    let mut insert = transaction
        .prepare_cached("INSERT INTO record (seq, session, body) VALUES (?1, ?2, ?3)")
        .map_err(error::of)?;
    for (seq, body) in records.iter() {
        insert
            .execute((stored(seq), session, body))
            .map_err(error::of)?;
    }
    Ok(())
}

/// Batches of more records than this are hashed on a thread of their own.
const HASHED_BESIDE: usize = 2048;

/// The bytes of records, one behind the other, each with its place.
struct Stamped {
    first: u64,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Stamped {
    /// Adds to each record its place as its last member. What has no room for it is not an object.
    fn of(bodies: &[&[u8]], first: u64) -> Result<Self, StoreError> {
        let room = bodies.iter().map(|body| body.len() + ROOM_FOR_SEQ).sum();
        let mut bytes = Vec::with_capacity(room);
        let mut ends = Vec::with_capacity(bodies.len());
        for (seq, body) in (first..).zip(bodies) {
            stamp(body, seq, &mut bytes)?;
            ends.push(bytes.len());
        }
        Ok(Self { first, bytes, ends })
    }

    /// The records' hashes. Those of a large batch are made while something else is done.
    fn hashed_while<E>(&self, work: impl FnOnce() -> Result<(), E>) -> Result<Vec<Hash>, E> {
        let hashed = || self.iter().map(|(_, body)| leaf_hash(body)).collect();
        thread::scope(|scope| {
            let beside = (self.ends.len() > HASHED_BESIDE)
                .then(|| thread::Builder::new().spawn_scoped(scope, hashed));
            work()?;
            let leaves = beside.and_then(|thread| thread.ok()?.join().ok());
            Ok(leaves.unwrap_or_else(hashed))
        })
    }

    fn iter(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let bodies = starts.zip(&self.ends);
        (self.first..)
            .zip(bodies.map(|(start, &end)| self.bytes.get(start..end).unwrap_or_default()))
    }
}

/// The room that `,"seq":` and a number take.
const ROOM_FOR_SEQ: usize = 28;

/// The tree as it is: what is remembered, if nobody else wrote, or as the database tells.
pub(super) fn restore(
    transaction: &Transaction<'_>,
    memory: &mut Memory,
    head: &Head,
) -> Result<Growth, StoreError> {
    let fits = |tree: &Growth| tree.size() == head.size && tree.root() == head.root;
    if let Some(tree) = memory.growth.take().filter(fits) {
        return Ok(tree);
    }
    let tiles = StoredTiles::new(&**transaction, head.size);
    // Others may write too, and go on from where we were; who goes back behind that has changed what was.
    if let Some((size, root)) = memory.known
        && (head.size < size || crate::tree::root(&tiles, size).map_err(damaged)? != root)
    {
        let message = format!(
            "the trail has {} records and does not go on from the {size} that it had",
            head.size
        );
        return Err(StoreError::new(StoreErrorKind::Damaged, message));
    }
    let tree = crate::tree::growth(&tiles, head.size).map_err(damaged)?;
    if tree.root() != head.root {
        let message = format!(
            "the hashes of the trail do not make its root over {} records",
            head.size
        );
        return Err(StoreError::new(StoreErrorKind::Damaged, message));
    }
    Ok(tree)
}

/// Hashes that are not there, or no hashes.
pub(super) fn damaged(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::new(
        StoreErrorKind::Damaged,
        "the tree of the trail can't be read",
    )
    .because(error)
}

fn put_tile(connection: &Connection, tile: &Tile) -> Result<(), StoreError> {
    let statement = "INSERT INTO tile (place, hashes) VALUES (?1, ?2)
        ON CONFLICT (place) DO UPDATE SET hashes = excluded.hashes";
    let mut insert = connection.prepare_cached(statement).map_err(error::of)?;
    insert
        .execute((reader::tile_key(tile.place), tile.hashes.as_slice()))
        .map_err(error::of)?;
    Ok(())
}

/// Keeps a fact about the trail.
pub(super) fn put_fact(connection: &Connection, name: &str, value: &str) -> Result<(), StoreError> {
    let statement = "INSERT INTO meta (key, value) VALUES (?1, ?2)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    connection
        .execute(statement, (name, value))
        .map_err(error::of)?;
    Ok(())
}

fn put_head(connection: &Connection, head: &Head) -> Result<(), StoreError> {
    let statement = "UPDATE head SET size = ?1, root = ?2, indexed = ?3";
    let mut update = connection.prepare_cached(statement).map_err(error::of)?;
    let root: &[u8; Hash::LEN] = head.root.as_bytes();
    update
        .execute((stored(head.size), root, stored(head.indexed)))
        .map_err(error::of)?;
    Ok(())
}

fn put_checkpoint(
    connection: &Connection,
    head: &Head,
    note: String,
    forget: Option<u64>,
) -> Result<(), StoreError> {
    if let Some(size) = forget {
        connection
            .execute("DELETE FROM checkpoint WHERE size = ?1", [stored(size)])
            .map_err(error::of)?;
    }
    connection
        .execute(
            "INSERT OR IGNORE INTO checkpoint (size, note) VALUES (?1, ?2)",
            (stored(head.size), note),
        )
        .map_err(error::of)?;
    Ok(())
}
