//! Sinks: where the audit path ends, besides the trail.
//!
//! A [`Sink`] takes each event, one way, and nothing it does reaches the call that the event tells of, nor another sink. There is none
//! at first; [`Runtime::register_sink`](crate::Runtime::register_sink) adds one for a runtime, [`register_sink`](crate::register_sink)
//! for the whole process. A sink is called *inline*, on the caller's thread, or *queued*, on a thread of its own behind a bounded queue:
//! as it says itself ([`Sink::way`]), unless its [`Registration`] says otherwise.
//!
//! No switch and no filter of `tracing` or of the observability path has a say in what sinks get.
//!
//! # What goes wrong
//!
//! An event that a sink does not take, whatever the reason, is handed to its spill, if it has one, counted ([`SinkStats`]), warned of, and told
//! to recorder, observers and the other sinks as an event of kind `sink_failure`: the first, the second, the fourth, the eighth in a row, and
//! so on, so that a sink that stays broken floods nobody. When it takes events again, all sinks, itself included, get an event of kind `loss` that
//! says how many it has missed, how many of these are lost, and between which times. A sink that fails now and then has to take more and more in a
//! row before that is told. What goes wrong with these two is counted and warned of, and told to nobody.
//!
//! `error_type` says why: the type of the error that the sink returned, `panic`, `queue_full` (the newest event is not taken), `timed_out`, or
//! `forked` (the thread of a queued sink stays with the process that was forked).
//!
//! A queued sink that takes longer than its time-out for one event is in quarantine until it returns. That is told once; what waits in its
//! queue and what comes is not taken meanwhile. The event that it has in hand is neither taken nor lost before it returns. Callers, other sinks,
//! and the end of a runtime wait for none of it; [`Runtime::flush`](crate::Runtime::flush) gives up in time and names it.
//!
//! A sink that is unregistered still gets what is in its queue, then is dropped on its own thread. A destructor that panics or hangs there
//! harms nobody. Registered again meanwhile, it gets new events beside those in its old queue.

mod account;
mod callback;
mod desk;
mod emission;
mod error;
mod file;
mod gap;
mod lines;
mod list;
mod memory;
mod notice;
mod null;
mod post;
mod process;
mod queue;
mod registration;
mod rule;
mod stats;
mod watch;

use std::any::type_name;

pub use callback::CallbackSink;
pub use emission::Emission;
pub use error::SinkError;
pub use file::LogFile;
pub use lines::JsonLines;
pub(crate) use list::{
    SinkList, Unflushed, emit_all, flush_all, register, sees, sees_events, unregister, with_all,
};
pub(crate) use memory::{Condition, Ends, Name, field_of, rule_of};
pub use memory::{MemoryQuery, MemorySink};
pub(crate) use notice::{Notice, Teller};
pub use null::NullSink;
pub(crate) use process::{change_process_sinks, process_sinks, process_sinks_generation};
pub use registration::{Registration, SinkWay};
pub use rule::RegisterError;
pub use stats::SinkStats;

/// A destination of events, one way.
///
/// ```
/// use audit_core::sink::{Emission, Sink, SinkError};
///
/// /// Sends lines to a collector.
/// #[derive(Debug)]
/// struct Collector(std::net::UdpSocket);
///
/// impl Sink for Collector {
///     fn emit(&self, emission: &Emission<'_>) -> Result<(), SinkError> {
///         self.0.send(emission.json())?;
///         Ok(())
///     }
/// }
/// ```
pub trait Sink: Send + Sync + 'static {
    /// Takes one event. A panic counts as an error. What it does itself meanwhile, such as calling an annotated function, is not
    /// handed to it.
    ///
    /// # Errors
    /// It did not take it. The event is lost to this sink, unless its registration has a spill.
    fn emit(&self, emission: &Emission<'_>) -> Result<(), SinkError>;

    /// Sends on what it holds back, before a program ends.
    ///
    /// # Errors
    /// Not all was sent on.
    fn flush(&self) -> Result<(), SinkError> {
        Ok(())
    }

    /// How it wants to be called where its registration says nothing: by default behind a queue, so that it can keep nobody
    /// waiting.
    fn way(&self) -> SinkWay {
        SinkWay::QUEUED
    }

    /// What it is called in events about itself.
    fn sink_type(&self) -> &'static str {
        type_name::<Self>()
    }
}
