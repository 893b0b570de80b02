//! Drawing columns from records.

use std::collections::HashMap;

use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction, params};

use crate::columns::Columns;
use crate::store::{Head, StoreError};

use super::{error, loaded, reader, stored};

/// A record whose columns are to be drawn.
pub(super) struct Undrawn<'b> {
    pub(super) seq: u64,
    pub(super) session: i64,
    pub(super) body: &'b [u8],
}

/// The columns of a record that is no event: it has its place, and is found by its kind.
const UNREADABLE: &str = "unreadable";

/// Draws the columns of records that follow one another.
pub(super) fn draw<'b>(
    connection: &Connection,
    records: impl IntoIterator<Item = Undrawn<'b>>,
) -> Result<(), StoreError> {
    let drawn: Vec<(Undrawn<'b>, Option<Columns<'b>>)> = records
        .into_iter()
        .map(|record| {
            let columns = Columns::read(record.body).ok();
            (record, columns)
        })
        .collect();
    // Most calls end in the batch in which they began: their decision is written once, with its outcome.
    let mut outcomes: HashMap<[u8; 16], &str> = HashMap::new();
    for columns in drawn.iter().filter_map(|(_, columns)| columns.as_ref()) {
        if let (Some(outcome), Some(call)) = (&columns.outcome, columns.call) {
            outcomes.insert(call, outcome);
        }
    }
    let mut ended: Vec<[u8; 16]> = Vec::new();
    let mut pen = Pen::new(connection)?;
    for (record, columns) in &drawn {
        let Some(columns) = columns else {
            pen.write_unreadable(record)?;
            continue;
        };
        let outcome = columns.outcome.as_deref();
        let told = columns.expects_outcome.then(|| outcomes.get(&columns.id));
        if let Some(Some(outcome)) = told {
            ended.push(columns.id);
            pen.write(record, columns, Some(outcome), false)?;
        } else {
            pen.write(record, columns, outcome, columns.expects_outcome)?;
        }
    }
    for call in ended {
        outcomes.remove(&call);
    }
    for (call, outcome) in outcomes {
        pen.end_call(call, outcome)?;
    }
    Ok(())
}

/// Writes columns.
struct Pen<'c> {
    insert: CachedStatement<'c>,
    end_call: CachedStatement<'c>,
}

impl<'c> Pen<'c> {
    fn new(connection: &'c Connection) -> Result<Self, StoreError> {
        let insert = "INSERT INTO entry
            (seq, session, time, kind, name, is_action, actor, tenant, resource, effect, rule, mode, outcome, id, call,
             took, open)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
        let end_call = "UPDATE entry SET outcome = ?1, open = 0 WHERE id = ?2 AND kind IN ('decision', 'operation')";
        Ok(Self {
            insert: connection.prepare_cached(insert).map_err(error::of)?,
            end_call: connection.prepare_cached(end_call).map_err(error::of)?,
        })
    }

    fn write(
        &mut self,
        record: &Undrawn<'_>,
        columns: &Columns<'_>,
        outcome: Option<&str>,
        open: bool,
    ) -> Result<(), StoreError> {
        let values = params![
            stored(record.seq),
            record.session,
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
            outcome,
            columns.id,
            columns.call,
            columns.took,
            open,
        ];
        self.insert.execute(values).map_err(error::of)?;
        Ok(())
    }

    fn write_unreadable(&mut self, record: &Undrawn<'_>) -> Result<(), StoreError> {
        let nothing = None::<&str>;
        let values = params![
            stored(record.seq),
            record.session,
            0,
            UNREADABLE,
            "",
            false,
            nothing,
            nothing,
            nothing,
            nothing,
            nothing,
            nothing,
            nothing,
            [0_u8; 16],
            nothing,
            nothing,
            false,
        ];
        self.insert.execute(values).map_err(error::of)?;
        Ok(())
    }

    /// The decision of a call was drawn before.
    fn end_call(&mut self, call: [u8; 16], outcome: &str) -> Result<(), StoreError> {
        self.end_call.execute((outcome, call)).map_err(error::of)?;
        Ok(())
    }
}

/// Draws the columns of the next records that have none, and settles calls that nobody will end any more.
pub(super) fn catch_up(transaction: &Transaction<'_>, at_most: usize) -> Result<Head, StoreError> {
    let head = reader::head(transaction)?;
    let end = head.size.min(head.indexed.saturating_add(at_most as u64));
    let records = undrawn(transaction, head.indexed, end)?;
    draw(
        transaction,
        records.iter().map(|(seq, session, body)| Undrawn {
            seq: *seq,
            session: *session,
            body,
        }),
    )?;
    transaction
        .execute("UPDATE head SET indexed = ?1", [stored(end)])
        .map_err(error::of)?;
    let head = Head::new(head.size, head.root, end);
    if end == head.size {
        settle(transaction)?;
    }
    Ok(head)
}

fn undrawn(
    transaction: &Transaction<'_>,
    first: u64,
    end: u64,
) -> Result<Vec<(u64, i64, Vec<u8>)>, StoreError> {
    let mut select = transaction
        .prepare_cached(
            "SELECT seq, session, body FROM record WHERE seq >= ?1 AND seq < ?2 ORDER BY seq",
        )
        .map_err(error::of)?;
    let rows = select.query_map((stored(first), stored(end)), |row| {
        Ok((loaded(row.get(0)?), row.get(1)?, row.get(2)?))
    });
    rows.and_then(Iterator::collect).map_err(error::of)
}

/// Calls of openings that are over have an outcome by now, or none that anybody knows.
pub(super) fn settle(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let over = "closed IS NOT NULL AND settled = 0";
    let any = transaction
        .prepare_cached(&format!("SELECT 1 FROM session WHERE {over} LIMIT 1"))
        .and_then(|mut select| select.query_row([], |_| Ok(())).optional())
        .map_err(error::of)?;
    if any.is_none() {
        return Ok(());
    }
    let unknown = format!(
        "UPDATE entry SET outcome = 'unknown', open = 0
         WHERE open = 1 AND session IN (SELECT id FROM session WHERE {over})"
    );
    let settled = format!("UPDATE session SET settled = 1 WHERE {over}");
    for statement in [unknown, settled] {
        transaction.execute(&statement, []).map_err(error::of)?;
    }
    Ok(())
}
