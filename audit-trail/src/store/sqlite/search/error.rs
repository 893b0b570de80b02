//! [`SearchError`]: a question that could not be answered.

use std::fmt;

use crate::query::{CursorError, Query};
use crate::store::{StoreError, StoreErrorKind};

/// A question that could not be answered.
#[derive(Debug)]
#[non_exhaustive]
pub enum SearchError {
    /// The cursor belongs to another query.
    Cursor(CursorError),
    /// The query has so many conditions, more than [`Query::MAX_CONDITIONS`].
    TooManyConditions(usize),
    /// The database failed.
    Database(rusqlite::Error),
}

impl SearchError {
    /// Refuses a query that asks for too much.
    pub(super) fn check(query: &Query) -> Result<(), Self> {
        let count = query.terms().len();
        if count > Query::MAX_CONDITIONS {
            return Err(Self::TooManyConditions(count));
        }
        Ok(())
    }
}

impl fmt::Display for SearchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cursor(error) => error.fmt(f),
            Self::TooManyConditions(count) => {
                let most = Query::MAX_CONDITIONS;
                write!(
                    f,
                    "the query has {count} conditions, at most {most} are accepted"
                )
            }
            Self::Database(_) => f.write_str("the trail's database could not answer the query"),
        }
    }
}

impl std::error::Error for SearchError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Cursor(error) => Some(error),
            Self::TooManyConditions(_) => None,
            Self::Database(error) => Some(error),
        }
    }
}

impl From<rusqlite::Error> for SearchError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<CursorError> for SearchError {
    fn from(error: CursorError) -> Self {
        Self::Cursor(error)
    }
}

impl From<SearchError> for StoreError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Database(error) => super::super::error::of(error),
            other => StoreError::new(StoreErrorKind::Refused, other.to_string()),
        }
    }
}
