//! [`Background`]: work of a component that goes on while it is active.

use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use crate::bus::Handle;
use crate::contain::{contain, discard};
use crate::executor::{Executor, SpawnError};
use crate::runtime::BoxError;
use crate::scope::{InScope, Scope};

use super::parts::Hook;

/// Work of a component that goes on until it is done, or until this is told to stop or dropped.
#[derive(Debug)]
pub(super) struct Background(Arc<Progress>);

#[derive(Debug, Default)]
struct Progress(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    is_to_stop: bool,
    is_over: bool,
    /// Whoever runs it, and whoever waits for its end.
    woken: Vec<Waker>,
}

/// Says that it is over when it goes, however that comes.
struct Over(Arc<Progress>);

impl Background {
    /// Has an executor run it in a component's name, in a scope. The component fails if it does.
    ///
    /// # Errors
    /// The executor does not take it.
    pub(super) fn start(
        name: String,
        work: Hook,
        handle: &Handle,
        scope: Scope,
        executor: &dyn Executor,
    ) -> Result<Self, SpawnError> {
        let progress = Arc::<Progress>::default();
        let over = Over(Arc::clone(&progress));
        let handle = handle.clone();
        let task = async move {
            let ended = run(work, &handle, &over.0).await;
            if let Some(Err(error)) = ended {
                let error = Failed { name, error };
                handle.fail(error);
            }
        };
        executor.spawn(Box::pin(task.in_scope(scope)))?;
        Ok(Self(progress))
    }

    /// Lets it be dropped wherever it waits next, and waits until it is.
    pub(super) async fn end(self) {
        self.0.stop();
        poll_fn(|context| self.0.poll(context.waker(), |state| state.is_over)).await;
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// What became of the work; nothing if it was stopped.
async fn run(work: Hook, handle: &Handle, progress: &Progress) -> Option<Result<(), BoxError>> {
    let begun = contain(|| handle.enter().run(work));
    let work = match begun {
        Ok(work) => work,
        Err(panic) => return Some(Err(panicked(&panic))),
    };
    let mut work = Some(Box::pin(handle.enter().around(work)));
    let ended = poll_fn(|context| {
        let is_to_stop = progress.poll(context.waker(), |state| state.is_to_stop);
        let Some(work) = work.as_mut().filter(|_| is_to_stop.is_pending()) else {
            return Poll::Ready(None);
        };
        match contain(|| work.as_mut().poll(context)) {
            Ok(polled) => polled.map(Some),
            Err(panic) => Poll::Ready(Some(Err(panicked(&panic)))),
        }
    })
    .await;
    discard(work);
    ended
}

fn panicked(panic: &str) -> BoxError {
    format!("it panicked: {panic}").into()
}

impl Progress {
    fn stop(&self) {
        self.change(|state| state.is_to_stop = true);
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        change(&mut state);
        let woken = std::mem::take(&mut state.woken);
        drop(state);
        woken.into_iter().for_each(Waker::wake);
    }

    fn poll(&self, waker: &Waker, is_it: impl FnOnce(&State) -> bool) -> Poll<()> {
        let mut state = self.state();
        if is_it(&state) {
            return Poll::Ready(());
        }
        if !state.woken.iter().any(|other| other.will_wake(waker)) {
            state.woken.push(waker.clone());
        }
        Poll::Pending
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Over {
    fn drop(&mut self) {
        self.0.change(|state| state.is_over = true);
    }
}

/// Work in the background that failed.
#[derive(Debug)]
struct Failed {
    name: String,
    error: BoxError,
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "background task `{}` failed", self.name.escape_debug())
    }
}

impl std::error::Error for Failed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.error)
    }
}
