//! What stands in for `std` in a model.

pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU8, AtomicU64};
pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard, RwLock};

/// Threads, which the model runs one at a time.
pub(crate) mod thread {
    use std::sync::Arc;

    pub(crate) use loom::thread::Builder;
    pub(crate) use std::thread::available_parallelism;

    use loom::sync::Notify;

    /// A thread that can be woken. Not the one of `loom` 0.7, whose `unpark` wakes a thread out of whatever it waits for.
    #[derive(Clone, Default)]
    pub(crate) struct Thread(Arc<Notify>);

    loom::thread_local! {
        static HERE: Thread = Thread::default();
    }

    impl Thread {
        pub(crate) fn unpark(&self) {
            self.0.notify();
        }
    }

    pub(crate) fn current() -> Thread {
        HERE.with(Thread::clone)
    }

    /// Waits until woken, or now and then until nothing, as `std`'s may.
    pub(crate) fn park() {
        current().0.wait();
    }
}

/// `std`'s macro, as far as it is used: each thread of the model has a value of its own.
macro_rules! modelled_thread_local {
    ($($(#[$attribute:meta])* static $name:ident: $type:ty = const { $init:expr };)+) => {
        loom::thread_local! { $($(#[$attribute])* static $name: $type = $init;)+ }
    };
}

pub(crate) use modelled_thread_local as thread_local;
