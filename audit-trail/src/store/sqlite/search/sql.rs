//! Conditions as SQL over `entry`.

use std::fmt::Write;

use rusqlite::types::Value;

use crate::query::{Condition, Pattern, Query, Term};

use super::like::FUNCTION;

/// A piece of SQL and the values of its question marks.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sql {
    pub(super) text: String,
    pub(super) values: Vec<Value>,
}

impl Sql {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            values: Vec::new(),
        }
    }

    pub(super) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Puts a piece behind this one.
    pub(super) fn push(&mut self, other: Self) {
        self.text.push_str(&other.text);
        self.values.extend(other.values);
    }

    pub(super) fn push_text(&mut self, text: impl AsRef<str>) {
        self.text.push_str(text.as_ref());
    }
}

/// All of a query that columns can tell but its times: true or false for every row, never null.
pub(super) fn fits(query: &Query) -> Sql {
    let mut all = Sql::new("1");
    for group in query.groups() {
        let (Some(first), Some(any)) = (group.first(), any_of(group)) else {
            continue;
        };
        let not = if first.is_excluded { "NOT " } else { "" };
        all.push_text(format!(" AND {not}coalesce("));
        all.push(any);
        all.push_text(", 0)");
    }
    let bounds = [
        ("seq >=", query.first.map(signed)),
        ("seq <=", query.last.map(signed)),
        ("coalesce(took, -1) >=", query.took_least),
        ("took IS NOT NULL AND took <=", query.took_most),
    ];
    for (bound, value) in bounds {
        if let Some(value) = value {
            // Writing to a text can't fail.
            let _ = write!(all.text, " AND {bound} {value}");
        }
    }
    all
}

/// No record stands beyond what a column can hold.
pub(super) fn signed(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// The times that are asked for, narrowed by where a page begins.
pub(super) fn times(since: Option<i64>, until: Option<i64>) -> String {
    let mut text = String::new();
    for (bound, time) in [("time >=", since), ("time <", until)] {
        if let Some(time) = time {
            let _ = write!(text, " AND {bound} {time}");
        }
    }
    text
}

/// One choice; none if only the record itself can tell.
fn any_of(group: &[Term]) -> Option<Sql> {
    let mut any = Sql::new("(");
    for (place, term) in group.iter().enumerate() {
        if place > 0 {
            any.push_text(" OR ");
        }
        any.push(one(&term.condition)?);
    }
    any.push_text(")");
    Some(any)
}

fn one(condition: &Condition) -> Option<Sql> {
    let word = |column: &str, word: &str| Sql::new(format!("{column} = '{word}'"));
    Some(match condition {
        Condition::Kind(kind) => word("kind", kind.as_str()),
        Condition::Name(pattern) => text("name", pattern),
        Condition::Actor(pattern) => text("actor", pattern),
        Condition::Tenant(pattern) => text("tenant", pattern),
        Condition::Action(pattern) => {
            let mut action = Sql::new("(is_action = 1 AND ");
            action.push(text("name", pattern));
            action.push_text(")");
            action
        }
        Condition::Resource(pattern) => text("resource", pattern),
        Condition::Effect(effect) => word("effect", effect.as_str()),
        Condition::Rule(pattern) => text("rule", pattern),
        Condition::Outcome(status) => word("outcome", status.as_str()),
        Condition::Open => Sql::new("open = 1"),
        Condition::Mode(mode) => word("mode", mode.as_str()),
        Condition::Id(id) => Sql::new("id = ?").bind(id.as_bytes().to_vec()),
        Condition::Call(id) => Sql::new("call = ?").bind(id.as_bytes().to_vec()),
        Condition::Field(..) => return None,
    })
}

fn text(column: &str, pattern: &Pattern) -> Sql {
    match pattern.as_exact() {
        Some(exact) => Sql::new(format!("{column} = ?")).bind(exact.to_owned()),
        None if pattern.is_everything() => Sql::new(format!("{column} IS NOT NULL")),
        None => Sql::new(format!("{FUNCTION}(?, {column})")).bind(pattern.encoded()),
    }
}
