//! [`SqliteReader`]: a connection that reads, and what it reads.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use crate::columns::Columns;
use crate::query::{Aggregation, Cursor, Page, Query, Tally};
use crate::store::{
    Head, MAY_EXPIRE, OpenReader, Pruned, StoreError, StoreReader, StoredCheckpoint, TileSource,
    Visit,
};
use crate::tree::{Hash, TilePlace};

use super::presence::Presence;
use super::{error, file, loaded, search, stored};

/// Reads a trail, beside whoever writes it.
#[derive(Debug)]
pub struct SqliteReader {
    connection: Connection,
    _presence: Presence,
}

impl SqliteReader {
    /// Opens a trail to read alone.
    ///
    /// # Errors
    /// There is none, or the file is no trail.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let (connection, presence) = file::open_to_read(path.as_ref())?;
        Ok(Self {
            connection,
            _presence: presence,
        })
    }

    /// How to open readers of the trail in this file, one for each thread.
    pub fn opener(path: impl AsRef<Path>) -> OpenReader {
        let path = path.as_ref().to_owned();
        Box::new(move || Ok(Box::new(Self::open(&path)?)))
    }
}

impl StoreReader for SqliteReader {
    fn head(&mut self) -> Result<Head, StoreError> {
        head(&self.connection)
    }

    fn records(&mut self, first: u64, end: u64, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        records(&self.connection, first, end, visit)
    }

    fn tile(&mut self, place: TilePlace) -> Result<Option<Vec<u8>>, StoreError> {
        tile(&self.connection, place)
    }

    fn checkpoints(&mut self) -> Result<Vec<StoredCheckpoint>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT size, note FROM checkpoint ORDER BY size, note")
            .map_err(error::of)?;
        let rows = select.query_map([], |row| {
            Ok(StoredCheckpoint::new(loaded(row.get(0)?), row.get(1)?))
        });
        rows.and_then(Iterator::collect).map_err(error::of)
    }

    fn latest_checkpoint(&mut self) -> Result<Option<StoredCheckpoint>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached(
                "SELECT size, note FROM checkpoint ORDER BY size DESC, note DESC LIMIT 1",
            )
            .map_err(error::of)?;
        let row = select.query_row([], |row| {
            Ok(StoredCheckpoint::new(loaded(row.get(0)?), row.get(1)?))
        });
        row.optional().map_err(error::of)
    }

    fn pruned(&mut self) -> Result<Vec<Pruned>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT first, last, retention FROM pruned ORDER BY first")
            .map_err(error::of)?;
        let rows = select.query_map([], |row| {
            let number = |place| row.get(place).map(loaded);
            Ok(Pruned::new(number(0)?, number(1)?, number(2)?))
        });
        rows.and_then(Iterator::collect).map_err(error::of)
    }

    fn names(&mut self) -> Result<Vec<(String, u64)>, StoreError> {
        let statement = format!(
            "SELECT name, count(*) FROM entry WHERE {} GROUP BY name",
            may_expire()
        );
        let mut select = self
            .connection
            .prepare_cached(&statement)
            .map_err(error::of)?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, loaded(row.get(1)?))));
        rows.and_then(Iterator::collect).map_err(error::of)
    }

    fn expired(
        &mut self,
        name: &str,
        before: Option<i64>,
        latest: Option<u64>,
        visit: &mut dyn FnMut(u64),
    ) -> Result<(), StoreError> {
        let of_name = format!(
            "SELECT seq FROM entry WHERE name = ?1 AND {} AND open = 0",
            may_expire()
        );
        if let Some(before) = before {
            let old = format!("{of_name} AND time < ?2");
            each_seq(&self.connection, &old, (name, before), visit)?;
        }
        if let Some(latest) = latest {
            let rest = format!("{of_name} ORDER BY time DESC, seq DESC LIMIT -1 OFFSET ?2");
            each_seq(&self.connection, &rest, (name, stored(latest)), visit)?;
        }
        Ok(())
    }

    fn fact(&mut self, name: &str) -> Result<Option<String>, StoreError> {
        fact(&self.connection, name)
    }

    fn search(
        &mut self,
        query: &Query,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        Ok(search::search(&self.connection, query, after, limit)?)
    }

    fn aggregate(&mut self, aggregation: &Aggregation) -> Result<Tally, StoreError> {
        Ok(search::aggregate(&self.connection, aggregation)?)
    }

    fn check_index(&mut self, progress: &mut dyn FnMut(u64)) -> Result<Option<u64>, StoreError> {
        check_index(&self.connection, progress)
    }
}

/// A fact about the trail.
pub(super) fn fact(connection: &Connection, name: &str) -> Result<Option<String>, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT value FROM meta WHERE key = ?1")
        .map_err(error::of)?;
    let value = select.query_row([name], |row| row.get(0));
    value.optional().map_err(error::of)
}

/// Where the trail stands.
pub(super) fn head(connection: &Connection) -> Result<Head, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT size, root, indexed FROM head")
        .map_err(error::of)?;
    let (size, root, indexed): (i64, [u8; Hash::LEN], i64) = select
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .map_err(error::of)?;
    Ok(Head::new(loaded(size), Hash::new(root), loaded(indexed)))
}

/// That a row is of a kind that retention may take.
fn may_expire() -> String {
    let kinds: Vec<String> = MAY_EXPIRE.iter().map(|kind| format!("'{kind}'")).collect();
    format!("kind IN ({})", kinds.join(", "))
}

