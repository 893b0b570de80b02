//! One page of an answer: lanes of the index and what no index has, joined in order.

use std::fmt::Write;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use crate::query::{Cursor, Page, Query};

use super::SearchError;
use super::answer::Answer;
use super::asked::{Asked, bounds};
use super::choice::{candidates, choose, choose_kept};
use super::first::{First, Place};
use super::join::{Join, Next};
use super::lane::{Plan, plans};
use super::tail::Tail;

/// The most records of a page.
const MOST: usize = 10_000;
/// The most bytes of a page's records, a record more aside.
const BYTES: usize = 16 * 1024 * 1024;
/// Rows that one page looks at, at most; where it is kept to a tenant, of his own.
const EXAMINED: usize = 20_000;
/// So many times as many of a tenant's own rows, where an index may have what is asked for: most are passed over then.
const FARTHER: usize = 5;
/// Rows of a plan that are looked at to see how many of them match, where several plans have many rows.
const TRIED: usize = 300;

/// Answers a page from a database that does not change meanwhile.
pub(super) fn page(
    conn: &Connection,
    query: &Query,
    after: Option<Cursor>,
    limit: usize,
) -> Result<Page, SearchError> {
    page_of(conn, query, after, limit, EXAMINED)
}

/// The same, where a page looks at so many rows.
pub(super) fn page_of(
    conn: &Connection,
    query: &Query,
    after: Option<Cursor>,
    limit: usize,
    examined: usize,
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
        examined,
        bounds: bounds(query, after),
        tail: &tail,
        outcomes_matter,
    };
    Ok(match query.kept_to() {
        Some(tenant) => asked.kept(tenant, &first)?,
        None => asked.open(&first)?,
    })
}

/// How far a page goes, where it is not full before.
#[derive(Clone, Copy)]
enum Reach {
    /// So many rows are looked at.
    Rows(usize),
    /// Up to this row.
    To(Place),
    /// To the end.
    End,
}

/// Why a page ends.
enum Ending {
    /// It is full, or there is no more.
    Reached,
    /// It went as far as it was to.
    Tired,
}

impl Asked<'_> {
    /// The page by the plan that has fewest rows, or finds most where all have many.
    fn open(&self, first: &[Place]) -> rusqlite::Result<Page> {
        let candidates = candidates(self.conn, self.query, &self.bounds)?;
        let mut best: Option<(usize, &Plan)> = None;
        if candidates.len() > 1 {
            for plan in &candidates {
                let (ending, page) = self.read(plan, first, Reach::Rows(TRIED))?;
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
            None => choose(self.conn, candidates, &self.bounds)?,
        };
        Ok(self.read(&plan, first, Reach::Rows(self.examined))?.1)
    }

    /// The page of a tenant's records alone. It goes over so many of his own rows, whichever plan finds the records among them: what
    /// is in it and where it ends would tell of others' rows if it hung on those.
    fn kept(&self, tenant: &str, first: &[Place]) -> rusqlite::Result<Page> {
        let own = Plan::of_tenant(tenant);
        let plans = plans(self.query);
        let rows = if plans.iter().any(|plan| *plan != own) {
            self.examined * FARTHER
        } else {
            self.examined
        };
        let plan = choose_kept(self.conn, plans, &self.bounds, &own)?;
        let reach = if plan == own {
            Reach::Rows(rows)
        } else {
            self.last_own(tenant, rows)?.map_or(Reach::End, Reach::To)
        };
        Ok(self.read(&plan, first, reach)?.1)
    }

    /// The last row of a tenant's that a page goes to which goes over so many, if he has them.
    fn last_own(&self, tenant: &str, rows: usize) -> rusqlite::Result<Option<Place>> {
        let own = Plan::of_tenant(tenant);
        let Some(lane) = own.lanes.first() else {
            return Ok(None);
        };
        let behind = i64::try_from(rows).unwrap_or(i64::MAX) - 1;
        let sql = lane.sql(self.query.in_order(), &self.bounds, self.after, false);
        let mut statement = self
            .conn
            .prepare_cached(&format!("{sql} LIMIT 1 OFFSET {behind}"))?;
        let values = params_from_iter(&lane.within.values);
        statement.query_row(values, Place::of_row).optional()
    }

    /// The page by this plan, as far as it reaches.
    fn read(&self, plan: &Plan, first: &[Place], reach: Reach) -> rusqlite::Result<(Ending, Page)> {
        let order = self.query.in_order();
        let mut statements = Vec::new();
        for lane in &plan.lanes {
            let others = self.query.kept_to().filter(|own| !lane.is_of(own));
            let mut sql = lane.sql(order, &self.bounds, self.after, others.is_some());
            if let Reach::Rows(most) = reach {
                // Writing to a text can't fail.
                let _ = write!(sql, " LIMIT {}", most + 1);
            }
            let tenant = others.map(|tenant| Value::Text(tenant.to_owned()));
            statements.push((self.conn.prepare_cached(&sql)?, tenant, lane));
        }
        let mut lanes = Vec::new();
        for (statement, tenant, lane) in &mut statements {
            let values = lane.within.values.iter().chain(tenant.as_ref());
            lanes.push(statement.query(params_from_iter(values))?);
        }
        let mut join = Join::new(order, lanes, first)?;
        let mut answer = Answer::new(self)?;
        let (mut examined, mut bytes) = (0, 0);
        // The last row that was looked at, and the last whose record is in the page.
        let (mut last, mut given) = (None, None);
        while let Some((place, next)) = join.next()? {
            if let Reach::To(end) = reach
                && place.rank(order) > end.rank(order)
            {
                break;
            }
            let is_full = answer.page.records.len() == self.limit || bytes > BYTES;
            let record = match next {
                Next::Indexed => answer.indexed(place)?,
                Next::Found => answer.found(place)?,
            };
            if let Some(record) = record {
                if is_full {
                    // There is more: the page ends before it.
                    let last = if self.query.kept_to().is_some() {
                        given
                    } else {
                        last
                    };
                    answer.page.next = self.behind(last);
                    return Ok((Ending::Reached, answer.page));
                }
                bytes += record.body.len();
                answer.page.records.push(record);
                given = Some(place);
            }
            last = Some(place);
            examined += usize::from(next == Next::Indexed);
            if let Reach::Rows(most) = reach
                && examined >= most
            {
                answer.page.next = self.behind(last);
                return Ok((Ending::Tired, answer.page));
            }
        }
        if let Reach::To(end) = reach {
            answer.page.next = self.behind(Some(end));
        }
        Ok((Ending::Reached, answer.page))
    }
}
