//! Work that keeps its thread, done on one that it may keep: so that whoever waits for it can stop waiting.

use std::any::Any;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bus::event::Payload;
use crate::bus::occupancy::{Calling, Occupant};
use crate::bus::runnable::{Exchange, Failure, Registered, made};
use crate::contain::contain;
use crate::executor::{Executor, SpawnError};
use crate::observability::OperationSpan;
use crate::runtime::BoxError;
use crate::scope::{Deed, Surroundings};

/// What work done apart comes to.
pub(in crate::bus) enum Apart<A> {
    Answered(A),
    Failed(BoxError),
    Unfit(Failure),
    Panicked(String),
    /// It was taken away before it was called.
    Gone,
}

/// Begins work on a thread of its own. It goes on to its end even if nobody waits any more; what it answers then is thrown away.
pub(in crate::bus) fn begin<P, A>(
    executor: &dyn Executor,
    occupied: Hold,
    (in_force, span): (Deed, OperationSpan),
    params: P,
) -> Result<impl Future<Output = Apart<A>> + Send + use<P, A>, SpawnError>
where
    P: Serialize + Send + Sync + 'static,
    A: DeserializeOwned + Send + 'static,
{
    let answer = Arc::new(Answer::<Apart<A>>::default());
    let theirs = Arc::clone(&answer);
    let around = Surroundings::here();
    executor.spawn_blocking(Box::new(move || {
        let apart = {
            // Let go of before the answer is there: whoever waits for that ends it.
            let span = span;
            let _inside = span.enter();
            around.run(|| in_force.run(|| run(&occupied.0, params)))
        };
        drop(occupied);
        theirs.fill(apart);
    }))?;
    Ok(async move { answer.filled().await })
}

/// A call that is under way, until dropped. It is so before there is a thread: whoever ends its registration waits for it.
pub(in crate::bus) struct Hold(Arc<Registered>);

impl Hold {
    /// Begins a call, unless nobody has the name any more.
    pub(in crate::bus) fn new(registered: &Arc<Registered>) -> Option<Self> {
        let begun = registered.occupancy.begin();
        begun.then(|| Self(Arc::clone(registered)))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.occupancy.end();
    }
}

/// Calls what is done when it returns.
pub(in crate::bus) fn run<P, A>(registered: &Registered, params: P) -> Apart<A>
where
    P: Serialize + Send + Sync + 'static,
    A: DeserializeOwned + Send + 'static,
{
    let Some(runnable) = registered.runnable() else {
        return Apart::Gone;
    };
    let mut exchange = Exchange::<P, A> {
        params: Some(params),
        answer: None,
    };
    let place: &mut (dyn Any + Send) = &mut exchange;
    let _here = Calling::new(Occupant::of(&registered.occupancy));
    // It is done when it returns.
    if let Err(panic) = contain(|| runnable.work.exchange(place).map(drop)) {
        return Apart::Panicked(panic);
    }
    match (exchange.answer, exchange.params) {
        (Some(Ok(answer)), _) => Apart::Answered(answer),
        (Some(Err(error)), _) => Apart::Failed(error),
        (None, Some(params)) => {
            let work = || at_once(runnable.work.answer(Payload::new(params)));
            let answered = match contain(work) {
                Err(panic) => return Apart::Panicked(panic),
                Ok(None) => return Apart::Gone,
                Ok(Some(answered)) => answered,
            };
            let answer = answered.and_then(|answer| made(answer).map_err(Failure::Answer));
            match answer {
                Ok(answer) => Apart::Answered(answer),
                Err(Failure::Handler(error)) => Apart::Failed(error),
                Err(unfit) => Apart::Unfit(unfit),
            }
        }
        (None, None) => Apart::Panicked("it ended without an answer".to_owned()),
    }
}

/// What a future comes to that never waits.
fn at_once<F: Future>(work: F) -> Option<F::Output> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(work).poll(&mut context) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// An answer from another thread.
struct Answer<T>(Mutex<(Option<T>, Option<Waker>)>);

impl<T> Default for Answer<T> {
    fn default() -> Self {
        Self(Mutex::new((None, None)))
    }
}

impl<T> Answer<T> {
    fn fill(&self, answer: T) {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        place.0 = Some(answer);
        let waker = place.1.take();
        drop(place);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    async fn filled(&self) -> T {
        poll_fn(|context| {
            let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(answer) = place.0.take() {
                return Poll::Ready(answer);
            }
            place.1 = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }
}
