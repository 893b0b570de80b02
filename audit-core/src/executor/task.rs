//! [`Running`]: a task that threads of ours poll.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Wake, Waker};

use super::Task;
use super::block::Polling;
use crate::contain::{contain, discard};
use crate::sync::{AtomicBool, Mutex};

/// Where tasks are polled.
pub(super) trait Home: Send + Sync {
    /// Has a task polled, once more.
    fn wake(self: Arc<Self>, running: Arc<Running>);
    /// One is done.
    fn task_done(&self);
}

/// A task on its way.
pub(super) struct Running {
    /// There until it is done. Only whoever took the task from the queue polls it.
    task: Mutex<Option<Task>>,
    /// Whether it stands in the queue.
    queued: AtomicBool,
    home: Arc<dyn Home>,
}

impl Running {
    pub(super) fn new(task: Task, home: Arc<dyn Home>) -> Arc<Self> {
        Arc::new(Self {
            task: Mutex::new(Some(task)),
            queued: AtomicBool::new(true),
            home,
        })
    }

    /// Polls it once. A task that panics is done.
    pub(super) fn poll(self: &Arc<Self>) {
        // What wakes it from here on puts it into the queue again.
        self.queued.store(false, Ordering::Release);
        let mut place = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(task) = place.as_mut() else { return };
        let waker = Waker::from(Arc::clone(self));
        let mut context = Context::from_waker(&waker);
        let _polling = Polling::new();
        let polled = contain(|| task.as_mut().poll(&mut context));
        if polled.is_err() || polled.is_ok_and(|polled| polled.is_ready()) {
            let done = place.take();
            drop(place);
            discard(done);
            self.home.task_done();
        }
    }
}

impl Wake for Running {
    fn wake(self: Arc<Self>) {
        if !self.queued.swap(true, Ordering::AcqRel) {
            Arc::clone(&self.home).wake(self);
        }
    }
}

impl Drop for Running {
    /// A task that is not done and that nobody can wake any more.
    fn drop(&mut self) {
        let task = self.task.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = task.take() {
            discard(task);
            self.home.task_done();
        }
    }
}
