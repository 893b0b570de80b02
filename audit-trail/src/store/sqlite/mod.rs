//! `SQLite`: records and what can be asked of them, in one file.

#[allow(
    dead_code,
    reason = "the store that asks here stands in a later change"
)]
mod search;

pub use search::SearchError;
