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
//! to recorder, observers and the other sinks as an event of kind `sink_failure`: the first, the second, the fourth, the eighth that it has missed since
//! it was well, and so on, so that a sink that stays broken floods nobody; a sink that did not take that event either, nor anything since, is spared it. When it takes events again, all sinks,
//! itself included whatever kinds it wants, get an event of kind `loss` that says how many it has missed, how many of these are lost, and between which times. Sinks and observers are told after they got the event itself.
//! A sink that fails now and then has to take more and more in a row before that is told. What lasts longer is told to the others each minute, with the next event, and
//! when everything is flushed: that `loss` has `so_far`, and the next one counts the same again. So does the one after a `loss` that the sink itself did not take: how many of these
//! others know from that one is `told_before`. A gap that holds none but events that tell of sinks, and ends with another of these, has no `loss` of its own but one `so_far`: who wants no other kinds
//! has what he missed in [`SinkStats`]. What goes wrong with these events is
//! counted and warned of, and told to nobody. Why a spill did not take the event either stands in `spill_error_type` and `spill_error_message`. A flush that fails, of a sink or of its spill, is a `sink_failure` too, whose `original_event_type` is `flush`.
//!
//! What a sink does itself, such as calling an annotated function, is not handed to it, nor to those in whose doing it was called: two sinks
//! that make events for each other come to an end, queued observers among them.
//!
//! `error_type` says why: the type of the error that the sink returned, `panic`, `queue_full` (the newest event is not taken), `timed_out`, or
//! `forked` (the thread of a queued sink stays with the process that was forked).
//!
//! A queued sink that takes longer than its time-out for one event is in quarantine until it returns. That is told once; what waits in its
//! queue and what comes is not taken meanwhile. The event that it has in hand is neither taken nor lost before it returns. Callers, other sinks,
//! and the end of a runtime wait for none of it; [`Runtime::flush`](crate::Runtime::flush) gives up in time and names it.
//!
//! A sink that is unregistered, or whose runtime ends, still gets what is in its queue, is flushed, and is then dropped on its own thread; if it hangs, what it has missed is told all the same: once its runtime is gone, to the recorder and the sinks of the process, so a runtime whose own are to know is flushed before it ends. A flush or destructor that
//! panics or hangs there harms nobody. An inline sink is flushed on the thread that unregisters it or drops the runtime. Registered again meanwhile, it gets new events beside those in its old queue.

//!
//! # In a forked child
//!
//! A forked process has no thread but the one that forked. Inline sinks go on there as before. A queued sink's thread stays with the parent, and so does what is in its
//! queue, which the parent emits: in the child it takes nothing, each event is spilled or lost with `error_type` `forked`, and flushing flushes its spill and waits for nothing. A child that is to
//! have queued sinks registers new ones, or the same ones after it has unregistered them, and does not rely on a destructor.

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
mod spill;
mod stats;
mod watch;

use std::any::type_name;

pub use callback::CallbackSink;
pub(crate) use emission::About;
pub use emission::Emission;
pub use error::SinkError;
pub use file::LogFile;
pub use lines::JsonLines;
pub(crate) use list::{
    Notices, SinkList, Unflushed, are_told_by, emit_all, flush_all, register, sees, sees_events,
    tell_so_far, unregister, with_all,
};
pub(crate) use memory::{Condition, Ends, field_of, rule_of};
pub use memory::{MemoryQuery, MemorySink, NamePattern};
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

    /// Sends on what it holds back, before a program ends and before the sink goes away. A spill is flushed with its sink. A queued sink is flushed on its own thread; an inline
    /// one on the thread of whoever flushes, unregisters it or drops the runtime, who waits for it without a limit.
    ///
    /// # Errors
    /// Not all was sent on.
    fn flush(&self) -> Result<(), SinkError> {
        Ok(())
    }

    /// How it wants to be called where its registration says nothing: by default behind a queue, so that it can keep nobody
    /// waiting. As a *spill* it is called on whatever thread finds out that an event was not taken, often the caller's, and never behind a queue,
    /// whatever it says here.
    fn way(&self) -> SinkWay {
        SinkWay::QUEUED
    }

    /// What it is called in events about itself.
    fn sink_type(&self) -> &'static str {
        type_name::<Self>()
    }
}
