//! [`Lane`]: a run of rows of one index that may be asked for.

use audit_core::{Effect, Status};
use rusqlite::types::Value;

use crate::query::{Condition, Cursor, Order, Pattern, Query, Term};

use super::sql::{Sql, signed};

/// A run of rows of one index that may be asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lane {
    /// How `entry` is read: `INDEXED BY` one, or by its place.
    pub(super) by: &'static str,
    /// What bounds the run, times aside.
    pub(super) within: Sql,
    /// Whether its rows come by time; otherwise they are sorted, so they must be few.
    pub(super) is_timed: bool,
}

impl Lane {
    /// Time and place of each row, from the index alone and in order; they are behind the cursor within these times, and only those of
    /// one tenant where that is asked: the value of one question mark more.
    pub(super) fn sql(
        &self,
        order: Order,
        times: &str,
        after: Option<Cursor>,
        is_kept: bool,
    ) -> String {
        let (direction, sign) = match order {
            Order::Newest => ("DESC", "<"),
            Order::Oldest => ("ASC", ">"),
        };
        let behind = after.map_or_else(String::new, |after| {
            let (time, seq) = (after.time(), signed(after.seq()));
            format!(" AND (time {sign} {time} OR seq {sign} {seq})")
        });
        let (by, within) = (self.by, &self.within.text);
        let own = if is_kept { " AND tenant = ?" } else { "" };
        format!(
            "SELECT time, seq FROM entry {by} WHERE {within}{own}{times}{behind} \
             ORDER BY time {direction}, seq {direction}"
        )
    }

    /// Whether it is this tenant's run, so that all its rows are his.
    pub(super) fn is_of(&self, tenant: &str) -> bool {
        let is_his = |value: &Value| matches!(value, Value::Text(text) if text == tenant);
        let values = self.within.values.as_slice();
        self.by == BY_TENANT && self.is_timed && matches!(values, [value] if is_his(value))
    }
}

/// The index that has a tenant's rows by time.
const BY_TENANT: &str = "INDEXED BY entry_tenant";

/// Lanes that together have every row that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) lanes: Vec<Lane>,
    /// Whether no row is in two of them.
    pub(super) is_disjoint: bool,
}

impl Plan {
    pub(super) fn is_timed(&self) -> bool {
        self.lanes.iter().all(|lane| lane.is_timed)
    }

    /// Every row there is, by time.
    pub(super) fn all() -> Self {
        Self::of(vec![Lane {
            by: "INDEXED BY entry_time",
            within: Sql::new("1"),
            is_timed: true,
        }])
    }

    /// Every row of a tenant, by time.
    pub(super) fn of_tenant(tenant: &str) -> Self {
        Self::of(vec![Lane {
            by: BY_TENANT,
            within: Sql::new("tenant = ?").bind(tenant.to_owned()),
            is_timed: true,
        }])
    }

    /// Every row there is, in whatever order they lie.
    pub(super) fn whole() -> Self {
        Self::of(vec![Lane {
            by: "NOT INDEXED",
            within: Sql::new("1"),
            is_timed: false,
        }])
    }

    fn of(lanes: Vec<Lane>) -> Self {
        Self {
            is_disjoint: lanes.len() == 1,
            lanes,
        }
    }
}

/// Every plan that an index offers, the most selective kind first; that of all rows is not among them.
pub(super) fn plans(query: &Query) -> Vec<Plan> {
    let mut ranked: Vec<(u8, Plan)> = query
        .groups()
        .filter(|group| group.first().is_some_and(|first| !first.is_excluded))
        .filter_map(plan)
        .collect();
    if let (Some(first), Some(last)) = (query.first, query.last) {
        let (first, last) = (signed(first), signed(last));
        let within = Sql::new(format!("seq BETWEEN {first} AND {last}"));
        let lane = Lane {
            by: "NOT INDEXED",
            within,
            is_timed: false,
        };
        ranked.push((6, Plan::of(vec![lane])));
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, plan)| plan).collect()
}

