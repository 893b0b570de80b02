//! Entries: what a program records itself, beside what annotated functions and changes leave.
//!
//! [`record`] takes one that is complete, [`timed`] measures a stretch of code and records how it ended. Both go to the
//! recorder in force (that of the scope's runtime, else of the default runtime, else of the process) and to the runtime's
//! observers, from code with and without a runtime of either kind.

mod fact;
mod happening;
mod recording;
mod timing;

pub use happening::Entry;
pub use recording::{record, record_async};
pub use timing::{Timed, timed, timed_async};
