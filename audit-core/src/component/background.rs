//! [`Background`]: work of a component that goes on while it is active.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;

use crate::bus::{Calling, Handle, Occupant, times_here};
use crate::executor::{Executor, SpawnError};
use crate::runtime::BoxError;
use crate::scope::Surroundings;

use super::hook::{called, unless};
use super::parts::Hook;
use super::signal::Signal;

/// Work of a component that goes on until it is done, or until this is told to stop or dropped.
#[derive(Debug)]
pub(super) struct Background {
    progress: Arc<Progress>,
    /// Whether it is left to end by itself.
    is_left: bool,
}

#[derive(Debug, Default)]
struct Progress {
    stop: Signal,
    over: Signal,
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
        scope: Surroundings,
        executor: &dyn Executor,
    ) -> Result<Self, SpawnError> {
        let progress = Arc::<Progress>::default();
        let over = Over(Arc::clone(&progress));
        let handle = handle.clone();
        let task = async move {
            let mut work = pin!(unless(&over.0.stop, called(work, &handle)));
            let ended = poll_fn(|context| {
                let _here = Calling::new(Occupant::of(&*over.0));
                work.as_mut().poll(context)
            })
            .await;
            if let Some(Err(error)) = ended {
                let error = Failed { name, error };
                handle.fail(error);
            }
        };
        executor.spawn(Box::pin(scope.around(task)))?;
        Ok(Self {
            progress,
            is_left: false,
        })
    }

    /// Lets it be dropped wherever it waits next, and waits until it is. Work that asks for its own end goes on: it would be dropped
    /// in the middle of that.
    pub(super) async fn end(mut self) {
        if times_here(Occupant::of(&*self.progress)) > 0 {
            self.is_left = true;
            return;
        }
        self.progress.stop.give();
        self.progress.over.given().await;
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if !self.is_left {
            self.progress.stop.give();
        }
    }
}

impl Drop for Over {
    fn drop(&mut self) {
        self.0.over.give();
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
