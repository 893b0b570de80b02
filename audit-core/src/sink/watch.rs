//! A thread that notices which queued sinks take too long, for the whole process. It sleeps until the next of them is due, and ends
//! when none has anything to do. It is told of a sink that begins after a pause, not of each event.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::health::say;
use crate::worker::{Look, Queue};

use super::queue::{Line, Waiting, quarantine};

/// How long it stays while there is nothing to do, so that one event now and then does not start a thread each.
const STAYS: Duration = Duration::from_secs(10);

/// Sinks that have less time are looked at so often while they are at rest, and noticed so much later.
const SHORTEST: Duration = Duration::from_millis(10);

struct Watch {
    /// Those that are at work, and how many each was known to have begun.
    lines: Vec<(Line, u64)>,
    /// The process whose thread looks after them.
    process: Option<u32>,
}

static WATCH: Mutex<Watch> = Mutex::new(Watch {
    lines: Vec::new(),
    process: None,
});
/// There is one more.
static ADDED: Condvar = Condvar::new();

fn lock() -> MutexGuard<'static, Watch> {
    WATCH.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Watches a sink until it is found idle.
pub(super) fn add(line: Line) {
    let mut watch = lock();
    let here = Some(audit_process::id());
    if watch.process == here {
        watch.lines.push((line, 0));
        ADDED.notify_one();
        return;
    }
    // What is watched in a forked child stayed with its parent.
    watch.lines.clear();
    let started = thread::Builder::new()
        .name("audit-sink-watch".to_owned())
        .spawn(run);
    match started {
        Ok(_) => {
            watch.process = here;
            watch.lines.push((line, 0));
        }
        Err(error) => {
            // The next event tries again.
            drop(watch);
            line.queue.end_watch();
            say(|| {
                tracing::error!(
                    target: "audit::health",
                    %error,
                    "nobody notices that a sink takes too long: there is no thread for it"
                );
            });
        }
    }
}

/// A sink that has ended. Whoever calls this is the last to have it.
pub(super) fn forget(queue: &Queue<Waiting>) {
    lock().lines.retain(|(line, _)| !line.queue.is(queue));
}

fn run() {
    let mut watch = lock();
    loop {
        let now = Instant::now();
        let (mut next, mut overdue) = (None, Vec::new());
        let mut until = |due: Instant| next = Some(next.map_or(due, |next: Instant| next.min(due)));
        watch
            .lines
            .retain_mut(|(line, known)| match line.queue.look(now, *known) {
                Look::Idle => false,
                Look::Due(due) => {
                    until(due);
                    true
                }
                // What it begins from now on is not due before that.
                Look::Resting(begun) => {
                    *known = begun;
                    let timeout = line.queue.terms().timeout.unwrap_or(STAYS);
                    if let Some(next) = now.checked_add(timeout.max(SHORTEST)) {
                        until(next);
                    }
                    true
                }
                Look::Overdue { in_hand, waited } => {
                    let line = line.clone();
                    overdue.push(move || quarantine(&line, &in_hand, &waited));
                    false
                }
            });
        if !overdue.is_empty() {
            drop(watch);
            overdue.into_iter().for_each(apart);
            watch = lock();
            continue;
        }
        let left = next.map_or(STAYS, |next| next.saturating_duration_since(now));
        let (woken, waited) = ADDED
            .wait_timeout(watch, left)
            .unwrap_or_else(PoisonError::into_inner);
        watch = woken;
        if next.is_none() && waited.timed_out() && watch.lines.is_empty() {
            watch.process = None;
            return;
        }
    }
}

/// Does it on a thread of its own, as far as there is one: what comes next must not wait for it.
fn apart(work: impl FnOnce() + Send + 'static) {
    let work = Arc::new(Mutex::new(Some(work)));
    let there = Arc::clone(&work);
    let named = thread::Builder::new().name("audit-sink-overdue".to_owned());
    if named.spawn(move || once(&there)).is_err() {
        once(&work);
    }
}

fn once(work: &Mutex<Option<impl FnOnce()>>) {
    let work = work.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(work) = work {
        work();
    }
}