/// The lanes of one choice, with how selective its kind mostly is; none if its index does not have all of them.
fn plan(group: &[Term]) -> Option<(u8, Plan)> {
    let ranks = group.iter().map(|term| lane(&term.condition));
    let lanes = ranks.collect::<Option<Vec<(u8, Lane, bool)>>>()?;
    let rank = lanes.iter().map(|(rank, ..)| *rank).max()?;
    // A choice of one value each names no row twice; runs of patterns may lie in one another.
    let is_disjoint = lanes.iter().all(|(.., is_one)| *is_one) || lanes.len() == 1;
    let lanes = lanes.into_iter().map(|(_, lane, _)| lane).collect();
    Some((rank, Plan { lanes, is_disjoint }))
}

/// The run of one condition, how selective its kind is, and whether it holds one value alone.
fn lane(condition: &Condition) -> Option<(u8, Lane, bool)> {
    let timed = |rank, by, within| {
        let lane = Lane {
            by,
            within,
            is_timed: true,
        };
        Some((rank, lane, true))
    };
    let word = |rank, by, column: &str, implied: &str, word: &str| {
        timed(
            rank,
            by,
            Sql::new(format!("{column} = '{word}' AND {implied}")),
        )
    };
    match condition {
        Condition::Id(id) => {
            let within = Sql::new("id = ?").bind(id.as_bytes().to_vec());
            Some(sorted(0, "INDEXED BY entry_id", within, true))
        }
        Condition::Call(id) => {
            let within = Sql::new("call = ?").bind(id.as_bytes().to_vec());
            Some(sorted(0, "INDEXED BY entry_call", within, true))
        }
        Condition::Open => {
            let within = Sql::new("open = 1");
            Some(sorted(1, "INDEXED BY entry_open", within, false))
        }
        Condition::Actor(pattern) => texts(2, "INDEXED BY entry_actor", "actor", pattern),
        Condition::Resource(pattern) => texts(2, "INDEXED BY entry_resource", "resource", pattern),
        Condition::Rule(pattern) => texts(2, "INDEXED BY entry_rule", "rule", pattern),
        Condition::Action(pattern) | Condition::Name(pattern) => {
            texts(3, "INDEXED BY entry_name", "name", pattern)
        }
        Condition::Effect(effect) if *effect != Effect::Allow => word(
            4,
            "INDEXED BY entry_effect",
            "effect",
            "effect IS NOT NULL AND effect <> 'allow'",
            effect.as_str(),
        ),
        Condition::Outcome(status) if *status != Status::Completed => word(
            4,
            "INDEXED BY entry_outcome",
            "outcome",
            "outcome IS NOT NULL AND outcome <> 'completed'",
            status.as_str(),
        ),
        Condition::Kind(kind) if !matches!(kind.as_str(), "decision" | "outcome") => word(
            4,
            "INDEXED BY entry_kind",
            "kind",
            "kind NOT IN ('decision', 'outcome')",
            kind.as_str(),
        ),
        Condition::Tenant(pattern) => texts(5, BY_TENANT, "tenant", pattern),
        _ => None,
    }
}

fn sorted(rank: u8, by: &'static str, within: Sql, is_one: bool) -> (u8, Lane, bool) {
    let lane = Lane {
        by,
        within,
        is_timed: false,
    };
    (rank, lane, is_one)
}

/// The run of one text, or of all that begin as a pattern does.
fn texts(rank: u8, by: &'static str, column: &str, pattern: &Pattern) -> Option<(u8, Lane, bool)> {
    if let Some(exact) = pattern.as_exact() {
        let lane = Lane {
            by,
            within: Sql::new(format!("{column} = ?")).bind(exact.to_owned()),
            is_timed: true,
        };
        return Some((rank, lane, true));
    }
    let prefix = pattern.prefix();
    if prefix.is_empty() {
        return None;
    }
    let mut within = Sql::new(format!("{column} >= ?")).bind(prefix.to_owned());
    if let Some(end) = behind(prefix) {
        within.push(Sql::new(format!(" AND {column} < ?")).bind(Value::Text(end)));
    }
    Some(sorted(rank, by, within, false))
}

/// The least text behind all that begin with this one: texts stand in the order of their bytes, which is that of letters.
fn behind(prefix: &str) -> Option<String> {
    let mut letters: Vec<char> = prefix.chars().collect();
    while let Some(last) = letters.pop() {
        let next = (u32::from(last) + 1..=0x0010_FFFF).find_map(char::from_u32);
        if let Some(next) = next {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}
