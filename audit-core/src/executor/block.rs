//! [`block_on`]: a future, on a thread that waits for it.

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use crate::sync::thread::{self, Thread};
use crate::sync::thread_local;

thread_local! {
    /// How many futures of ours are being polled on this thread, one within the other.
    static POLLING: Cell<u32> = const { Cell::new(0) };
}

/// Says that a future is being polled here, until dropped.
pub(crate) struct Polling(());

impl Polling {
    pub(crate) fn new() -> Self {
        POLLING.with(|polling| polling.set(polling.get() + 1));
        Self(())
    }
}

impl Drop for Polling {
    fn drop(&mut self) {
        POLLING.with(|polling| polling.set(polling.get().saturating_sub(1)));
    }
}

/// Whether this thread is polling a future of ours: one that waits here would keep others from going on.
pub(crate) fn is_polling() -> bool {
    POLLING.with(Cell::get) > 0
}

/// Wakes a thread that is parked.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits on this thread until a future is done.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        let polled = {
            let _polling = Polling::new();
            future.as_mut().poll(&mut context)
        };
        match polled {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
