//! What can be invoked by its name: parameters and schemas, its place, and how its calls went.

mod parameter;
mod registry;
#[cfg(feature = "schema")]
mod schema;
mod statistics;

use std::any::{Any, type_name};
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use serde::de::{DeserializeOwned, Deserializer, IgnoredAny};
use serde::{Deserialize, Serialize};

use crate::contain::discard;
use crate::runtime::BoxError;

use super::event::{Payload, PayloadError};

pub use parameter::Parameter;
pub(super) use registry::Registered;
#[cfg(feature = "schema")]
pub(super) use schema::{Form, answer_of, arguments_of};
#[cfg(feature = "schema")]
pub use schema::{answer_schema, params_schema};
pub use statistics::CallStats;

/// Work that answers later.
pub type Answering<'r, T> = Pin<Box<dyn Future<Output = T> + Send + 'r>>;

/// What can be invoked: a function with typed parameters and a typed answer, and what is to be known of it.
///
/// ```
/// use audit_core::bus::Runnable;
///
/// let double = Runnable::new(|number: u64| Ok::<_, String>(number * 2))
///     .description("twice as much");
/// ```
#[must_use = "it can be invoked once it is registered"]
pub struct Runnable {
    pub(super) work: Box<dyn Work>,
    pub(super) facts: RunnableFacts,
}

/// What is to be known of a runnable.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RunnableFacts {
    /// What it is for.
    pub description: String,
    /// The type of its parameters, as Rust names it.
    pub params: &'static str,
    /// The parameters that it is given by name, where it has such.
    pub parameters: &'static [Parameter],
    /// The type of its answer, as Rust names it; as it was written, where the answer borrows or hides its type and is given as JSON.
    pub answer: &'static str,
    /// What it accepts, as JSON Schema: as far as it is known, with feature `schema` or by [`Runnable::schemas`].
    pub params_schema: Option<serde_json::Value>,
    /// What it answers, as JSON Schema: likewise.
    pub answer_schema: Option<serde_json::Value>,
    /// How long a call may take.
    pub timeout: Option<Duration>,
    /// Whether what it does can't be undone.
    pub destructive: bool,
    /// Whether it is only for those on this bus: no bridge and no transport leads to it, and it is not listed.
    pub internal: bool,
    /// The role that whoever acts must have.
    pub requires_role: Option<String>,
}

impl Runnable {
    /// A closure that has its answer when it returns.
    pub fn new<P, A, E>(run: impl Fn(P) -> Result<A, E> + Send + Sync + 'static) -> Self
    where
        P: DeserializeOwned + Send + 'static,
        A: Serialize + Send + Sync + 'static,
        E: Into<BoxError>,
    {
        Self::of(Direct {
            run: move |params| run(params).map_err(Into::into),
            types: PhantomData,
        })
    }

    /// A closure whose future is awaited.
    pub fn new_async<P, A, E, W>(run: impl Fn(P) -> W + Send + Sync + 'static) -> Self
    where
        P: DeserializeOwned + Send + 'static,
        A: Serialize + Send + Sync + 'static,
        E: Into<BoxError>,
        W: Future<Output = Result<A, E>> + Send + 'static,
    {
        Self::of(Awaited {
            run: move |params| {
                let work = run(params);
                Box::pin(async move { work.await.map_err(Into::into) }) as Answering<'static, _>
            },
            types: PhantomData,
        })
    }

    pub(super) fn of<W: Typed>(work: W) -> Self {
        Self {
            work: Box::new(work),
            facts: RunnableFacts {
                params: type_name::<W::Params>(),
                answer: type_name::<W::Answer>(),
                ..RunnableFacts::default()
            },
        }
    }

    /// What it is for.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.facts.description = description.into();
        self
    }

    /// How long a call may take. What takes longer is given up, and its caller told so.
    ///
    /// A closure that is not async runs on a thread that it may keep, so nobody waits for it longer. A future that keeps the thread
    /// that polls it (it computes without end, or waits as code does that is not async) keeps its caller waiting: that one is told
    /// once the thread is free again.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.facts.timeout = Some(timeout);
        self
    }

    /// What it does can't be undone.
    pub fn destructive(mut self) -> Self {
        self.facts.destructive = true;
        self
    }

    /// It is only for those on this bus, and is not listed.
    pub fn internal(mut self) -> Self {
        self.facts.internal = true;
        self
    }

    /// Whoever acts must have this role: his field `role`, or one of his `roles`.
    pub fn requires_role(mut self, role: impl Into<String>) -> Self {
        self.facts.requires_role = Some(role.into());
        self
    }

    /// What it accepts and answers, as JSON Schema.
    pub fn schemas(mut self, params: serde_json::Value, answer: serde_json::Value) -> Self {
        self.facts.params_schema = Some(params);
        self.facts.answer_schema = Some(answer);
        self
    }
}

impl fmt::Debug for Runnable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runnable")
            .field("facts", &self.facts)
            .finish_non_exhaustive()
    }
}

/// Why a call has no answer.
pub(super) enum Failure {
    /// The parameters do not fit.
    Params(PayloadError),
    /// The answer has no form in JSON, or not the one that was asked for.
    Answer(PayloadError),
    /// The handler failed.
    Handler(BoxError),
}

