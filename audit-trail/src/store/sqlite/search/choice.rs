//! Which index a query is answered by: the one that has fewest rows to look at, counted as far as it matters.

use rusqlite::{Connection, params_from_iter};

use crate::query::Query;

use super::lane::{Lane, Plan, plans};

/// Rows of each plan that are counted before one is chosen, step by step while all plans have more.
const COUNTED: [u64; 3] = [500, 8_000, 64_000];
/// Rows that are sorted at most, which a plan needs whose rows don't come by time.
const SORTED: u64 = 20_000;

/// The plan with fewest rows in these times. Where all have many it is the first by its kind, and else that of all rows.
pub(super) fn choose(conn: &Connection, query: &Query, times: &str) -> rusqlite::Result<Plan> {
    let mut open = plans(query);
    // Those that must be sorted are counted whole, without looking at times.
    let mut sortable = Vec::new();
    for plan in open.drain(..) {
        if plan.is_timed() || count(conn, &plan, "", SORTED)? < SORTED {
            sortable.push(plan);
        }
    }
    // A run of all rows is no shorter than any that comes by time, but may be than one that must be sorted.
    if !sortable.iter().any(Plan::is_timed) {
        sortable.push(Plan::all());
    }
    if sortable.len() > 1 {
        for most in COUNTED {
            let mut counts = Vec::new();
            for plan in &sortable {
                let within = if plan.is_timed() { times } else { "" };
                counts.push(count(conn, plan, within, most)?);
            }
            let least = counts.iter().copied().min().unwrap_or(most);
            if least < most {
                let place = counts.iter().position(|count| *count == least);
                return Ok(place
                    .map(|place| sortable.swap_remove(place))
                    .unwrap_or_else(Plan::all));
            }
        }
    }
    Ok(sortable.into_iter().next().unwrap_or_else(Plan::all))
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
