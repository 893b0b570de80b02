//! [`SinkError`]: why a sink did not take an event.

use std::any::type_name;
use std::error::Error;
use std::fmt;

use crate::contain::{MAX_SOURCES, shown};
use crate::word::one_line;

/// Why a sink did not take an event: the type of an error, and what it said.
///
/// Every type that is an [`Error`] becomes one with `?`; a `Box<dyn Error>` or `anyhow::Error` is none, and goes into [`new`](Self::new). It is no [`Error`] itself, so that the type it was made from is known.
///
/// ```
/// use audit_core::sink::SinkError;
///
/// fn send() -> Result<(), SinkError> {
///     let _port: u16 = "none".parse()?;
///     Ok(())
/// }
/// let error = send().unwrap_err();
/// assert_eq!(error.error_type(), "core::num::error::ParseIntError");
/// assert_eq!(error.message(), "invalid digit found in string");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SinkError {
    error_type: &'static str,
    message: String,
}

impl SinkError {
    /// An error without a type of its own. The message is cut at 512 characters while it is written.
    pub fn new(message: impl fmt::Display) -> Self {
        Self::of_type("SinkError", message)
    }

    pub(super) fn of_type(error_type: &'static str, message: impl fmt::Display) -> Self {
        Self {
            error_type,
            message: one_line(&shown(message)).to_string(),
        }
    }

    /// The type of the error it was made from, with its path.
    pub fn error_type(&self) -> &'static str {
        self.error_type
    }

    /// What the error said and its sources, joined by colons, in one line of at most 512 characters.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl<E: Error + 'static> From<E> for SinkError {
    fn from(error: E) -> Self {
        Self::of_type(type_name::<E>(), Sources(&error))
    }
}

impl fmt::Display for SinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// An error and its sources, joined by colons.
struct Sources<'e>(&'e (dyn Error + 'static));

impl fmt::Display for Sources<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        for _ in 0..MAX_SOURCES {
            let Some(error) = source else { break };
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
