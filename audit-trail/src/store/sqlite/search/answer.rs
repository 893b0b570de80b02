//! [`Answer`]: a page as it fills with what holds in truth, whatever the index says.

use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, params_from_iter};

use crate::columns::Columns;
use crate::query::{Page, Query, Record};

use super::asked::Asked;
use super::first::Place;
use super::sql::{Sql, fits};

/// Reads a row's record where its columns fit.
struct Look<'c> {
    statement: CachedStatement<'c>,
    fits: Sql,
    body: CachedStatement<'c>,
}

impl<'c> Look<'c> {
    fn new(conn: &'c Connection, query: &Query) -> rusqlite::Result<Self> {
        let fits = fits(query);
        // Names of columns are those of `entry`; of `record` only the body is read.
        let statement = conn.prepare_cached(&format!(
            "SELECT outcome, open, (SELECT body FROM record WHERE record.seq = entry.seq) \
             FROM entry WHERE seq = ? AND {}",
            fits.text
        ))?;
        let body = conn.prepare_cached("SELECT body FROM record WHERE seq = ?1")?;
        Ok(Self {
            statement,
            fits,
            body,
        })
    }
}

/// A page as it fills.
pub(super) struct Answer<'a> {
    asked: &'a Asked<'a>,
    look: Look<'a>,
    pub(super) page: Page,
}

impl<'a> Answer<'a> {
    pub(super) fn new(asked: &'a Asked<'a>) -> rusqlite::Result<Self> {
        Ok(Self {
            asked,
            look: Look::new(asked.conn, asked.query)?,
            page: Page::default(),
        })
    }

    /// The record of a row, if it fits in truth.
    pub(super) fn indexed(&mut self, place: Place) -> rusqlite::Result<Option<Record>> {
        let seq = Value::Integer(place.seq);
        let values = std::iter::once(&seq).chain(&self.look.fits.values);
        let mut rows = self.look.statement.query(params_from_iter(values))?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        // Retention took the body, or is about to take the row as well.
        let Some(body) = row.get_ref(2)?.as_blob_or_null()? else {
            return Ok(None);
        };
        let Asked { query, tail, .. } = *self.asked;
        // Of those that only their bytes tell apart, most go here.
        if !query.matches_fields(body) {
            return Ok(None);
        }
        let Some(columns) = Columns::read(body).ok().filter(|it| it.time == place.time) else {
            self.page.index_mismatches += 1;
            return Ok(None);
        };
        let begins = columns.is_beginning();
        if self.asked.outcomes_matter && begins && tail.ended.contains_key(&columns.id) {
            // The index is behind: the tail answers for it.
            return Ok(None);
        }
        let outcome = row.get_ref(0)?.as_str_or_null()?;
        let known = tail.known(place.seq, &columns, body, row.get(1)?, outcome);
        if !query.matches_columns(&known) {
            self.page.index_mismatches += 1;
            return Ok(None);
        }
        Ok(Some(known.to_record()))
    }

    /// A record that matched before, with its bytes.
    pub(super) fn found(&mut self, place: Place) -> rusqlite::Result<Option<Record>> {
        let mut rows = self.look.body.query([place.seq])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let body = row.get_ref(0)?.as_blob()?;
        let Ok(columns) = Columns::read(body) else {
            return Ok(None);
        };
        let is_open = columns.expects_outcome;
        let known = self
            .asked
            .tail
            .known(place.seq, &columns, body, is_open, None);
        Ok(Some(known.to_record()))
    }
}