fn each_seq(
    connection: &Connection,
    statement: &str,
    values: impl rusqlite::Params,
    visit: &mut dyn FnMut(u64),
) -> Result<(), StoreError> {
    let mut select = connection.prepare_cached(statement).map_err(error::of)?;
    let mut rows = select.query(values).map_err(error::of)?;
    while let Some(row) = rows.next().map_err(error::of)? {
        visit(loaded(row.get(0).map_err(error::of)?));
    }
    Ok(())
}

/// The key of a tile: its level above its number.
pub(super) fn tile_key(place: TilePlace) -> i64 {
    (i64::from(place.level) << 40) | stored(place.index)
}

fn tile(connection: &Connection, place: TilePlace) -> Result<Option<Vec<u8>>, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT hashes FROM tile WHERE place = ?1")
        .map_err(error::of)?;
    select
        .query_row([tile_key(place)], |row| row.get(0))
        .optional()
        .map_err(error::of)
}

impl TileSource for &Connection {
    fn stored_tile(&self, place: TilePlace) -> Result<Option<Vec<u8>>, StoreError> {
        tile(self, place)
    }

    fn each_body(
        &self,
        first: u64,
        end: u64,
        see: &mut dyn FnMut(&[u8]),
    ) -> Result<(), StoreError> {
        records(self, first, end, &mut |_, body| {
            see(body);
            true
        })
    }
}

/// Shows the bytes of records in order.
fn records(
    connection: &Connection,
    first: u64,
    end: u64,
    visit: &mut Visit<'_>,
) -> Result<(), StoreError> {
    let mut select = connection
        .prepare_cached("SELECT seq, body FROM record WHERE seq >= ?1 AND seq < ?2 ORDER BY seq")
        .map_err(error::of)?;
    // What somebody put before the first record is shown with it, so that whoever checks trips over it.
    let from = if first == 0 { i64::MIN } else { stored(first) };
    let mut rows = select.query((from, stored(end))).map_err(error::of)?;
    while let Some(row) = rows.next().map_err(error::of)? {
        let seq: i64 = row.get(0).map_err(error::of)?;
        let body = row.get_ref(1).map_err(error::of)?;
        if !visit(loaded(seq), body.as_blob().unwrap_or_default()) {
            break;
        }
    }
    Ok(())
}

/// The first record whose columns are not what its bytes say, or columns of no record. What became of a call is told by another
/// record; where that is gone, it is not compared.
fn check_index(
    connection: &Connection,
    progress: &mut dyn FnMut(u64),
) -> Result<Option<u64>, StoreError> {
    let statement = "SELECT record.seq, body, time, kind, name, actor, tenant, resource, effect, rule, id, call, took,
            is_action, mode, entry.seq, outcome, (SELECT ended.outcome FROM entry AS ended
                WHERE ended.call = entry.id AND ended.outcome IS NOT NULL AND ended.kind NOT IN ('decision', 'operation')
                ORDER BY ended.seq DESC LIMIT 1)
        FROM record LEFT JOIN entry ON entry.seq = record.seq
        WHERE record.seq < (SELECT indexed FROM head) ORDER BY record.seq";
    let mut select = connection.prepare(statement).map_err(error::of)?;
    let mut rows = select.query([]).map_err(error::of)?;
    while let Some(row) = rows.next().map_err(error::of)? {
        let seq = loaded(row.get(0).map_err(error::of)?);
        if !agrees(row).map_err(error::of)? {
            return Ok(Some(seq));
        }
        progress(seq);
    }
    let astray = "SELECT seq FROM entry WHERE seq < 0 OR seq >= (SELECT indexed FROM head)
            OR NOT EXISTS (SELECT 1 FROM record WHERE record.seq = entry.seq) LIMIT 1";
    let found = connection.query_row(astray, [], |row| row.get(0).map(loaded));
    found.optional().map_err(error::of)
}

fn agrees(row: &rusqlite::Row<'_>) -> rusqlite::Result<bool> {
    if row.get::<_, Option<i64>>(15)?.is_none() {
        return Ok(false);
    }
    let body = row.get_ref(1)?.as_blob().unwrap_or_default();
    let Ok(columns) = Columns::read(body) else {
        return Ok(row.get_ref(3)?.as_str().ok() == Some("unreadable"));
    };
    let text = |place: usize, expected: Option<&str>| -> rusqlite::Result<bool> {
        let value = row.get_ref(place)?;
        Ok(value.as_str_or_null().ok().flatten() == expected)
    };
    let outcome = if columns.is_beginning() {
        let ended = row.get_ref(17)?.as_str_or_null().ok().flatten();
        ended.is_none() || text(16, ended)?
    } else {
        text(16, columns.outcome.as_deref())?
    };
    Ok(outcome
        && row.get::<_, i64>(2)? == columns.time
        && text(3, Some(columns.kind.as_str()))?
        && text(4, Some(&columns.name))?
        && text(5, columns.actor.as_deref())?
        && text(6, columns.tenant.as_deref())?
        && text(7, columns.resource.as_deref())?
        && text(8, columns.effect.as_deref())?
        && text(9, columns.rule.as_deref())?
        && row.get::<_, Option<[u8; 16]>>(10)? == Some(columns.id)
        && row.get::<_, Option<[u8; 16]>>(11)? == columns.call
        && row.get::<_, Option<i64>>(12)? == columns.took
        && row.get::<_, bool>(13)? == columns.is_action
        && text(14, columns.mode.as_deref())?)
}
