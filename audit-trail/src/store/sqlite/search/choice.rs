//! Which index a query is answered by: the one that has fewest rows to look at, counted as far as it matters.

use rusqlite::{Connection, params_from_iter};

use crate::query::Query;

use super::lane::{Lane, Plan, plans};

/// Rows that are sorted at most, which a plan needs whose rows don't come by time.
const SORTED: u64 = 20_000;

/// How far rows are counted, step by step while all plans have more: this costs no more than a page does.
const LITTLE: &[u64] = &[500, 8_000];
/// How far they are counted where all that are read are a tenant's, but for what a plan has of others'.
const FEW: &[u64] = &[500, 8_000, SORTED];
/// How far they are counted where it pays.
const MUCH: &[u64] = &[64_000];

/// The plans that can answer a query within these times, the most selective kind first. At least one.
///
/// Where counting a little tells which has fewest rows, that is the only one.
pub(super) fn candidates(
    conn: &Connection,
    query: &Query,
    times: &str,
) -> rusqlite::Result<Vec<Plan>> {
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
    if usable.len() > 1
        && let Some(place) = shortest(conn, &usable, times, LITTLE)?
    {
        usable = vec![usable.swap_remove(place)];
    }
    Ok(usable)
}

/// The plan with fewest rows in these times, counted as far as it pays; the first where all have very many.
pub(super) fn choose(
    conn: &Connection,
    mut candidates: Vec<Plan>,
    times: &str,
) -> rusqlite::Result<Plan> {
    let mut place = 0;
    if candidates.len() > 1 {
        place = shortest(conn, &candidates, times, MUCH)?.unwrap_or(0);
    }
    Ok(if place < candidates.len() {
        candidates.swap_remove(place)
    } else {
        Plan::all()
    })
}

/// Of plans for a tenant's records alone the one with fewest rows, whosever they are, as long as these are few; else the tenant's own
/// run, which is never longer for what others have.
pub(super) fn choose_kept(
    conn: &Connection,
    mut plans: Vec<Plan>,
    times: &str,
    own: &Plan,
) -> rusqlite::Result<Plan> {
    if plans.iter().all(|plan| plan == own) {
        return Ok(own.clone());
    }
    let place = shortest(conn, &plans, times, FEW)?;
    Ok(match place {
        Some(place) if place < plans.len() => plans.swap_remove(place),
        _ => own.clone(),
    })
}

/// Which plan has fewest rows, if that is told by counting so far.
fn shortest(
    conn: &Connection,
    plans: &[Plan],
    times: &str,
    steps: &[u64],
) -> rusqlite::Result<Option<usize>> {
    for most in steps {
        let mut least: Option<(usize, u64)> = None;
        for (place, plan) in plans.iter().enumerate() {
            let within = if plan.is_timed() { times } else { "" };
            let bound = least.map_or(*most, |(_, count)| count);
            let count = count(conn, plan, within, bound)?;
            if count < bound {
                least = Some((place, count));
            }
        }
        if let Some((place, _)) = least {
            return Ok(Some(place));
        }
    }
    Ok(None)
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
