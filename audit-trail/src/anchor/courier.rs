//! [`Courier`]: takes checkpoints to their second places, on a thread of its own.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use audit_core::__private::say;

use crate::deadline::after;
use crate::health::Health;

use super::{Anchor, AnchorError, ask, called};

/// Takes checkpoints to their second places.
pub(crate) struct Courier {
    mail: Arc<Mail>,
    /// What the places are called, in the order in which they are gone to.
    places: Vec<String>,
    health: Arc<Health>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Mail {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The latest checkpoint that was not taken away yet.
    waiting: Option<String>,
    /// How many places have what was taken away last, or could not take it.
    been_to: usize,
    closed: bool,
    /// Whether nobody waits any more: what was not done by then is counted.
    left_alone: bool,
    done: bool,
}

/// How long closing waits for the last checkpoint to arrive.
const LAST_MILE: Duration = Duration::from_secs(2);

impl Courier {
    /// Starts, unless there is nowhere to go.
    ///
    /// # Errors
    /// The operating system refuses a thread.
    pub(crate) fn start(
        anchors: Vec<Box<dyn Anchor>>,
        every: Duration,
        health: Arc<Health>,
    ) -> std::io::Result<Option<Self>> {
        if anchors.is_empty() {
            return Ok(None);
        }
        let mail = Arc::new(Mail::default());
        let taken = Arc::clone(&mail);
        let places: Vec<String> = anchors.iter().map(|anchor| called(&**anchor)).collect();
        let (counted, named) = (Arc::clone(&health), places.clone());
        let thread = thread::Builder::new()
            .name("audit-trail-anchors".to_owned())
            .spawn(move || taken.run(anchors, &named, every, &counted))?;
        Ok(Some(Self {
            mail,
            places,
            health,
            thread: Some(thread),
        }))
    }

    /// Hands over a checkpoint. An earlier one that still waits is forgotten: the later covers it.
    pub(crate) fn send(&self, checkpoint: String) {
        self.mail.lock().waiting = Some(checkpoint);
        self.mail.changed.notify_all();
    }

    /// Takes the last one away and ends. If that takes too long, it is said which places may lack it.
    pub(crate) fn close(mut self) {
        let mut state = self.mail.lock();
        state.closed = true;
        self.mail.changed.notify_all();
        let deadline = Instant::now() + LAST_MILE;
        while !state.done {
            let Some(left) = deadline.checked_duration_since(Instant::now()) else {
                state.left_alone = true;
                let been_to = match state.waiting {
                    Some(_) => 0,
                    None => state.been_to,
                };
                drop(state);
                self.leave_alone(been_to);
                return;
            };
            let waited = self.mail.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(state);
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }

    /// Counts and names the places that may lack the last checkpoint.
    fn leave_alone(&self, been_to: usize) {
        for anchor in self.places.iter().skip(been_to) {
            let failures = &self.health.anchor_failures;
            failures.fetch_add(1, Ordering::Relaxed);
            say(|| {
                tracing::warn!(
                    target: "audit::health",
                    anchor,
                    "the last checkpoint may be missing in `{anchor}`: closing the trail waits no longer for it"
                );
            });
        }
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        self.mail.lock().closed = true;
        self.mail.changed.notify_all();
    }
}

impl Mail {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(
        &self,
        mut anchors: Vec<Box<dyn Anchor>>,
        places: &[String],
        every: Duration,
        health: &Health,
    ) {
        let mut rested = Instant::now();
        while let Some(checkpoint) = self.next(rested) {
            for (been_to, (anchor, place)) in (1..).zip(anchors.iter_mut().zip(places)) {
                let put = ask(|| anchor.put(&checkpoint));
                let mut state = self.lock();
                state.been_to = been_to;
                let is_counted = state.left_alone;
                drop(state);
                if let Err(trouble) = put {
                    failed(place, &trouble, health, is_counted);
                }
            }
            rested = after(every);
        }
        self.lock().done = true;
        self.changed.notify_all();
    }

    /// The next checkpoint, not before the rest is over unless everything ends; nothing once all are taken.
    fn next(&self, rested: Instant) -> Option<String> {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            if state.waiting.is_some() && (state.closed || rested <= now) {
                state.been_to = 0;
                return state.waiting.take();
            }
            if state.closed {
                return None;
            }
            let left = match state.waiting {
                Some(_) => rested.saturating_duration_since(now),
                None => Duration::from_hours(1),
            };
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// Tells that a place did not take a checkpoint. What nobody waited for was counted then.
fn failed(anchor: &str, trouble: &AnchorError, health: &Health, is_counted: bool) {
    let more = u64::from(!is_counted);
    let times = health.anchor_failures.fetch_add(more, Ordering::Relaxed) + more;
    if times.is_power_of_two() {
        say(|| {
            let trouble = trouble.to_string();
            tracing::warn!(
                target: "audit::health",
                anchor, trouble, times,
                "a checkpoint could not be copied to `{anchor}`"
            );
        });
    }
}
