//! [`DeadLetter`]: what nobody could handle.

use serde::Serialize;

use crate::clock::Timestamp;

use super::payload::Payload;

/// The name under which dead letters are published. Only who is subscribed to the very name gets them: no pattern stands for it.
///
/// Under the same name each is recorded, whether or not anybody is subscribed: an event of kind `event` that says what was not
/// handled (`target`), why (`reason`, `error`), and who failed (`handler`, its `pattern` and `description`). Its `call` is the
/// operation, its `cause` the event that was not handled. What was carried is not in it: that is in the event's own record, as far
/// as it may be. A trail that keeps only certain names keeps these only if it is told so.
pub const DEAD_LETTER: &str = "__dead_letter__";

/// What the queue of dead letters is called that the bus keeps itself.
pub(in crate::bus) const DEAD_LETTERS: &str = "dead_letters";

/// An event or a call that nobody handled, or somebody failed to.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DeadLetter {
    /// What was invoked or published.
    pub target: String,
    /// What it carried; `null` for a call that began when nobody wanted dead letters, and for parameters that have no JSON form.
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
    /// The handler failed, panicked, or could not read the payload; or it was not called: its queue was full or is emptied no more, its
    /// subscription ended, or a bridge could not publish what came.
    HandlerError,
}

impl DeadLetterReason {
    /// As records name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoHandler => "no_handler",
            Self::Timeout => "timeout",
            Self::HandlerError => "handler_error",
        }
    }
}
