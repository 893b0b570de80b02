//! Components made of closures, and an executor whose time passes when a test says so.

use std::future::poll_fn;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context as Waking, Poll, Waker};
use std::time::Duration;

use audit_core::component::{Blueprint, Component, ComponentFacts, Context, Parts};
use audit_core::{Executor, SpawnError, Task};

/// The facts of a component.
pub(crate) trait Named: Send + Sync + 'static {
    const FACTS: ComponentFacts;
}

/// A component whose parts a closure makes.
struct Made<N>(Mutex<Option<Parts>>, PhantomData<fn() -> N>);

impl<N: Named> Component for Made<N> {
    const FACTS: ComponentFacts = N::FACTS;

    fn parts(this: &Arc<Self>) -> Parts {
        this.0.lock().unwrap().take().unwrap()
    }
}

pub(crate) fn made<N: Named>(
    make: impl Fn(&Context<'_>) -> Result<Parts, String> + Send + Sync + 'static,
) -> Blueprint {
    Blueprint::with(move |context: &Context<'_>| {
        make(context).map(|parts| Made::<N>(Mutex::new(Some(parts)), PhantomData))
    })
}

/// Names a component.
macro_rules! named {
    ($name:ident = $facts:expr) => {
        pub(crate) struct $name;
        impl crate::stage::Named for $name {
            const FACTS: audit_core::component::ComponentFacts = $facts;
        }
    };
}
pub(crate) use named;

/// Runs tasks and lets time pass when it is told to.
#[derive(Clone, Default)]
pub(crate) struct Stage(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    tasks: Vec<Task>,
    waits: Vec<(Duration, Arc<AtomicBool>)>,
}

impl Executor for Stage {
    fn spawn(&self, task: Task) -> Result<(), SpawnError> {
        self.0.lock().unwrap().tasks.push(task);
        Ok(())
    }

    fn sleep(&self, duration: Duration) -> Option<Task> {
        let (stage, over) = (self.clone(), Arc::new(AtomicBool::new(false)));
        let mut is_new = true;
        Some(Box::pin(poll_fn(move |_| {
            if std::mem::take(&mut is_new) {
                let mut state = stage.0.lock().unwrap();
                state.waits.push((duration, Arc::clone(&over)));
            }
            if over.load(Ordering::Relaxed) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })))
    }
}

impl Stage {
    /// Runs all tasks as far as they come.
    pub(crate) fn run(&self) {
        for _ in 0..50 {
            let tasks = std::mem::take(&mut self.0.lock().unwrap().tasks);
            let mut waking = Waking::from_waker(Waker::noop());
            for mut task in tasks {
                if task.as_mut().poll(&mut waking).is_pending() {
                    self.0.lock().unwrap().tasks.push(task);
                }
            }
        }
    }

    /// Lets all waits that tasks have begun be over, runs what comes of it, and says how long they were.
    pub(crate) fn pass(&self) -> Vec<Duration> {
        self.run();
        let waits = std::mem::take(&mut self.0.lock().unwrap().waits);
        for (_, over) in &waits {
            over.store(true, Ordering::Relaxed);
        }
        self.run();
        waits.into_iter().map(|(wait, _)| wait).collect()
    }
}

/// An executor without a timer.
pub(crate) struct Timeless;

impl Executor for Timeless {
    fn spawn(&self, _: Task) -> Result<(), SpawnError> {
        Err(SpawnError::new("it takes none"))
    }

    fn sleep(&self, _: Duration) -> Option<Task> {
        None
    }
}

/// Keeps whoever awaits it until it is lifted.
#[derive(Clone, Default)]
pub(crate) struct Latch(Arc<Mutex<(bool, Vec<Waker>)>>);

impl Latch {
    pub(crate) async fn lifted(&self) {
        poll_fn(|context| {
            let mut state = self.0.lock().unwrap();
            if state.0 {
                return Poll::Ready(());
            }
            state.1.push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    pub(crate) fn lift(&self) {
        let mut state = self.0.lock().unwrap();
        state.0 = true;
        let waiting = std::mem::take(&mut state.1);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }

    pub(crate) fn shut(&self) {
        self.0.lock().unwrap().0 = false;
    }
}
