//! [`Post`]: a registered sink in its place, which harms neither calls nor other sinks.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use crate::active::{Active, next_key};
use crate::contain::{contain, discard};
use crate::event::EventKind;
use crate::observability::Shown;
use crate::worker::{Flushed, Flushing, Queue, Refusal};

use super::account::Account;
use super::desk;
use super::notice::{Notice, Teller};
use super::queue::{self, Waiting};
use super::registration::{Registration, SinkWay, Wanted};
use super::rule::{RegisterError, Rules};
use super::stats::one;
use super::{Emission, Sink, SinkStats};

/// A registered sink in its place.
pub(crate) struct Post {
    account: Arc<Account>,
    /// Where the sink is in memory.
    address: usize,
    wanted: Wanted,
    way: Way,
}

/// How a sink is called.
enum Way {
    Inline(Arc<dyn Sink>),
    Queued(Queue<Waiting>),
    /// By nobody: it is being dropped.
    Gone,
}

/// A flush under way.
pub(super) enum Flush<'p> {
    /// On this thread, when it is waited for first.
    Here(&'p Post),
    /// It was, and that worked or not.
    Was(&'p Post, bool),
    Asked {
        post: &'p Post,
        flushing: Flushing<Waiting>,
        /// Whether its spill was flushed here, as the worker that would hangs.
        is_spill_flushed: bool,
    },
    /// It would wait for itself.
    Within(&'p Post),
}

impl Post {
    /// A sink in its place, which tells others by this teller what goes wrong with it.
    ///
    /// # Errors
    /// A path leads nowhere, or the operating system refuses a thread.
    pub(super) fn new(
        registration: Registration,
        teller: Arc<dyn Teller>,
    ) -> Result<Self, RegisterError> {
        let Registration {
            sink,
            name,
            way,
            wanted,
            redactions,
            spill,
        } = registration;
        let rules = match Rules::new(redactions) {
            Ok(rules) => rules,
            Err(error) => {
                discard(sink);
                discard(spill);
                return Err(error);
            }
        };
        let sink_type =
            contain(|| sink.sink_type()).unwrap_or("a sink that panics when it is asked its type");
        let name = name.unwrap_or_else(|| sink_type.to_owned());
        let way = way.unwrap_or_else(|| contain(|| sink.way()).unwrap_or(SinkWay::QUEUED));
        let account = Account::new(next_key(), (name, sink_type), rules, spill, teller);
        let (account, address) = (Arc::new(account), address(&sink));
        let way = match way {
            SinkWay::Inline => Way::Inline(sink),
            SinkWay::Queued { capacity, timeout } => {
                let queue = desk::start(sink, &account, capacity, timeout);
                Way::Queued(queue.map_err(RegisterError::Thread)?)
            }
        };
        Ok(Self {
            account,
            address,
            wanted,
            way,
        })
    }

    /// Names it among all observers, recorders and sinks of the process.
    pub(super) fn key(&self) -> u64 {
        self.account.key
    }

    /// Whether the sink at this address is the one registered here.
    pub(super) fn is_of(&self, address: usize) -> bool {
        self.address == address
    }

    /// Whether both are of the same sink.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.is_of(other.address)
    }

    /// Its name; one that another of these has gets a number.
    pub(super) fn number_beside(&self, others: &[Arc<Self>]) {
        let is_taken = |name: &str| others.iter().any(|post| post.account.name() == name);
        self.account.number(is_taken);
    }

    /// Follows the rules of another registration of its sink too.
    pub(super) fn join(&self, other: &Self) {
        self.account.join(&other.account);
    }

    /// Whether it may get events that belong to no call.
    pub(super) fn sees_events(&self) -> bool {
        self.wanted
            .any_beside(&[EventKind::Decision, EventKind::Outcome])
    }

    /// Whether it may get any of this kind.
    pub(super) fn sees(&self, kind: EventKind) -> bool {
        self.wanted.any_of(kind)
    }

    pub(crate) fn stats(&self) -> SinkStats {
        let Account {
            counters,
            sink_type,
            ..
        } = &*self.account;
        let mut stats = counters.stats(self.account.name(), sink_type);
        if let Way::Queued(queue) = &self.way {
            stats.is_quarantined = queue.is_held();
            stats.queue_depth = queue.depth();
        }
        stats
    }

    /// Begins to send on what it holds back, once its queue is done.
    pub(super) fn flush(&self) -> Flush<'_> {
        match &self.way {
            // Its worker stayed with another process; what was spilled since then is here.
            Way::Queued(queue) if queue.is_forked() => Flush::Here(self),
            Way::Queued(_) if Active::enter(self.key()).is_none() => Flush::Within(self),
            Way::Queued(queue) => Flush::Asked {
                post: self,
                flushing: queue.flush(),
                is_spill_flushed: false,
            },
            Way::Inline(_) | Way::Gone => Flush::Here(self),
        }
    }

    /// Has it send on what it holds back, on this thread. Returns whether it did.
    fn flush_here(&self) -> bool {
        match &self.way {
            Way::Inline(sink) => self.account.flush(&**sink),
            Way::Queued(_) => self.account.flush_spill(),
            Way::Gone => true,
        }
    }

    /// Hands it one event, or puts that into its queue. Returns what others are to know of that.
    pub(super) fn take(&self, emission: &Emission<'_>) -> Option<Notice> {
        // Of its own loss it hears whatever it wants to hear of, or it could not know its holes.
        if !self.wanted.has(emission.fact()) && !emission.is_about(self.key()) {
            one(&self.account.counters.left_out);
            return None;
        }
        if self.account.is_spared(emission) {
            return None;
        }
        match &self.way {
            Way::Inline(sink) => match self.account.hand(&**sink, emission)? {
                Ok(()) => self.account.taken(emission),
                Err(error) => self.account.missed(emission, &error),
            },
            Way::Queued(queue) => self.put(queue, emission),
            Way::Gone => None,
        }
    }

    fn put(&self, queue: &Queue<Waiting>, emission: &Emission<'_>) -> Option<Notice> {
        if Active::enter(self.key()).is_none() {
            self.note_reentered();
            return None;
        }
        let put = queue::put(queue, &self.account, emission);
        self.account.show_depth(|| queue.waiting());
        let (refusal, error) = put.err()?;
        match refusal {
            Refusal::Full | Refusal::Forked => self.account.missed(emission, &error),
            Refusal::Held => self.account.missed_meanwhile(emission, &error),
            Refusal::Closed => {
                // Somebody wanted it so: that is no failure.
                self.account.gone(emission);
                None
            }
        }
    }

    pub(super) fn note_reentered(&self) {
        one(&self.account.counters.reentered);
    }

    pub(super) fn tell(&self, notice: Notice) {
        self.account.tell(notice);
    }

    pub(super) fn note_slow(&self, nanos: u64) {
        self.account.note_slow(nanos);
    }

    /// Nothing is put into its queue any more; its worker finishes what is there, then ends.
    fn close(&self) {
        if let Way::Queued(queue) = &self.way {
            queue.close();
            self.account.show_return(|| queue::is_held(queue));
        }
    }

    /// The end of it here: what waits is still emitted, what it holds back is sent on, and what it has missed is told.
    pub(crate) fn end(&self) {
        self.close();
        match &self.way {
            // Before what may hang.
            Way::Inline(sink) => {
                self.account.give_up();
                let _flushed = self.account.flush(&**sink);
            }
            // Its worker does so, unless that hangs already.
            Way::Queued(queue) if queue.is_held_and_settled() => self.account.end(),
            Way::Queued(_) | Way::Gone => {}
        }
    }

    /// Has the spill send on what it took, where the worker hangs that would. Returns whether that is so.
    fn flush_spill_of_held(&self) -> bool {
        let is_held = matches!(&self.way, Way::Queued(queue) if queue.is_held_and_settled());
        if is_held {
            let _flushed = self.account.flush_spill();
        }
        is_held
    }

    /// Tells others what it has missed so far, where they do not know.
    pub(super) fn tell_so_far(&self) {
        self.account.tell_so_far();
    }

    /// Waits until all that was told of it has been, at most until then. Returns whether it has.
    pub(super) fn is_told_by(&self, until: Instant) -> bool {
        self.account.is_told_by(until)
    }
}

