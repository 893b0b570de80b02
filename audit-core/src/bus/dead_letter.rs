//! [`DeadLetter`]: what nobody could handle.

use serde::Serialize;

use super::payload::Payload;
use crate::clock::Timestamp;

/// The name under which dead letters are published. Only who is subscribed to the very name gets them: no pattern stands for it.
pub const DEAD_LETTER: &str = "__dead_letter__";

/// An event or a call that nobody handled, or somebody failed to.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DeadLetter {
    /// What was invoked or published.
    pub target: String,
    /// What it carried.
    pub params: Payload,
    /// What went wrong.
    pub reason: DeadLetterReason,
    /// What the error says, if there is one.
    pub error: Option<String>,
    /// When it went wrong.
    pub timestamp: Timestamp,
}

/// What went wrong with an event or a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadLetterReason {
    /// Nobody has the name.
    NoHandler,
    /// It took too long.
    Timeout,
    /// The handler failed, panicked, or could not read the payload.
    HandlerError,
}
