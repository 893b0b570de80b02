//! [`Courier`]: takes checkpoints to their second places, on a thread of its own.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::deadline::after;
use crate::health::Health;

use super::Anchor;

/// Takes checkpoints to their second places.
pub(crate) struct Courier {
    mail: Arc<Mail>,
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
    closed: bool,
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
        let thread = thread::Builder::new()
            .name("audit-trail-anchors".to_owned())
            .spawn(move || taken.run(anchors, every, &health))?;
        Ok(Some(Self {
            mail,
            thread: Some(thread),
        }))
    }

    /// Hands over a checkpoint. An earlier one that still waits is forgotten: the later covers it.
    pub(crate) fn send(&self, checkpoint: String) {
        self.mail.lock().waiting = Some(checkpoint);
        self.mail.changed.notify_all();
    }

    /// Takes the last one away and ends, if that does not take too long.
    pub(crate) fn close(mut self) {
        let mut state = self.mail.lock();
        state.closed = true;
        self.mail.changed.notify_all();
        let deadline = Instant::now() + LAST_MILE;
        while !state.done {
            let Some(left) = deadline.checked_duration_since(Instant::now()) else {
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

    fn run(&self, mut anchors: Vec<Box<dyn Anchor>>, every: Duration, health: &Health) {
        let mut rested = Instant::now();
        while let Some(checkpoint) = self.next(rested) {
            for anchor in &mut anchors {
                // A second place is foreign code.
                let put = std::panic::AssertUnwindSafe(|| anchor.put(&checkpoint));
                let trouble = match std::panic::catch_unwind(put) {
                    Ok(Ok(())) => continue,
                    Ok(Err(error)) => error.to_string(),
                    Err(_) => "it panicked".to_owned(),
                };
                let times = health.anchor_failures.fetch_add(1, Ordering::Relaxed) + 1;
                if times.is_power_of_two() {
                    let anchor = anchor.name();
                    tracing::warn!(
                        target: "audit::health",
                        anchor, trouble, times,
                        "a checkpoint could not be copied to `{anchor}`"
                    );
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
