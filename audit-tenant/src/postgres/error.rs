//! [`Error`]: why a transaction of a tenant, or a statement in it, came to nothing.

use std::fmt;

use audit_core::tenant::{BypassError, Violation};

/// Why a transaction of a tenant, or a statement in it, came to nothing.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// It was about to cross a tenant's boundary. Both paths have been told.
    Violation {
        /// What was about to be done.
        violation: Box<Violation>,
        /// What the database said, if it was the one that refused.
        source: Option<tokio_postgres::Error>,
    },
    /// It was to reach all tenants, and that is not recorded.
    Bypass(BypassError),
    /// What it is bound with is signed with a key that is not in force, such as one that was ended before all of the service's processes
    /// had the new one. No violation, as it tells of the service and not of what it was about to do.
    UnknownKey(tokio_postgres::Error),
    /// Nothing of tenants: the database, or the way to it.
    Database(tokio_postgres::Error),
    /// The connection was in a transaction already, which could not be ended.
    InTransaction,
    /// The connection gave the answer to another question, as one does after a `COPY` that the server refused
    /// (<https://github.com/rust-postgres/rust-postgres/issues/789>). It has been closed: what it answers may be for another tenant.
    OutOfStep,
}

impl Error {
    /// What was about to cross a tenant's boundary, if that is what went wrong.
    pub fn violation(&self) -> Option<&Violation> {
        match self {
            Self::Violation { violation, .. } => Some(violation),
            _ => None,
        }
    }

    /// What the database said, if it said anything.
    pub fn database(&self) -> Option<&tokio_postgres::Error> {
        match self {
            Self::Violation { source, .. } => source.as_ref(),
            Self::UnknownKey(error) | Self::Database(error) => Some(error),
            Self::Bypass(_) | Self::InTransaction | Self::OutOfStep => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Violation { violation, .. } => violation.fmt(f),
            Self::Bypass(_) => f.write_str("a transaction of all tenants is not begun"),
            Self::UnknownKey(_) => f.write_str(
                "the transaction is bound with a key that is not in force, expected one that was brought in and not ended since",
            ),
            Self::Database(_) => f.write_str("the database did not do it"),
            Self::InTransaction => f.write_str(
                "the connection is in a transaction that does not end, expected one that is free",
            ),
            Self::OutOfStep => f.write_str(
                "the connection answered another question than the one that was asked, and is closed",
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Violation { source, .. } => source.as_ref().map(|error| error as _),
            Self::Bypass(error) => Some(error),
            Self::UnknownKey(error) | Self::Database(error) => Some(error),
            Self::InTransaction | Self::OutOfStep => None,
        }
    }
}
