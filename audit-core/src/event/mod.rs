//! What happened, as a fact that can leave the process.
//!
//! [`DecisionEvent`] and [`OutcomeEvent`] borrow from the call and are what observers see; [`Event`] is the
//! versioned envelope that every kind of event travels in.

mod decision;
mod envelope;
mod fact;
mod json;
mod outcome;
mod path;
mod process;
mod site;

pub use decision::DecisionEvent;
pub(crate) use envelope::DEAD_LETTER;
pub use envelope::{Event, EventKind};
pub use fact::Fact;
pub use outcome::OutcomeEvent;
pub use process::Process;
pub use site::Site;
