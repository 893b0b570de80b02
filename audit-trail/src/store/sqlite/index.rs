//! Drawing columns from records.

use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction};

use crate::columns::Columns;
use crate::store::{Head, StoreError};

use super::{error, reader, stored};

/// Draws columns, record after record.
pub(super) struct Drawing<'c> {
    insert: CachedStatement<'c>,
    end_call: CachedStatement<'c>,
}

impl<'c> Drawing<'c> {
    pub(super) fn begin(connection: &'c Connection) -> Result<Self, StoreError> {
        let insert = "INSERT INTO entry
            (seq, session, time, kind, name, is_action, actor, tenant, resource, effect, rule, mode, outcome, id, call,
             took, open)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
        let end_call =
            "UPDATE entry SET outcome = ?1, open = 0 WHERE id = ?2 AND kind = 'decision'";
        Ok(Self {
            insert: connection.prepare_cached(insert).map_err(error::of)?,
            end_call: connection.prepare_cached(end_call).map_err(error::of)?,
        })
    }

    /// Draws the columns of one record. One that is no event has none but its place, and is found by its kind.
    pub(super) fn draw(&mut self, seq: u64, session: i64, body: &[u8]) -> Result<(), StoreError> {
        let Ok(columns) = Columns::read(body) else {
            let nothing = None::<&str>;
            let unreadable = (stored(seq), session, 0, "unreadable", "", false);
            let (a, b, c, d, e, f) = unreadable;
            self.insert
                .execute(rusqlite::params![
                    a, b, c, d, e, f, nothing, nothing, nothing, nothing, nothing, nothing,
                    nothing, [0_u8; 16], nothing, nothing, false
                ])
                .map_err(error::of)?;
            return Ok(());
        };
        self.insert
            .execute(rusqlite::params![
                stored(seq),
                session,
                columns.time,
                columns.kind.as_str(),
                columns.name,
                columns.is_action,
                columns.actor,
                columns.tenant,
                columns.resource,
                columns.effect,
                columns.rule,
                columns.mode,
                columns.outcome,
                columns.id,
                columns.call,
                columns.took,
                columns.expects_outcome,
            ])
            .map_err(error::of)?;
        if let (Some(outcome), Some(call)) = (&columns.outcome, &columns.call) {
            self.end_call.execute((outcome, call)).map_err(error::of)?;
        }
        Ok(())
    }
}

/// Draws the columns of the next records that have none, and settles calls that nobody will end any more.
pub(super) fn catch_up(transaction: &Transaction<'_>, at_most: usize) -> Result<Head, StoreError> {
    let head = reader::head(transaction)?;
    let end = head.size.min(head.indexed.saturating_add(at_most as u64));
    {
        let mut drawing = Drawing::begin(transaction)?;
        let mut select = transaction
            .prepare_cached("SELECT seq, session, body FROM record WHERE seq >= ?1 AND seq < ?2")
            .map_err(error::of)?;
        let mut rows = select
            .query((stored(head.indexed), stored(end)))
            .map_err(error::of)?;
        while let Some(row) = rows.next().map_err(error::of)? {
            let (seq, session): (i64, i64) = (
                row.get(0).map_err(error::of)?,
                row.get(1).map_err(error::of)?,
            );
            let body = row.get_ref(2).map_err(error::of)?;
            let body = body.as_blob().unwrap_or_default();
            drawing.draw(super::loaded(seq), session, body)?;
        }
    }
    transaction
        .execute("UPDATE head SET indexed = ?1", [stored(end)])
        .map_err(error::of)?;
    let head = Head::new(head.size, head.root, end);
    if end == head.size {
        settle(transaction)?;
    }
    Ok(head)
}

/// Calls of openings that are over have an outcome by now, or none that anybody knows.
fn settle(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let over = "closed IS NOT NULL AND settled = 0";
    let any = transaction
        .query_row(
            &format!("SELECT 1 FROM session WHERE {over} LIMIT 1"),
            [],
            |_| Ok(()),
        )
        .optional()
        .map_err(error::of)?;
    if any.is_none() {
        return Ok(());
    }
    transaction
        .execute(
            &format!(
                "UPDATE entry SET outcome = 'unknown', open = 0
                 WHERE open = 1 AND session IN (SELECT id FROM session WHERE {over})"
            ),
            [],
        )
        .map_err(error::of)?;
    transaction
        .execute(&format!("UPDATE session SET settled = 1 WHERE {over}"), [])
        .map_err(error::of)?;
    Ok(())
}
