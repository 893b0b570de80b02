//! Who keeps records: the door between a runtime and a trail.
//!
//! A [`Recorder`] takes each fact on the caller's thread, while it is borrowed from the call, and answers at once: taken,
//! not wanted, lost, or to be waited for. What is waited for is a [`Receipt`], which a thread or a task can wait on.

mod error;
mod keeper;
mod process;
mod receipt;

use std::sync::Arc;
use std::time::Duration;

use crate::delivery::Delivery;
use crate::event::Fact;

pub use error::{RecordError, RecordErrorKind};
pub(crate) use keeper::Keeper;
pub use process::{clear_recorder, set_recorder};
pub(crate) use process::{process_generation, process_keeper};
pub use receipt::{Acknowledgement, Overdue, Receipt};

/// Keeps records of what happened. `audit_trail::Trail` is one.
///
/// A runtime has at most one ([`RuntimeBuilder::recorder`](crate::RuntimeBuilder::recorder)), or uses the process's
/// ([`set_recorder`](crate::set_recorder)). It is told before observers are, so that a disk works while they run. A panic is
/// contained, and the record is lost. What it does itself while it records, such as calling an annotated function, is not
/// recorded.
///
/// Of a decision, a receipt is waited for before the call goes on: a synchronous call on its thread, an asynchronous one on
/// a waker. The recorder settles its receipts in time. Nobody waits for the receipt of an outcome.
pub trait Recorder: Send + Sync + 'static {
    /// Takes one fact. Never waits, unless the terms say that it may.
    fn record(&self, fact: &Fact<'_>, terms: &Terms) -> Recorded;

    /// Waits until all that was taken is kept, at most this long. Returns whether it is.
    fn flush(&self, timeout: Duration) -> bool;

    /// How surely it keeps records of an action where neither attribute nor caller says so; nothing if it leaves them out,
    /// or does not know before it sees them.
    ///
    /// [`timed`](crate::timed) asks before anything has happened that could be recorded: what is durable has a beginning on
    /// disk.
    fn planned(&self, action: &str) -> Option<Delivery> {
        let _ = action;
        None
    }
}

impl<R: Recorder + ?Sized> Recorder for Arc<R> {
    fn record(&self, fact: &Fact<'_>, terms: &Terms) -> Recorded {
        (**self).record(fact, terms)
    }

    fn flush(&self, timeout: Duration) -> bool {
        (**self).flush(timeout)
    }

    fn planned(&self, action: &str) -> Option<Delivery> {
        (**self).planned(action)
    }
}

/// Under which terms a fact is to be recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Terms {
    /// How surely, if the attribute or the caller says so; else the recorder decides by what happened.
    pub delivery: Option<Delivery>,
    /// How long a durable record may take, if the attribute or the caller says so.
    pub timeout: Option<Duration>,
    /// Whether it must not be dropped from a full queue: it ends what began with a durable record.
    pub must_keep: bool,
    /// Whether the caller's thread may be kept waiting where a queue is full. Never on a thread that runs tasks.
    pub may_block: bool,
}

/// What became of a fact at once.
#[derive(Debug)]
#[must_use = "a fact may be lost, or have to be waited for"]
pub enum Recorded {
    /// It is not to be recorded: the recorder's own lists say so.
    Unwanted,
    /// It was taken. For a durable delivery: it is kept already, unless it is an outcome, for which nobody waits.
    Taken(Delivery),
    /// It is kept, or not, once the receipt says so.
    Pending(Delivery, Receipt),
    /// It was not taken, which the recorder has counted.
    Lost(Delivery, RecordError),
}
