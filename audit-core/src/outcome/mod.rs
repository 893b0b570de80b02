//! What became of a judged call.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::nanoseconds;
use crate::value::{Text, Value};
use crate::word::named;

named! {
    /// How a judged call ended.
    #[non_exhaustive]
    Status as "outcome" {
        /// It returned, and what it returned is no failure.
        Completed = "completed",
        /// It returned a value that says it failed, such as an `Err`.
        Failed = "failed",
        /// It panicked.
        Panicked = "panicked",
        /// Its future was dropped before it was done.
        Cancelled = "cancelled",
        /// It was refused, by policy or as its decision could not be recorded: it never ran.
        Refused = "refused",
        /// Nobody saw its end: the process died before.
        Unknown = "unknown",
    }
}

/// What became of a judged call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Outcome<'a> {
    /// How it ended.
    pub status: Status,
    /// How long the function ran: zero if it was refused. In JSON: nanoseconds.
    #[serde(rename = "duration_ns", with = "nanoseconds")]
    pub duration: Duration,
    /// What it returned, where the attribute asks for it (`ret`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value<'a>>,
    /// What its error said, where the attribute asks for it (`err`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Text<'a>>,
}

impl Outcome<'_> {
    /// A call that ended like this, with nothing recorded of what it returned.
    pub const fn new(status: Status, duration: Duration) -> Self {
        Self {
            status,
            duration,
            value: None,
            error: None,
        }
    }

    /// The same outcome without a lifetime.
    pub fn into_owned(self) -> Outcome<'static> {
        Outcome {
            status: self.status,
            duration: self.duration,
            value: self.value.map(Value::into_owned),
            error: self.error.map(Text::into_owned),
        }
    }
}
