//! Functions of a component, and free ones, as handlers and runnables: what `#[subscribe]` and `#[runnable]` make of them.

pub(crate) mod argument;
pub(crate) mod description;

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::runtime::BoxError;

use super::event::{DomainEvent, Payload, PayloadError};
use super::listener::{Handled, Handler, Handling};
use super::runnable::{Answering, Parameter, Runnable, Typed};

pub use super::runnable::Ran;
use argument::Given;
use description::Made;

/// How a function handles an event: it borrows its owner and the event for as long as it takes.
pub type HandleWith<C> = for<'h> fn(&'h Arc<C>, &'h DomainEvent) -> Handling<'h>;

/// How a function is run with its parameters.
pub type RunWith<C, P, A> = for<'r> fn(&'r Arc<C>, P) -> Ran<'r, A>;

/// How parameters are read from JSON, one after the other.
pub type ReadWith<P> = fn(&mut Given<'_>) -> Option<P>;

struct Method<C, F> {
    owner: Arc<C>,
    run: F,
}

/// A function as a handler.
pub fn handler<C: Send + Sync + 'static>(
    owner: &Arc<C>,
    run: HandleWith<C>,
) -> impl Handler + use<C> {
    let owner = Arc::clone(owner);
    Method { owner, run }
}

impl<C: Send + Sync + 'static> Handler for Method<C, HandleWith<C>> {
    fn handle<'h>(&'h self, event: &'h DomainEvent) -> Handling<'h> {
        (self.run)(&self.owner, event)
    }
}

/// What a handler does at once.
pub fn handled<'h>(work: impl FnOnce() -> Result<Handled, PayloadError>) -> Handling<'h> {
    Handling::Done(work().unwrap_or_else(|error| Err(error.into())))
}

/// What a handler does, to be awaited.
pub fn handling<'h>(
    work: impl Future<Output = Result<Handled, PayloadError>> + Send + 'h,
) -> Handling<'h> {
    Handling::Running(Box::pin(async move {
        work.await.unwrap_or_else(|error| Err(error.into()))
    }))
}

/// A function as a runnable.
struct Invoked<C, P, A> {
    method: Method<C, RunWith<C, P, A>>,
    parameters: &'static [Parameter],
    read: ReadWith<P>,
    is_direct: bool,
}

impl<C, P, A> Typed for Invoked<C, P, A>
where
    C: Send + Sync + 'static,
    P: Send + 'static,
    A: Serialize + Send + Sync + 'static,
{
    type Params = P;
    type Answer = A;

    fn is_direct(&self) -> bool {
        self.is_direct
    }

    fn run(&self, params: P) -> Ran<'_, A> {
        (self.method.run)(&self.method.owner, params)
    }

    fn read(&self, params: &Payload) -> Result<P, PayloadError> {
        // Whoever has the very type knows no names.
        let is_whole = params.get::<P>().is_some();
        Given::read(params, self.parameters, is_whole, self.read)
    }
}

/// A function as a runnable: sync or async, with its parameters and how they are read from JSON.
pub fn runnable<C, P, A>(
    owner: &Arc<C>,
    is_direct: bool,
    parameters: &'static [Parameter],
    read: ReadWith<P>,
    run: RunWith<C, P, A>,
) -> Made<A>
where
    C: Send + Sync + 'static,
    P: Send + 'static,
    A: Serialize + Send + Sync + 'static,
{
    let owner = Arc::clone(owner);
    let mut runnable = Runnable::of(Invoked {
        method: Method { owner, run },
        parameters,
        read,
        is_direct,
    });
    runnable.facts.parameters = parameters;
    Made::new(runnable, parameters, read)
}

/// How long a call may take, in milliseconds.
pub fn timeout(runnable: Runnable, millis: u64) -> Runnable {
    runnable.timeout(Duration::from_millis(millis))
}

/// An answer that is there.
pub fn now<'r, A>(answer: Result<A, BoxError>) -> Ran<'r, A> {
    Ran::Done(answer)
}

/// An answer that is awaited.
pub fn later<'r, A>(work: impl Future<Output = Result<A, BoxError>> + Send + 'r) -> Ran<'r, A> {
    let work: Answering<'r, _> = Box::pin(work);
    Ran::Later(work)
}

/// What a runnable returns: a `Result` is taken apart by a method of its own, for anything else what is behind it answers.
#[derive(Debug)]
pub struct Returning<T>(Plain<T>);

/// What a runnable returns that is no `Result`.
#[derive(Debug)]
pub struct Plain<T>(PhantomData<fn() -> T>);

/// What a runnable returns, to be asked for its answer.
pub const fn returning<T>(_: &T) -> Returning<T> {
    Returning(Plain(PhantomData))
}

impl<T, E> Returning<Result<T, E>> {
    /// The answer, or the error.
    ///
    /// # Errors
    /// It failed.
    pub fn answer(&self, returned: Result<T, E>) -> Result<T, BoxError>
    where
        E: RunnableError,
    {
        returned.map_err(E::boxed)
    }

    /// The answer as JSON, which borrows from nothing; or the error.
    ///
    /// # Errors
    /// It failed.
    pub fn written(&self, returned: Result<T, E>) -> Result<Payload, BoxError>
    where
        T: Serialize,
        E: RunnableError,
    {
        let answer = returned.map_err(E::boxed)?;
        Ok(Payload::written(&answer))
    }
}

impl<T> Deref for Returning<T> {
    type Target = Plain<T>;

    fn deref(&self) -> &Plain<T> {
        &self.0
    }
}

impl<T> Plain<T> {
    /// The answer.
    ///
    /// # Errors
    /// Never: that is how a `Result` answers.
    pub fn answer(&self, returned: T) -> Result<T, BoxError> {
        Ok(returned)
    }

    /// The answer as JSON, which borrows from nothing.
    ///
    /// # Errors
    /// Never: that is how a `Result` answers.
    pub fn written(&self, returned: T) -> Result<Payload, BoxError>
    where
        T: Serialize,
    {
        Ok(Payload::written(&returned))
    }
}

/// What a runnable may fail with.
#[diagnostic::on_unimplemented(
    message = "a runnable can't fail with `{Self}`",
    label = "neither an error nor text",
    note = "the error of a `Result` is an `std::error::Error` that is `Send`, `Sync` and `'static`, or text"
)]
pub trait RunnableError {
    /// As the caller gets it.
    fn boxed(self) -> BoxError;
}

impl<E: Into<BoxError>> RunnableError for E {
    fn boxed(self) -> BoxError {
        self.into()
    }
}
