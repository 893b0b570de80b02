//! Where records are kept.

mod sqlite;

pub use sqlite::SearchError;
