//! [`Outbox`]: events that belong to no call, told one after the other in the order in which they arose.
//!
//! A change of mode or policy puts its event in while it holds the lock of the state, so that events stand in the order
//! of the changes. Whoever comes first tells them all; nobody waits for another, so that an observer that changes
//! something itself, here or through another thread, can't wait for its own end.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use crate::active::Running;
use crate::contain::{contain, discard};
use crate::event::{Event, Fact};
use crate::health::Stopwatch;
use crate::observer::{Observer, announce_all, notify_all};
use crate::recorder::Terms;
use crate::sink::{About, Emission};

use super::Runtime;

/// An event that belongs to no call, and who is told of it besides the runtime's observers.
pub(crate) struct Announcement {
    event: Arc<Event<'static>>,
    /// The observers of the scope in which it arose.
    captures: Vec<Arc<dyn Observer>>,
    /// The observers in which it arose: they are not told of what they do themselves.
    within: Running,
    /// The sink that it tells of.
    about: Option<About>,
    thread: thread::ThreadId,
}

impl Announcement {
    /// Of what arises on this thread.
    pub(crate) fn new(event: Event<'static>, captures: Vec<Arc<dyn Observer>>) -> Self {
        Self {
            event: Arc::new(event),
            captures,
            within: Running::here(),
            about: None,
            thread: thread::current().id(),
        }
    }

    /// The same, which tells of this sink, and is not told to that one.
    pub(crate) fn about_sink(mut self, about: About, except: Option<u64>) -> Self {
        self.about = Some(about);
        self.within = self.within.and(except);
        self
    }

    /// Whether it arose elsewhere while observers run here, which would miss it if it were told from here.
    fn is_for_another_thread(&self) -> bool {
        self.thread != thread::current().id() && !Running::here().is_nobody()
    }
}

/// Events that are to be told.
#[derive(Default)]
pub(super) struct Outbox {
    waiting: Mutex<Waiting>,
    /// All are told.
    told: Condvar,
}

#[derive(Default)]
struct Waiting {
    announcements: VecDeque<Announcement>,
    /// Whether somebody is telling them.
    told: bool,
}

impl Outbox {
    pub(super) fn put(&self, announcements: impl IntoIterator<Item = Announcement>) {
        self.lock().announcements.extend(announcements);
    }

    /// Makes the caller the one who tells, unless there is one.
    fn begin(&self) -> bool {
        let mut waiting = self.lock();
        !std::mem::replace(&mut waiting.told, true)
    }

    /// What is to be told next; without anything, whoever comes next tells.
    fn next(&self) -> Option<Announcement> {
        let mut waiting = self.lock();
        let next = waiting.announcements.pop_front();
        waiting.told = next.is_some();
        if next.is_none() {
            self.told.notify_all();
        }
        next
    }

    /// Waits until all are told, at most until then; not from within those who are told, who would wait for themselves. Returns whether
    /// they are.
    fn is_told_by(&self, until: Instant) -> bool {
        let is_left = |waiting: &mut Waiting| waiting.told || !waiting.announcements.is_empty();
        let mut waiting = self.lock();
        if Running::here().is_nobody() {
            let left = until.saturating_duration_since(Instant::now());
            let waited = self.told.wait_timeout_while(waiting, left, is_left);
            (waiting, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
        !is_left(&mut waiting)
    }

    fn put_back(&self, announcement: Announcement) {
        self.lock().announcements.push_front(announcement);
    }

    /// A poisoned lock is taken all the same: every change is complete in itself.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Runtime {
    /// Tells everybody of an event that belongs to no call, after those that arose before.
    pub(crate) fn announce(&self, announcement: Announcement) {
        self.inner.outbox.put([announcement]);
        self.tell_announced();
    }

    /// Tells the observers of an event that is recorded already and that stands in no order with others.
    pub(crate) fn tell_here(&self, captures: &[Arc<dyn Observer>], event: &Arc<Event<'static>>) {
        let mut stopwatch = Stopwatch {
            clock: self.clock(),
            started_nanos: self.clock().monotonic_nanos(),
            limit: self.slow_observer(),
        };
        let state = self.state();
        let notices = state.emit(None, &mut stopwatch, |key| Emission::of(event, key));
        let fact = Fact::Other(event);
        notify_all(&state.observers, captures, fact, &mut stopwatch);
        notices.tell();
    }

    /// Waits until all that was announced is told, at most until then. Returns whether it is.
    pub(crate) fn is_told_by(&self, until: Instant) -> bool {
        self.inner.outbox.is_told_by(until)
    }

    /// Tells what is in the outbox, unless somebody does.
    pub(super) fn tell_announced(&self) {
        if self.inner.outbox.begin() {
            self.tell_next();
        }
    }

    fn tell_next(&self) {
        while let Some(announcement) = self.inner.outbox.next() {
            if announcement.is_for_another_thread() {
                self.inner.outbox.put_back(announcement);
                let runtime = self.clone();
                let teller = thread::Builder::new().name("audit-changes".to_owned());
                if teller.spawn(move || runtime.tell_next()).is_ok() {
                    return;
                }
                // Without a thread the observers that run here miss it, and count it.
                let Some(announcement) = self.inner.outbox.next() else {
                    return;
                };
                self.tell(announcement);
            } else {
                self.tell(announcement);
            }
        }
    }

    /// Tells one. Nothing that goes wrong here keeps the next from being told.
    fn tell(&self, announcement: Announcement) {
        let told = contain(|| {
            let mut stopwatch = Stopwatch {
                clock: self.clock(),
                started_nanos: self.clock().monotonic_nanos(),
                limit: self.slow_observer(),
            };
            let Announcement {
                event,
                captures,
                within,
                about,
                ..
            } = &announcement;
            // What arises in those who are told is the doing of those in which this arose, on whatever thread.
            let _within = within.enter();
            let state = self.state();
            if let Some(keeper) = &state.keeper {
                // Nobody waits: it is told on whatever thread came first.
                let _recorded =
                    keeper.record_unless(within, &Fact::Other(event), &Terms::default());
                stopwatch.started_nanos = self.clock().monotonic_nanos();
            }
            let notices = state.emit(Some(within), &mut stopwatch, |key| {
                Emission::of(event, key).about(about.clone())
            });
            announce_all(&state.observers, captures, within, event, &mut stopwatch);
            notices.tell();
        });
        discard(announcement);
        if let Err(panic) = told {
            let _contained = contain(|| {
                tracing::error!(target: "audit::health", ?panic, "recording a change panicked");
            });
        }
    }
}