/// Parameters on their way in, and an answer on its way back: in place, so that a call costs no memory from the heap.
pub(super) struct Exchange<P, A> {
    pub(super) params: Option<P>,
    pub(super) answer: Option<Result<A, BoxError>>,
}

/// The answer of a call that nobody asked for.
pub(super) struct Unasked;

impl<'de> Deserialize<'de> for Unasked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// An answer as whoever asked wants it: not looked at where nobody did. What is left of it is not ours, and dropped here.
pub(in crate::bus) fn made<A: DeserializeOwned + 'static>(
    answer: Payload,
) -> Result<A, PayloadError> {
    let mut unasked = Some(Unasked);
    let place: &mut dyn Any = &mut unasked;
    let made = match place.downcast_mut::<Option<A>>().and_then(Option::take) {
        Some(unasked) => Ok(unasked),
        None => answer.make(),
    };
    discard(answer);
    made
}

/// A function whose types are not known here.
pub(super) trait Work: Send + Sync {
    /// Whether it is done when it returns.
    fn is_direct(&self) -> bool;

    /// Takes an exchange of its own types, and answers in it, at once or later. Nothing if the types are others.
    fn exchange<'w>(&'w self, place: &'w mut (dyn Any + Send)) -> Option<Exchanged<'w>>;

    /// Takes and gives JSON, or whatever the payload is.
    fn answer(&self, params: Payload) -> Answering<'_, Result<Payload, Failure>>;
}

/// What became of an exchange at once.
pub(super) enum Exchanged<'w> {
    Done,
    Later(Answering<'w, ()>),
}

/// A function whose types are known.
pub(super) trait Typed: Send + Sync + 'static {
    type Params: Send + 'static;
    type Answer: Serialize + Send + Sync + 'static;

    fn is_direct(&self) -> bool;
    fn run(&self, params: Self::Params) -> Ran<'_, Self::Answer>;

    /// Parameters of another type, as the function's own.
    fn read(&self, params: &Payload) -> Result<Self::Params, PayloadError>;
}

/// A function's answer: there, or still to come.
#[expect(missing_debug_implementations, reason = "what is to come has none")]
pub enum Ran<'r, A> {
    /// It is there.
    Done(Result<A, BoxError>),
    /// It is awaited.
    Later(Answering<'r, Result<A, BoxError>>),
}

struct Direct<P, A, F> {
    run: F,
    types: PhantomData<fn(P) -> A>,
}

impl<P, A, F> Typed for Direct<P, A, F>
where
    P: DeserializeOwned + Send + 'static,
    A: Serialize + Send + Sync + 'static,
    F: Fn(P) -> Result<A, BoxError> + Send + Sync + 'static,
{
    type Params = P;
    type Answer = A;

    fn is_direct(&self) -> bool {
        true
    }

    fn run(&self, params: P) -> Ran<'_, A> {
        Ran::Done((self.run)(params))
    }

    fn read(&self, params: &Payload) -> Result<P, PayloadError> {
        params.make()
    }
}

struct Awaited<P, A, F> {
    run: F,
    types: PhantomData<fn(P) -> A>,
}

impl<P, A, F> Typed for Awaited<P, A, F>
where
    P: DeserializeOwned + Send + 'static,
    A: Serialize + Send + Sync + 'static,
    F: Fn(P) -> Answering<'static, Result<A, BoxError>> + Send + Sync + 'static,
{
    type Params = P;
    type Answer = A;

    fn is_direct(&self) -> bool {
        false
    }

    fn run(&self, params: P) -> Ran<'_, A> {
        Ran::Later((self.run)(params))
    }

    fn read(&self, params: &Payload) -> Result<P, PayloadError> {
        params.make()
    }
}

impl<W: Typed> Work for W {
    fn is_direct(&self) -> bool {
        Typed::is_direct(self)
    }

    fn exchange<'w>(&'w self, place: &'w mut (dyn Any + Send)) -> Option<Exchanged<'w>> {
        if place.is::<Exchange<W::Params, W::Answer>>() {
            return exchange(self, place.downcast_mut()?, |answer| answer);
        }
        exchange::<_, Unasked>(self, place.downcast_mut()?, |_| Unasked)
    }

    fn answer(&self, params: Payload) -> Answering<'_, Result<Payload, Failure>> {
        Box::pin(async move {
            let params = self.read(&params).map_err(Failure::Params)?;
            let answer = match self.run(params) {
                Ran::Done(answer) => answer,
                Ran::Later(work) => work.await,
            };
            let answer = Payload::new(answer.map_err(Failure::Handler)?);
            Ok(answer)
        })
    }
}

/// Takes the parameters and answers in their place.
fn exchange<'w, W: Typed, A: Send>(
    work: &'w W,
    place: &'w mut Exchange<W::Params, A>,
    asked: fn(W::Answer) -> A,
) -> Option<Exchanged<'w>> {
    let params = place.params.take()?;
    Some(match work.run(params) {
        Ran::Done(answer) => {
            place.answer = Some(answer.map(asked));
            Exchanged::Done
        }
        Ran::Later(work) => Exchanged::Later(Box::pin(async move {
            place.answer = Some(work.await.map(asked));
        })),
    })
}
