//! [`Herald`]: tells others what a trail recorded of itself, away from the thread that writes.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use audit_core::__private::{contain, say};
use audit_core::tell_recorded;

/// How many records wait to be told at most: who does not listen misses the oldest, which stand in the trail, and are counted.
const MOST: usize = 1024;

/// Tells sinks and observers what a trail recorded of itself, in its order, on a thread that is there while there is something to tell.
///
/// Who is told is foreign: he may be slow, or ask the trail for something that its writer alone can give.
#[derive(Clone, Default)]
pub(crate) struct Herald(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    silent: Condvar,
    /// How many records nobody was told of.
    untold: AtomicU64,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Vec<u8>>,
    /// Whether a thread is telling.
    is_telling: bool,
}

impl Herald {
    /// Has these records told.
    pub(crate) fn tell(&self, records: &[Vec<u8>]) {
        self.tell_by(thread::Builder::new(), records);
    }

    /// The same, on this thread to be.
    pub(crate) fn tell_by(&self, thread: thread::Builder, records: &[Vec<u8>]) {
        if records.is_empty() {
            return;
        }
        let mut state = self.0.lock();
        state.waiting.extend(records.iter().cloned());
        let too_many = state.waiting.len().saturating_sub(MOST);
        state.waiting.drain(..too_many);
        drop(state);
        self.0.miss(too_many, "too many wait");
        // Where there is no thread, whoever has something to tell next tries again.
        let _waits = self.begin(thread);
    }

    /// Waits until all is told, at most until then. What waits for want of a thread is tried once more, and given up then.
    pub(crate) fn wait(&self, deadline: Instant) {
        self.wait_by(thread::Builder::new(), deadline);
    }

    fn wait_by(&self, thread: thread::Builder, deadline: Instant) {
        if self.begin(thread).is_err() {
            let given_up = std::mem::take(&mut self.0.lock().waiting);
            self.0.miss(given_up.len(), "there is no thread for it");
        }
        let mut state = self.0.lock();
        while state.is_telling {
            let left = deadline.saturating_duration_since(Instant::now());
            if left == Duration::ZERO {
                return;
            }
            let waited = self.0.silent.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// How many records nobody was told of, as too many waited or there was no thread.
    pub(crate) fn untold(&self) -> u64 {
        self.0.untold.load(Ordering::Relaxed)
    }

    /// Begins to tell what waits, unless a thread is at it.
    ///
    /// # Errors
    /// The operating system refuses a thread.
    fn begin(&self, thread: thread::Builder) -> io::Result<()> {
        let mut state = self.0.lock();
        if state.waiting.is_empty() || std::mem::replace(&mut state.is_telling, true) {
            return Ok(());
        }
        drop(state);
        let shared = Arc::clone(&self.0);
        let thread = thread.name("audit-trail-tell".to_owned());
        let begun = thread.spawn(move || shared.tell_all());
        if begun.is_err() {
            self.0.lock().is_telling = false;
            self.0.silent.notify_all();
        }
        begun.map(|_thread| ())
    }
}

impl Shared {
    fn tell_all(&self) {
        loop {
            let mut state = self.lock();
            let Some(record) = state.waiting.pop_front() else {
                state.is_telling = false;
                drop(state);
                self.silent.notify_all();
                return;
            };
            drop(state);
            tell(&record);
        }
    }

    /// Counts so many records that nobody is told of, and warns each time that their number doubled.
    fn miss(&self, records: usize, why: &str) {
        if records == 0 {
            return;
        }
        let before = self.untold.fetch_add(records as u64, Ordering::Relaxed);
        let untold = before + records as u64;
        if untold.checked_ilog2() > before.checked_ilog2() {
            say(|| {
                tracing::warn!(
                    target: "audit::health",
                    untold, why,
                    "no sink was told of {untold} records that the trail made of itself: {why}"
                );
            });
        }
    }

    /// A poisoned lock is taken all the same: every change is complete in itself.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells sinks and observers what the trail recorded of itself, on this thread.
pub(crate) fn tell(record: &[u8]) {
    // It was made here: there is none that can't be read.
    if let Ok(event) = serde_json::from_slice(record) {
        // A clock of the user's may panic.
        let _contained = contain(|| tell_recorded(event));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use audit_core::sink::CallbackSink;
    use audit_core::{register_sink, unregister_sink};

    use super::*;
    use crate::notice::Notices;

    const SOON: Duration = Duration::from_mins(1);

    /// The system refuses a thread with so much room for its stack.
    fn impossible() -> thread::Builder {
        thread::Builder::new().stack_size(1 << 47)
    }

    #[test]
    fn what_waited_for_want_of_a_thread_is_told_as_the_trail_is_closed() {
        let (heard, hears) = mpsc::channel();
        let sink = Arc::new(CallbackSink::new(move |emission| {
            let _gone = heard.send(emission.id().to_string());
            Ok(())
        }));
        register_sink(sink.clone()).unwrap();
        let herald = Herald::default();
        let record = Notices::of_system().closed();
        herald.tell_by(impossible(), std::slice::from_ref(&record));
        assert_eq!((herald.0.lock().waiting.len(), herald.untold()), (1, 0));
        herald.wait(Instant::now() + SOON);
        unregister_sink(&sink);
        let event: audit_core::Event<'_> = serde_json::from_slice(&record).unwrap();
        assert!(hears.try_iter().any(|id| id == event.id.to_string()));
        assert_eq!(herald.untold(), 0);
    }

    #[test]
    fn what_no_thread_can_be_had_for_is_counted() {
        let herald = Herald::default();
        let record = Notices::of_system().closed();
        herald.tell_by(impossible(), &[record.clone(), record]);
        herald.wait_by(impossible(), Instant::now() + SOON);
        assert_eq!((herald.0.lock().waiting.len(), herald.untold()), (0, 2));
    }
}
