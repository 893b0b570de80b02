//! [`Registration`]: a sink, and how it is to be called.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::event::{EventKind, Fact};
use crate::pattern::Pattern;
use crate::redaction::Redaction;

use super::Sink;

/// How a sink is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SinkWay {
    /// On the caller's thread, in order of registration. For what never waits.
    Inline,
    /// On a thread of its own, in order of emission.
    Queued {
        /// How many events may wait; 0 counts as 1. One that finds the queue full is lost to the sink.
        capacity: usize,
        /// How long it may take for one event. After that it is in quarantine until it returns: what waits and what comes is lost
        /// to it.
        timeout: Duration,
    },
}

impl SinkWay {
    /// Behind a queue of 8,192 events, with five seconds for each.
    pub const QUEUED: Self = Self::Queued {
        capacity: 8192,
        timeout: Duration::from_secs(5),
    };
}

/// A sink, and how it is to be called: given to [`Runtime::register_sink`](crate::Runtime::register_sink) or
/// [`register_sink`](crate::register_sink). A sink alone is called as it says itself, and gets everything.
///
/// ```
/// use std::sync::Arc;
/// use audit_core::sink::{MemorySink, Registration};
/// use audit_core::{EventKind, Pattern, Redaction, register_sink};
///
/// let siem = Arc::new(MemorySink::new());
/// let registration = Registration::new(siem.clone())
///     .named("siem")
///     .only_kinds([EventKind::Decision, EventKind::Outcome])
///     .only([Pattern::new("refund")?, Pattern::new("account.*")?])
///     .redact("actor.email", Redaction::Mask);
/// assert!(register_sink(registration)?, "it is new");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a sink gets nothing before it is registered"]
pub struct Registration {
    pub(super) sink: Arc<dyn Sink>,
    pub(super) name: Option<String>,
    pub(super) way: Option<SinkWay>,
    pub(super) wanted: Wanted,
    pub(super) redactions: Vec<(String, Redaction)>,
    pub(super) spill: Option<Arc<dyn Sink>>,
}

impl Registration {
    /// The sink, called as it says itself.
    pub fn new(sink: Arc<dyn Sink>) -> Self {
        Self {
            sink,
            name: None,
            way: None,
            wanted: Wanted::default(),
            redactions: Vec::new(),
            spill: None,
        }
    }

    /// Its name in statistics, warnings and events about it. Without one that is its type. One that another sink
    /// of the runtime, or of the process, has already gets a number: `siem #2`.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Calls it so, whatever it says itself.
    pub fn way(mut self, way: SinkWay) -> Self {
        self.way = Some(way);
        self
    }

    /// Hands it events of these kinds alone; of none, if there are none.
    pub fn only_kinds(mut self, kinds: impl IntoIterator<Item = EventKind>) -> Self {
        self.wanted.kinds = Some(kinds.into_iter().collect());
        self
    }

    /// Of actions, domain events and operations, hands it those with these names alone; none, if there are none. All else, such as
    /// changes of policy, has no such name and is not concerned.
    pub fn only(mut self, names: impl IntoIterator<Item = Pattern>) -> Self {
        self.wanted.names = Some(names.into_iter().collect());
        self
    }

    /// Does this to a part of every event before the sink gets it, such as `actor.email`, on top of what was redacted for
    /// all. A field of an action is `action.amount`, or `action.fields.amount` as it stands in JSON.
    ///
    /// What other parts of the same event quote of it is masked too. An outcome has neither `action` nor `snapshot` to tell what it
    /// quotes of them: if anything in these is redacted, the `resource`, `outcome.error` and `outcome.value` of every outcome are
    /// masked, and listed as such. So is what handlers say, in `data.error` of a dead letter and in the outcome of an operation on the bus,
    /// if anything but parts of `actor` and `tenant` is redacted: neither tells what it quotes. What a failing sink says is in `data.error_message` of events of the kind `sink_failure`, and may
    /// quote what that sink was shown: a sink that is to see less needs a rule for it as well, or none of these events.
    pub fn redact(mut self, path: impl Into<String>, how: Redaction) -> Self {
        self.redactions.push((path.into(), how));
        self
    }

    /// Hands events that the sink did not take, whatever the reason, to this one. What it does not take either is lost. It is flushed with the
    /// sink, if it took anything; where that hangs, on the thread of whoever flushes or unregisters it.
    ///
    /// What waits when a sink is put in quarantine is spilled in order, but beside what callers spill meanwhile: `id` and `time` say what was before what.
    ///
    /// **A spill has no queue, whatever its [`Sink::way`] says**: it runs on the thread where that was found out, which is the caller's for a full queue,
    /// for a sink in quarantine and for an inline sink. Nothing limits how long it takes there, so a slow spill delays every audited call just when things go wrong: let it
    /// be a file ([`JsonLines`](super::JsonLines)) or memory, and never what goes over a network.
    pub fn spill(mut self, spill: Arc<dyn Sink>) -> Self {
        self.spill = Some(spill);
        self
    }
}

impl<S: Sink> From<Arc<S>> for Registration {
    fn from(sink: Arc<S>) -> Self {
        Self::new(sink)
    }
}

impl From<Arc<dyn Sink>> for Registration {
    fn from(sink: Arc<dyn Sink>) -> Self {
        Self::new(sink)
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration")
            .field("name", &self.name)
            .field("way", &self.way)
            .field("wanted", &self.wanted)
            .field("redactions", &self.redactions)
            .finish_non_exhaustive()
    }
}

/// Which events a sink is to get.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    kinds: Option<Vec<EventKind>>,
    names: Option<Vec<Pattern>>,
}

impl Wanted {
    /// Whether it may get any of this kind.
    pub(super) fn any_of(&self, kind: EventKind) -> bool {
        let kinds = self.kinds.as_ref();
        kinds.is_none_or(|kinds| kinds.contains(&kind))
    }

    /// Whether it may get any of other kinds than these.
    pub(super) fn any_beside(&self, kinds: &[EventKind]) -> bool {
        let mine = self.kinds.as_ref();
        mine.is_none_or(|mine| mine.iter().any(|kind| !kinds.contains(kind)))
    }

    pub(super) fn has(&self, fact: &Fact<'_>) -> bool {
        let by_name = |names: &Vec<Pattern>| names.iter().any(|name| name.matches(fact.name()));
        self.any_of(fact.kind()) && (self.names.as_ref().is_none_or(by_name) || !fact.is_listed())
    }
}
