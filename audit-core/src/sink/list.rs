//! The sinks of a runtime or of the process, in the order in which they were registered, and how they are told.

use std::sync::Arc;
use std::time::Instant;

use crate::active::Running;
use crate::contain::discard;
use crate::event::EventKind;
use crate::health::Stopwatch;
use crate::observability::show_from_now;
use crate::worker::Flushed;

use super::post::{Flush, Post, address};
use super::{Emission, Notice, RegisterError, Registration, Sink, Teller};

/// Sinks in the order in which they were registered. Adding or removing one makes a new list.
pub(crate) type SinkList = Arc<[Arc<Post>]>;

/// What went wrong with an event, to be told once everybody was told of the event itself.
#[must_use = "others are to know what went wrong"]
#[derive(Default)]
pub(crate) struct Notices<'p>(Vec<(&'p Arc<Post>, Notice)>);

impl Notices<'_> {
    /// Tells them. Returns whether there were any.
    #[inline]
    pub(crate) fn tell(self) -> bool {
        let are_any = !self.0.is_empty();
        for (post, notice) in self.0 {
            post.tell(notice);
        }
        are_any
    }
}

/// Hands an event to every sink but those in which it arose.
pub(crate) fn emit_all<'p>(
    sinks: &'p [Arc<Post>],
    within: Option<&Running>,
    emission: &Emission<'_>,
    stopwatch: &mut Stopwatch<'_>,
) -> Notices<'p> {
    let mut notices = Vec::new();
    for post in sinks {
        if within.is_some_and(|within| within.has(post.key())) {
            post.note_reentered();
            continue;
        }
        if let Some(notice) = post.take(emission) {
            notices.push((post, notice));
        }
        if let Some(nanos) = stopwatch.too_long() {
            post.note_slow(nanos);
        }
    }
    Notices(notices)
}

/// Whether one of them may get any event of this kind.
pub(crate) fn sees(sinks: &[Arc<Post>], kind: EventKind) -> bool {
    sinks.iter().any(|post| post.sees(kind))
}

/// Whether one of them may get events that belong to no call.
pub(crate) fn sees_events(sinks: &[Arc<Post>]) -> bool {
    sinks.iter().any(|post| post.sees_events())
}

/// These, then those of the others that are not among them. One that is among both follows the rules of both from now on.
pub(crate) fn with_all(sinks: &SinkList, others: &SinkList) -> SinkList {
    if others.is_empty() {
        return Arc::clone(sinks);
    }
    let is_new = |other: &&Arc<Post>| {
        let same = sinks.iter().find(|post| post.is_same_as(other));
        same.is_none_or(|post| {
            post.join(other);
            false
        })
    };
    sinks
        .iter()
        .chain(others.iter().filter(is_new))
        .cloned()
        .collect()
}

/// The names of sinks that were flushed in vain.
#[derive(Debug, Default)]
pub(crate) struct Unflushed {
    /// They were not done in time.
    pub(crate) late: Vec<String>,
    /// They did not send on all that they held back.
    pub(crate) failed: Vec<String>,
}

/// Tells others what these have missed so far, where they do not know.
pub(crate) fn tell_so_far(sinks: &[Arc<Post>]) {
    for post in sinks {
        post.tell_so_far();
    }
}

/// Waits until all that was told of these has been, at most until then. Returns whether it has.
pub(crate) fn are_told_by(sinks: &[Arc<Post>], until: Instant) -> bool {
    sinks.iter().all(|post| post.is_told_by(until))
}

/// Sinks that send on what they hold back.
#[must_use = "who is asked has to be waited for"]
pub(crate) struct Flushes<'p>(Vec<Flush<'p>>);

/// Has all of them send on what they hold back. Queued ones are all asked before one of them is waited for, and before one that hangs on this thread.
pub(crate) fn flush_all(sinks: &[Arc<Post>]) -> Flushes<'_> {
    Flushes(sinks.iter().map(|post| post.flush()).collect())
}

impl Flushes<'_> {
    /// Does what is done on this thread, however long that takes, then waits until all are done, but no longer than until then: those that are
    /// not go on. Returns whether they are.
    pub(crate) fn are_done_by(&mut self, until: Instant) -> bool {
        self.0.iter_mut().for_each(Flush::do_here);
        // A wait for one is one for all that are done meanwhile.
        let are_done = self.0.iter().all(|flush| flush.is_done_by(until));
        self.0.iter_mut().for_each(Flush::flush_spill_of_held);
        are_done
    }

    /// Waits for all of them.
    pub(crate) fn wait(self, deadline: Instant) -> Unflushed {
        let mut unflushed = Unflushed::default();
        for flush in self.0 {
            match flush.wait(deadline) {
                (_, Flushed::Done) => {}
                (name, Flushed::Failed) => unflushed.failed.push(name),
                (name, Flushed::Late) => unflushed.late.push(name),
            }
        }
        unflushed
    }
}

/// Puts a sink into its place, unless it has one there: whether it is new. `there` is the list, and
/// `change` lends it under its lock.
///
/// # Errors
/// A path of its rules leads nowhere, or the operating system refuses a thread.
pub(crate) fn register(
    registration: Registration,
    teller: Arc<dyn Teller>,
    there: impl FnOnce() -> SinkList,
    change: impl FnOnce(&mut dyn FnMut(&mut SinkList)),
) -> Result<bool, RegisterError> {
    let address = address(&registration.sink);
    let is_there = |sinks: &SinkList| sinks.iter().any(|post| post.is_of(address));
    // A look alone changes nothing, so no thread copies anything anew for it. Not under the lock, since the sink is asked how it is to be called.
    if is_there(&there()) {
        discard(registration);
        return Ok(false);
    }
    let post = Arc::new(Post::new(registration, teller)?);
    let mut is_new = false;
    change(&mut |sinks| {
        is_new = !is_there(sinks);
        if is_new {
            post.number_beside(sinks);
            *sinks = sinks.iter().chain([&post]).cloned().collect();
        }
    });
    if is_new {
        show_from_now(&post);
    }
    Ok(is_new)
}

/// Takes a sink out of its place: whether it had one there.
pub(crate) fn unregister<S: Sink + ?Sized>(
    sink: &Arc<S>,
    change: impl FnOnce(&mut dyn FnMut(&mut SinkList)),
) -> bool {
    let (address, mut removed) = (address(sink), None);
    change(&mut |sinks| {
        removed = sinks.iter().find(|post| post.is_of(address)).cloned();
        if removed.is_some() {
            let stay = sinks.iter().filter(|post| !post.is_of(address));
            *sinks = stay.cloned().collect();
        }
    });
    let Some(post) = removed else {
        return false;
    };
    post.end();
    true
}