impl Shown for Post {
    /// It shows that it is there, and how it stands.
    fn switched_on(&self) {
        self.account.show();
        if let Way::Queued(queue) = &self.way {
            self.account.show_depth(|| queue.waiting());
            self.account.show_quarantine(|| queue::is_held(queue));
        }
    }
}

impl Flush<'_> {
    /// Does what is done on this thread.
    pub(super) fn do_here(&mut self) {
        if let Self::Here(post) = *self {
            *self = Self::Was(post, post.flush_here());
        }
    }

    /// Waits until then at most, and longer later. Returns whether there is nothing to be waited for any more.
    pub(super) fn is_done_by(&self, until: Instant) -> bool {
        match self {
            Self::Asked { flushing, .. } => flushing.is_done_by(until),
            Self::Within(_) | Self::Here(_) | Self::Was(..) => true,
        }
    }

    /// Has the spill send on what it took, where the worker hangs that would.
    pub(super) fn flush_spill_of_held(&mut self) {
        if let Self::Asked {
            post,
            is_spill_flushed,
            ..
        } = self
            && !*is_spill_flushed
        {
            *is_spill_flushed = post.flush_spill_of_held();
        }
    }

    /// Waits for it. Returns the sink's name, and what became of it.
    pub(super) fn wait(mut self, deadline: Instant) -> (String, Flushed) {
        self.do_here();
        let _is_done = self.is_done_by(deadline);
        self.flush_spill_of_held();
        let (post, flushed) = match self {
            Self::Asked { post, flushing, .. } => (post, flushing.wait(deadline)),
            Self::Was(post, true) => (post, Flushed::Done),
            Self::Was(post, false) => (post, Flushed::Failed),
            Self::Within(post) | Self::Here(post) => (post, Flushed::Late),
        };
        (post.account.name().to_owned(), flushed)
    }
}

/// Where a sink is in memory: what tells it from all others.
pub(super) fn address<S: Sink + ?Sized>(sink: &Arc<S>) -> usize {
    Arc::as_ptr(sink).addr()
}

impl Drop for Post {
    /// A sink's destructor is not ours, and a thread that ends may be the last that holds it.
    fn drop(&mut self) {
        self.close();
        discard(std::mem::replace(&mut self.way, Way::Gone));
    }
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Post")
            .field("name", &self.account.name())
            .finish_non_exhaustive()
    }
}
