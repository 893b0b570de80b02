//! Appending a batch: numbers, hashes, tiles and head in one transaction.

use rusqlite::{Connection, Transaction};

use crate::store::{Batch, Head, StoreError, StoreErrorKind, StoredTiles};
use crate::tree::{Growth, Hash, Tile, leaf_hash};

use super::{error, index, reader, stored};

/// Appends a batch.
pub(super) fn append(
    transaction: &Transaction<'_>,
    growth: &mut Option<Growth>,
    session: i64,
    batch: &Batch<'_>,
) -> Result<Head, StoreError> {
    let before = reader::head(transaction)?;
    let mut tree = restore(transaction, growth.take(), &before)?;
    let at_once = batch.index && before.indexed == before.size;
    let mut record = Vec::new();
    {
        let mut insert = transaction
            .prepare_cached("INSERT INTO record (seq, session, body) VALUES (?1, ?2, ?3)")
            .map_err(error::of)?;
        let mut drawing = at_once
            .then(|| index::Drawing::begin(transaction))
            .transpose()?;
        for body in batch.bodies {
            let seq = tree.size();
            stamp(body, seq, &mut record)?;
            insert
                .execute((stored(seq), session, record.as_slice()))
                .map_err(error::of)?;
            if let Some(drawing) = &mut drawing {
                drawing.draw(seq, session, &record)?;
            }
            for tile in tree.push(leaf_hash(&record)) {
                put_tile(transaction, &tile)?;
            }
        }
    }
    // The hashes of the last records too, so that whoever changes one of them is named.
    for tile in tree.incomplete() {
        put_tile(transaction, &tile)?;
    }
    let size = tree.size();
    let indexed = if at_once { size } else { before.indexed };
    let head = Head::new(size, tree.root(), indexed);
    put_head(transaction, &head)?;
    if let Some(sign) = batch.checkpoint {
        put_checkpoint(transaction, &head, sign(&head)?, batch.forget_checkpoint)?;
    }
    *growth = Some(tree);
    Ok(head)
}

/// Adds the record's place as its last member. What has no room for it is not an object.
fn stamp(body: &[u8], seq: u64, record: &mut Vec<u8>) -> Result<(), StoreError> {
    let Some(open) = body.strip_suffix(b"}") else {
        let message = "what is to be appended is not a JSON object";
        return Err(StoreError::new(StoreErrorKind::Refused, message));
    };
    record.clear();
    record.extend_from_slice(open);
    record.extend_from_slice(b",\"seq\":");
    record.extend_from_slice(seq.to_string().as_bytes());
    record.push(b'}');
    Ok(())
}

/// The tree as it is: what is remembered, if nobody else wrote, or as the database tells.
pub(super) fn restore(
    transaction: &Transaction<'_>,
    remembered: Option<Growth>,
    head: &Head,
) -> Result<Growth, StoreError> {
    let fits = |tree: &Growth| tree.size() == head.size && tree.root() == head.root;
    if let Some(tree) = remembered.filter(fits) {
        return Ok(tree);
    }
    let tiles = StoredTiles::new(&**transaction, head.size);
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
