//! Time and identity: when something happened, how long it took, and what it is called.
//!
//! Both come through a trait, so that a test can hold the clock still and count the identifiers.

mod id;
pub(crate) mod nanoseconds;
mod source;
mod timestamp;

pub use id::{CountingIds, EventId, IdSource, ParseIdError, RandomIds};
pub use source::{Clock, ManualClock, SystemClock};
pub use timestamp::{ParseTimestampError, Timestamp};
