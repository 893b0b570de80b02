//! [`DeadLetter`]: what nobody could handle.

use std::fmt;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use crate::capture::is_captured_by;
use crate::clock::Timestamp;
use crate::event;

use super::payload::Payload;

/// The name under which dead letters are published. Only who is subscribed to the very name gets them: no pattern stands for it.
///
/// Under the same name each is recorded, whether or not anybody is subscribed: an event of kind `event` that says what was not
/// handled (`target`), why (`reason`, `error`), and who failed (`handler`, its `pattern` and `description`). Its `call` is the
/// operation, its `cause` the event that was not handled. What was carried is not in it: that is in the event's own record, as far
/// as it may be. What `error` quotes of it that records do not show is masked, and all of it where what was carried is withheld; what
/// lies behind the bounds of a record is not looked for. A trail that keeps only certain names keeps these only if it is told so.
pub const DEAD_LETTER: &str = event::DEAD_LETTER;

/// What the queue of dead letters is called that the bus keeps itself.
pub(in crate::bus) const DEAD_LETTERS: &str = "dead_letters";

/// An event or a call that nobody handled, or somebody failed to.
///
/// Whoever handles it gets it as it is. A record of it, and its `Debug`, show neither what its parameters keep out of records nor
/// what the error quotes of that.
#[derive(Clone)]
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
    /// What the error says, as records show it.
    pub(super) recorded: Option<String>,
}

impl DeadLetter {
    fn recorded(&self) -> Option<&String> {
        self.error.as_ref().and(self.recorded.as_ref())
    }
}

impl Serialize for DeadLetter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let error = if is_captured_by::<S>() {
            self.recorded()
        } else {
            self.error.as_ref()
        };
        let mut letter = serializer.serialize_struct("DeadLetter", 5)?;
        letter.serialize_field("target", &self.target)?;
        letter.serialize_field("reason", &self.reason)?;
        letter.serialize_field("error", &error)?;
        letter.serialize_field("timestamp", &self.timestamp)?;
        // Last, as a record may have no room for anything behind it.
        letter.serialize_field("params", &self.params)?;
        letter.end()
    }
}

impl fmt::Debug for DeadLetter {
    /// As records show it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetter")
            .field("target", &self.target)
            .field("reason", &self.reason)
            .field("error", &self.recorded())
            .field("timestamp", &self.timestamp)
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
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
