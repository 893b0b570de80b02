//! Which index a query is answered by: the one that has fewest rows to look at, counted as far as it matters.

use rusqlite::{Connection, params_from_iter};

use crate::query::Query;

use super::lane::{Lane, Plan, plans};

/// Rows that are sorted at most, which a plan needs whose rows don't come by time.
const SORTED: u64 = 20_000;

/// How far rows are counted before a plan is chosen, step by step while all plans have more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// As far as it costs no more than a page does.
    Little,
    /// As far as it pays before everything is read.
    Much,
}

impl Effort {
    const fn steps(self) -> &'static [u64] {
        match self {
            Self::Little => &[500, 8_000],
            Self::Much => &[500, 8_000, 64_000, 500_000],
        }
    }
}

/// A plan, and whether it is the one with fewest rows.
pub(super) struct Choice {
    pub(super) plan: Plan,
    pub(super) is_sure: bool,
}

/// The plan with fewest rows in these times. Where all have many it is the first by its kind, and else that of all rows.
pub(super) fn choose(
    conn: &Connection,
    query: &Query,
    times: &str,
    effort: Effort,
) -> rusqlite::Result<Choice> {
    // Those that must be sorted are counted whole, without looking at times.
    let mut usable = Vec::new();
    for plan in plans(query) {
        if plan.is_timed() || count(conn, &plan, "", SORTED)? < SORTED {
            usable.push(plan);
        }
    }
    // A run of all rows is no shorter than any that comes by time, but may be than one that must be sorted.
    if !usable.iter().any(Plan::is_timed) {
        usable.push(Plan::all());
    }
    if usable.len() > 1 {
        for most in effort.steps() {
            let mut counts = Vec::new();
            for plan in &usable {
                let within = if plan.is_timed() { times } else { "" };
                counts.push(count(conn, plan, within, *most)?);
            }
            let least = counts.iter().enumerate().min_by_key(|(_, count)| **count);
            if let Some((place, count)) = least
                && count < most
            {
                let plan = usable.swap_remove(place);
                return Ok(Choice {
                    plan,
                    is_sure: true,
                });
            }
        }
    }
    let is_sure = usable.len() == 1;
    let plan = usable.into_iter().next().unwrap_or_else(Plan::all);
    Ok(Choice { plan, is_sure })
}

/// The rows of a plan, counted in its indexes up to `most`.
fn count(conn: &Connection, plan: &Plan, times: &str, most: u64) -> rusqlite::Result<u64> {
    let mut sum = 0;
    for lane in &plan.lanes {
        sum += count_lane(conn, lane, times, most)?;
        if sum >= most {
            return Ok(most);
        }
    }
    Ok(sum)
}

fn count_lane(conn: &Connection, lane: &Lane, times: &str, most: u64) -> rusqlite::Result<u64> {
    let Lane { by, within, .. } = lane;
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM entry {by} WHERE {}{times} LIMIT {most})",
        within.text
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let count: i64 = statement.query_row(params_from_iter(&within.values), |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}
