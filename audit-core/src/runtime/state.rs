//! The part of a runtime that changes while it runs, and how each thread reads it without a lock.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::active::Running;
use crate::contain::discard;
use crate::event::EventKind;
use crate::health::Stopwatch;
use crate::observer::ObserverList;
use crate::recorder::{Keeper, process_generation, process_keeper};
use crate::redaction::{RedactionKey, RedactionKeys};
use crate::sink::{
    Emission, Notices, SinkList, emit_all, process_sinks, process_sinks_generation, sees,
    sees_events, with_all,
};

use super::in_place::InPlace;

/// The part of a runtime that changes while it runs.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) in_place: InPlace,
    pub(crate) observers: ObserverList,
    /// Who keeps records: the runtime's own, and in a thread's copy else the process's.
    pub(crate) keeper: Option<Arc<Keeper>>,
    /// Under which key values are hashed.
    pub(crate) redaction_keys: Arc<RedactionKeys>,
    /// The sinks: the runtime's own, and in a thread's copy the process's behind them.
    pub(crate) sinks: SinkList,
    /// Whether an observer wants to be told of outcomes, or in a thread's copy the recorder or a sink.
    pub(crate) sees_outcomes: bool,
    /// Whether one wants to be told of events that belong to no call, or the recorder or a sink.
    pub(crate) sees_events: bool,
}

impl State {
    /// Hands to the sinks what is made with the key in force, if there are any; not to those in whose doing it arose. What went wrong with
    /// that is told after the observers were told of the event.
    #[inline]
    pub(crate) fn emit<'s>(
        &'s self,
        within: Option<&Running>,
        stopwatch: &mut Stopwatch<'_>,
        make: impl FnOnce(Option<&'s RedactionKey>) -> Emission<'s>,
    ) -> Notices<'s> {
        if self.sinks.is_empty() {
            return Notices::default();
        }
        let emission = make(Some(&self.redaction_keys.in_force));
        emit_all(&self.sinks, within, &emission, stopwatch)
    }
}

/// The state that all threads share, and a number that grows with every change.
///
/// A thread that reads keeps a copy and takes the lock only where the number has grown, or that of the process's
/// recorder: two loads a call instead of several contended counters. A copy lives until its thread reads again, sees eight other
/// runtimes, or ends; so a removed observer is never told again but may be dropped later.
pub(super) struct Shared {
    runtime: u64,
    generation: AtomicU64,
    state: Mutex<State>,
}

/// How many runtimes a thread remembers.
const REMEMBERED: usize = 8;

/// How often the state was changed, the process's recorder, and its sinks.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Generation(u64, u64, u64);

struct Copied {
    runtime: u64,
    generation: Generation,
    state: Rc<State>,
}

thread_local! {
    static COPIES: RefCell<Vec<Copied>> = const { RefCell::new(Vec::new()) };
}

impl Shared {
    pub(super) fn new(state: State) -> Self {
        static RUNTIMES: AtomicU64 = AtomicU64::new(0);
        let runtime = RUNTIMES.fetch_add(1, Ordering::Relaxed);
        Self {
            runtime,
            generation: AtomicU64::new(0),
            state: Mutex::new(state),
        }
    }

    /// The state as it is now. Whoever holds it finishes with it, whatever changes meanwhile.
    #[inline]
    pub(super) fn current(&self) -> Rc<State> {
        let own = self.generation.load(Ordering::Acquire);
        let generation = Generation(own, process_generation(), process_sinks_generation());
        let known = COPIES.try_with(|copies| {
            let copies = copies.try_borrow().ok()?;
            let copied = copies
                .iter()
                .find(|copied| copied.runtime == self.runtime)?;
            (copied.generation == generation).then(|| Rc::clone(&copied.state))
        });
        known
            .ok()
            .flatten()
            .unwrap_or_else(|| self.refresh(generation))
    }

    /// Copies the state for this thread.
    ///
    /// The numbers are read before the state: a change in between makes the copy look older than it is,
    /// never newer.
    #[cold]
    fn refresh(&self, generation: Generation) -> Rc<State> {
        let mut state = self.lock().clone();
        state.keeper = state.keeper.or_else(process_keeper);
        state.sinks = with_all(&state.sinks, &process_sinks());
        state.sees_outcomes |= state.keeper.is_some() || sees(&state.sinks, EventKind::Outcome);
        state.sees_events |= state.keeper.is_some() || sees_events(&state.sinks);
        let state = Rc::new(state);
        let copied = Copied {
            runtime: self.runtime,
            generation,
            state: Rc::clone(&state),
        };
        // What is replaced is dropped after the borrow ends: an observer's own drop may come back here.
        let replaced = COPIES.try_with(|copies| {
            let mut copies = copies.try_borrow_mut().ok()?;
            let place = copies
                .iter()
                .position(|copied| copied.runtime == self.runtime);
            let oldest = (copies.len() >= REMEMBERED).then_some(0);
            let replaced = place.or(oldest).map(|place| copies.remove(place));
            copies.push(copied);
            replaced
        });
        discard(replaced);
        state
    }

    /// Changes the state. Calls that began before finish with what they began with.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let result = change(&mut state);
        self.generation.fetch_add(1, Ordering::Release);
        result
    }

    /// A poisoned lock is taken all the same: every change to the state is complete in itself.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The runtime's own sinks.
    pub(super) fn sinks(&self) -> SinkList {
        Arc::clone(&self.lock().sinks)
    }

    pub(super) fn observers(&self) -> ObserverList {
        Arc::clone(&self.lock().observers)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let forgotten = COPIES.try_with(|copies| {
            let mut copies = copies.try_borrow_mut().ok()?;
            let place = copies
                .iter()
                .position(|copied| copied.runtime == self.runtime)?;
            Some(copies.remove(place))
        });
        discard(forgotten);
    }
}
