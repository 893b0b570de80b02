//! Patterns inside SQL, by the very rule that they have elsewhere: `GLOB` stops at NUL.

use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension};

use crate::query::{Condition, Pattern, Query};

/// It takes an encoded pattern, and what is held against it.
pub(super) const FUNCTION: &str = "audit_like";

/// Makes the function known to this connection if the query needs it.
pub(super) fn prepare(conn: &Connection, query: &Query) -> rusqlite::Result<()> {
    let has_patterns = query.terms().iter().any(|term| match &term.condition {
        Condition::Name(pattern)
        | Condition::Actor(pattern)
        | Condition::Tenant(pattern)
        | Condition::Action(pattern)
        | Condition::Resource(pattern)
        | Condition::Rule(pattern) => pattern.as_exact().is_none(),
        _ => false,
    });
    if !has_patterns {
        return Ok(());
    }
    // Making a function anew would have every statement prepared again.
    let known = conn
        .prepare_cached("SELECT 1 FROM pragma_function_list WHERE name = ?1")?
        .query_row([FUNCTION], |_| Ok(()))
        .optional()?;
    if known.is_some() {
        return Ok(());
    }
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_DIRECTONLY;
    conn.create_scalar_function(FUNCTION, 2, flags, |context| {
        let pattern = context.get_or_create_aux(0, |text| text.as_str().map(Pattern::decoded))?;
        Ok(match context.get_raw(1) {
            ValueRef::Text(text) => {
                std::str::from_utf8(text).is_ok_and(|text| pattern.matches(text))
            }
            _ => false,
        })
    })
}
