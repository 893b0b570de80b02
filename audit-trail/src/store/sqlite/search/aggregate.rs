//! Answers to aggregations: rows are read in whatever order is fastest and counted here, which takes less time than
//! grouping by SQL, and gives quantiles as well.

use rusqlite::{Connection, Row, params_from_iter};

use crate::query::{Aggregation, Counter, Dimension, Tally};

use super::choice::{candidates, choose};
use super::lane::{Lane, Plan};
use super::sql::{Sql, fits, times};
use super::tail::Tail;

/// Counts what an aggregation asks for, in a database that does not change meanwhile.
pub(super) fn count(conn: &Connection, asked: &Aggregation) -> rusqlite::Result<Tally> {
    let query = &asked.query;
    let outcomes_matter = query.has_outcomes() || asked.by.contains(&Dimension::Outcome);
    let mut counter = Counter::new(asked);
    let tail = Tail::read(conn, query, outcomes_matter, |known| {
        counter.add(known);
    })?;
    let since = query.since.map(|time| time.as_nanos());
    let until = query.until.map(|time| time.as_nanos());
    let bounds = times(since, until);
    let candidates = candidates(conn, query, &bounds)?;
    let mut plan = choose(conn, candidates, &bounds)?;
    if !plan.is_disjoint {
        plan = Plan::all();
    }
    if plan == Plan::all() && bounds.is_empty() {
        plan = Plan::whole();
    }
    let rows = Counting {
        conn,
        asked,
        tail: &tail,
        outcomes_matter,
        fits: fits(query),
        bounds,
    };
    for lane in &plan.lanes {
        rows.add(lane, &mut counter)?;
    }
    Ok(counter.finish())
}

/// Columns before those that are counted by.
const BEFORE: usize = 4;

struct Counting<'a> {
    conn: &'a Connection,
    asked: &'a Aggregation,
    tail: &'a Tail,
    outcomes_matter: bool,
    fits: Sql,
    bounds: String,
}

impl Counting<'_> {
    fn add(&self, lane: &Lane, counter: &mut Counter) -> rusqlite::Result<()> {
        let query = &self.asked.query;
        let asks_ends = self.outcomes_matter && !self.tail.ended.is_empty();
        let has_fields = query.has_fields();
        let mut statement = self
            .conn
            .prepare_cached(&self.sql(lane, asks_ends, has_fields))?;
        let values = lane.within.values.iter().chain(&self.fits.values);
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            // Of these the tail has told already.
            if asks_ends && self.tail.ended.contains_key(&row.get::<_, [u8; 16]>(2)?) {
                continue;
            }
            if has_fields
                && !row
                    .get_ref(3)?
                    .as_blob_or_null()?
                    .is_some_and(|body| query.matches_fields(body))
            {
                continue;
            }
            let values = (0..self.asked.by.len()).map(|place| text(row, BEFORE + place));
            counter.add_values(values, row.get(0)?, row.get(1)?);
        }
        Ok(())
    }

    fn sql(&self, lane: &Lane, asks_ends: bool, has_fields: bool) -> String {
        let id = if asks_ends { "id" } else { "NULL" };
        let body = if has_fields {
            "(SELECT body FROM record WHERE record.seq = entry.seq)"
        } else {
            "NULL"
        };
        let columns = self.asked.by.iter().map(|by| format!(", {}", column(*by)));
        let columns: String = columns.collect();
        let (by, within) = (lane.by, &lane.within.text);
        let (bounds, fits) = (&self.bounds, &self.fits.text);
        format!(
            "SELECT time, took, {id}, {body}{columns} FROM entry {by} WHERE {within}{bounds} AND {fits}"
        )
    }
}

/// A text of a row, or none.
fn text<'r>(row: &'r Row<'_>, place: usize) -> Option<&'r str> {
    row.get_ref(place).ok()?.as_str_or_null().ok()?
}

/// What is counted by, of a row.
fn column(by: Dimension) -> &'static str {
    match by {
        Dimension::Kind => "kind",
        Dimension::Name => "name",
        Dimension::Action => "CASE WHEN is_action = 1 THEN name END",
        Dimension::Actor => "actor",
        Dimension::Tenant => "tenant",
        Dimension::Resource => "resource",
        Dimension::Effect => "effect",
        Dimension::Rule => "rule",
        Dimension::Outcome => "CASE WHEN open = 1 THEN 'open' ELSE outcome END",
        Dimension::Mode => "mode",
    }
}
