//! One page of an answer: lanes of the index and what no index has, joined in order.

use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, params_from_iter};

use crate::columns::Columns;
use crate::query::{Cursor, Order, Page, Query, Record};

use super::SearchError;
use super::choice::{candidates, choose};
use super::first::{First, Place};
use super::join::{Join, Next};
use super::lane::Plan;
use super::sql::{Sql, fits, times};
use super::tail::Tail;

/// The most records of a page.
const MOST: usize = 10_000;
/// The most bytes of a page's records, a record more aside.
const BYTES: usize = 16 * 1024 * 1024;
/// Rows that one page looks at, at most.
const EXAMINED: usize = 20_000;
/// Rows of a plan that are looked at to see how many of them match, where several plans have many rows.
const TRIED: usize = 300;

/// Answers a page from a database that does not change meanwhile.
pub(super) fn page(
    conn: &Connection,
    query: &Query,
    after: Option<Cursor>,
    limit: usize,
) -> Result<Page, SearchError> {
    let limit = limit.clamp(1, MOST);
    let outcomes_matter = query.has_outcomes();
    let mut first = First::new(query.in_order(), after, limit + 1);
    let tail = Tail::read(conn, query, outcomes_matter, |known| first.take(known))?;

    let first = first.into_sorted();
    let asked = Asked {
        conn,
        query,
        after,
        limit,
        bounds: bounds(query, after),
        tail: &tail,
        outcomes_matter,
    };
    let candidates = candidates(conn, query, &asked.bounds)?;
    let mut best: Option<(usize, &Plan)> = None;
    if candidates.len() > 1 {
        for plan in &candidates {
            let (ending, page) = asked.read(plan, &first, TRIED)?;
            if let Ending::Reached = ending {
                return Ok(page);
            }
            // One match says little, two say that more are near.
            let found = page.records.len();
            if found > best.map_or(1, |(most, _)| most) {
                best = Some((found, plan));
            }
        }
    }
    let plan = match best {
        Some((_, plan)) => plan.clone(),
        None => choose(conn, candidates, &asked.bounds)?,
    };
    match asked.read(&plan, &first, EXAMINED)? {
        // Many rows, and none of them the tenant's: his own bring the page on.
        (Ending::Tired, page) if page.next.is_none() => {
            let own = query.kept_to().map_or_else(Plan::all, Plan::of_tenant);
            Ok(asked.read(&own, &first, EXAMINED)?.1)
        }
        (_, page) => Ok(page),
    }
}

/// What a page is made from.
struct Asked<'a> {
    conn: &'a Connection,
    query: &'a Query,
    after: Option<Cursor>,
    limit: usize,
    bounds: String,
    tail: &'a Tail,
    outcomes_matter: bool,
}

/// Why a page ends.
enum Ending {
    /// It is full, or there is no more.
    Reached,
    /// So many rows were looked at. Where answers are kept to a tenant, the next page begins behind the last row that is his: where
    /// others' rows stand is not told. Without such a row it can't be said where it begins.
    Tired,
}

impl Asked<'_> {
    /// The page by this plan, from no more than so many rows.
    fn read(&self, plan: &Plan, first: &[Place], most: usize) -> rusqlite::Result<(Ending, Page)> {
        let mut statements = Vec::new();
        for lane in &plan.lanes {
            let tells_tenants = lane.tells_tenants(self.query);
            let sql = lane.sql(
                self.query.in_order(),
                &self.bounds,
                self.after,
                EXAMINED + 1,
                tells_tenants,
            );
            let tenant = self.query.kept_to().filter(|_| tells_tenants);
            let tenant = tenant.map(|tenant| Value::Text(tenant.to_owned()));
            statements.push((self.conn.prepare_cached(&sql)?, tenant, lane));
        }
        let mut lanes = Vec::new();
        for (statement, tenant, lane) in &mut statements {
            let values = tenant.iter().chain(&lane.within.values);
            lanes.push(statement.query(params_from_iter(values))?);
        }
        let mut join = Join::new(self.query.in_order(), lanes, first)?;
        let mut answer = Answer {
            asked: self,
            look: Look::new(self.conn, self.query)?,
            page: Page::default(),
        };
        let (mut examined, mut bytes) = (0, 0);
        let mut last = None;
        while let Some((place, next)) = join.next()? {
            let is_full = answer.page.records.len() == self.limit || bytes > BYTES;
            let record = match next {
                Next::Indexed => answer.indexed(place)?,
                Next::Found => answer.found(place)?,
                Next::Foreign => None,
            };
            examined += 1;
            if let Some(record) = record {
                if is_full {
                    // There is more: the page ends before it.
                    answer.page.next = last;
                    return Ok((Ending::Reached, answer.page));
                }
                bytes += record.body.len();
                answer.page.records.push(record);
            }
            if next != Next::Foreign {
                let seq = u64::try_from(place.seq).unwrap_or(0);
                last = Some(Cursor::behind(self.query, place.time, seq));
            }
            if examined >= most {
                answer.page.next = last;
                return Ok((Ending::Tired, answer.page));
            }
        }
        Ok((Ending::Reached, answer.page))
    }
}

/// The times that a page's rows can have.
fn bounds(query: &Query, after: Option<Cursor>) -> String {
    let mut since = query.since.map(|time| time.as_nanos());
    let mut until = query.until.map(|time| time.as_nanos());
    if let Some(after) = after {
        match query.in_order() {
            Order::Newest => {
                let end = after.time().saturating_add(1);
                until = Some(until.map_or(end, |until| until.min(end)));
            }
            Order::Oldest => {
                since = Some(since.map_or(after.time(), |since| since.max(after.time())));
            }
        }
    }
    times(since, until)
}

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
struct Answer<'a> {
    asked: &'a Asked<'a>,
    look: Look<'a>,
    page: Page,
}

impl Answer<'_> {
    /// The record of a row, if it fits in truth.
    fn indexed(&mut self, place: Place) -> rusqlite::Result<Option<Record>> {
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
    fn found(&mut self, place: Place) -> rusqlite::Result<Option<Record>> {
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
