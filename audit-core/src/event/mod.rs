//! What happened, as a fact that can leave the process.
//!
//! [`DecisionEvent`] borrows from the call and is what observers see; [`Event`] is the versioned envelope
//! that every kind of event travels in.

mod decision;
mod envelope;
mod process;
mod site;

pub use decision::DecisionEvent;
pub use envelope::{Event, EventKind};
pub use process::Process;
pub use site::Site;
