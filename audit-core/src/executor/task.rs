//! [`Running`]: a task that threads of ours poll.

#[cfg(test)]
#[cfg(audit_model)]
mod interleaving;

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Wake, Waker};

use super::Task;
use super::block::Polling;
use crate::contain::{contain, discard};
use crate::sync::{AtomicU8, Mutex};

/// Where tasks are polled.
pub(super) trait Home: Send + Sync {
    /// Has a task polled, once more.
    fn wake(self: Arc<Self>, running: Arc<Running>);
    /// One is done.
    fn task_done(&self);
}

/// Nobody polls it, and nobody will before it is woken.
const IDLE: u8 = 0;
/// It stands in the queue.
const QUEUED: u8 = 1;
/// It is being polled, or done.
const POLLED: u8 = 2;
/// It is being polled, and was woken meanwhile.
const WOKEN: u8 = 3;

/// A task on its way.
pub(super) struct Running {
    /// There until it is done. Only whoever took the task from the queue polls it, so nobody waits for it.
    task: Mutex<Option<Task>>,
    state: AtomicU8,
    home: Arc<dyn Home>,
}

impl Running {
    pub(super) fn new(task: Task, home: Arc<dyn Home>) -> Arc<Self> {
        Arc::new(Self {
            task: Mutex::new(Some(task)),
            state: AtomicU8::new(QUEUED),
            home,
        })
    }

    /// Polls it once. A task that panics is done.
    pub(super) fn poll(self: &Arc<Self>) {
        // Sees what was done before each wake that found it in the queue.
        self.state.swap(POLLED, Ordering::AcqRel);
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
            return;
        }
        drop(place);
        // Whoever woke it while it was polled left it to this thread to put it into the queue again.
        let idle = self
            .state
            .compare_exchange(POLLED, IDLE, Ordering::AcqRel, Ordering::Acquire);
        if idle.is_err() {
            self.state.swap(QUEUED, Ordering::AcqRel);
            Arc::clone(&self.home).wake(Arc::clone(self));
        }
    }
}

impl Wake for Running {
    fn wake(self: Arc<Self>) {
        // Written also where it stays as it is: whoever polls it next sees what was done before.
        let woken = |state| {
            Some(match state {
                IDLE => QUEUED,
                POLLED => WOKEN,
                heard => heard,
            })
        };
        let before = self
            .state
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, woken);
        if before == Ok(IDLE) {
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

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::sync::atomic::AtomicUsize;
    use std::task::Poll;

    use super::*;

    /// Counts how often a task is put into the queue, and never takes it out.
    #[derive(Default)]
    struct Counted(AtomicUsize);

    impl Home for Counted {
        fn wake(self: Arc<Self>, _: Arc<Running>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }

        fn task_done(&self) {}
    }

    #[test]
    fn a_task_that_is_woken_while_it_is_polled_is_queued_once_and_not_before_it_was_polled() {
        let home = Arc::new(Counted::default());
        let queued = {
            let home = Arc::clone(&home);
            move || home.0.load(Ordering::Relaxed)
        };
        let (sees, seen) = (queued.clone(), Arc::new(AtomicUsize::new(0)));
        let most = Arc::clone(&seen);
        let task = poll_fn(move |context| {
            for _ in 0..3 {
                context.waker().wake_by_ref();
                // Whoever took it from the queue now would wait for this thread.
                most.fetch_max(sees(), Ordering::Relaxed);
            }
            Poll::Pending
        });
        let running = Running::new(Box::pin(task), Arc::clone(&home) as _);
        running.poll();
        assert_eq!((seen.load(Ordering::Relaxed), queued()), (0, 1));
    }
}
