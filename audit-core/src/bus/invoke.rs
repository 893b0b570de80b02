//! The way of one invocation.

use std::any::Any;
use std::future::Future;
use std::sync::{Arc, Weak};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::caller::Caller;
use crate::clock::{Clock as _, EventId, SystemClock};
use crate::contain::{Chain, contain, shown};
use crate::executor::{Executor, within};
use crate::outcome::Status;
use crate::place::{Kept as Recorded, Place};
use crate::recorder::RecordError;
use crate::request::Actor;
use crate::scope::{Because, Consequences, Deed, consequences_here, handling_depth, with_nearest};
use crate::value::Value;

use super::apart::{Apart, Occupied as Kept};
use super::burial::{Burial, What, Why};
use super::calling::{Calling, Occupant};
use super::contained::Contained;
use super::dead_letter::DeadLetterReason;
use super::error::{Denied, InvokeError};
use super::hub::{Hub, Target};
use super::occupancy::Occupied;
use super::operation::Watched;
use super::payload::Payload;
use super::policy::Operation;
use super::publish::{DEPTH, settle};
use super::registry::Registered;
use super::runnable::{Exchange, Exchanged, Failure, Runnable};

/// A call that may be made.
pub(super) struct Judged {
    registered: Arc<Registered>,
    watched: Option<Box<Watched>>,
    /// What became of the operation's record.
    kept: Option<Box<Result<Recorded, RecordError>>>,
    depth: u16,
    consequences: Option<Consequences>,
}

/// Why a call is not made, and the event of the operation, where anybody wants to know of it.
pub(super) struct Refusal {
    pub(super) error: InvokeError,
    pub(super) call: Option<EventId>,
}

impl Judged {
    /// The event of the operation, where anybody wants to know of it.
    pub(super) fn operation(&self) -> Option<EventId> {
        self.watched.as_ref()?.id()
    }

    /// Whom it is for.
    pub(super) fn registered(&self) -> &Arc<Registered> {
        &self.registered
    }

    /// Records that it is not made after all.
    pub(super) fn refuse(self, why: &str) {
        if let Some(watched) = self.watched {
            watched.end(Status::Refused, Some(why));
        }
    }
}

/// A call that is made.
struct Begun {
    registered: Arc<Registered>,
    watched: Option<Box<Watched>>,
    began_nanos: u64,
    depth: u16,
    consequences: Option<Consequences>,
}

impl Hub {
    /// Invokes with parameters and an answer of the caller's types. They are handed over as they are where the runnable has the
    /// same, and through JSON where it has others.
    pub(super) async fn invoke<P, A>(
        &self,
        caller: &Arc<Caller>,
        name: &str,
        params: P,
    ) -> Result<A, InvokeError>
    where
        P: Serialize + Send + Sync + 'static,
        A: DeserializeOwned + Send + 'static,
    {
        match self.judge_invoke(caller, name) {
            Ok(judged) => self.invoke_judged(judged, params).await,
            Err(Refusal { error, call }) => {
                if let InvokeError::NoHandler { .. } = error {
                    let what = What::Call(name.into(), Some(Payload::new(params)));
                    Box::pin(self.bury(Burial::unreached(what, call))).await;
                }
                Err(error)
            }
        }
    }

    /// Makes a call that was judged.
    pub(super) async fn invoke_judged<P, A>(
        &self,
        judged: Judged,
        params: P,
    ) -> Result<A, InvokeError>
    where
        P: Serialize + Send + Sync + 'static,
        A: DeserializeOwned + Send + 'static,
    {
        let begun = match judged.kept {
            None => judged.begin(),
            // What is waited for is boxed, so that a call is small where nobody is.
            Some(_) => Box::pin(judged.begin_recorded()).await?,
        };
        // Afterwards they are the handler's.
        let params_kept = (begun.has_timeout() && self.mourns()).then(|| copied(&params));
        let answer = if begun.registered.keeps_its_thread_in_time() {
            let Some(occupied) = Kept::new(&begun.registered) else {
                return Box::pin(self.unreached(begun, params)).await;
            };
            Box::pin(apart(&*self.executor, &begun, occupied, params)).await
        } else {
            let Some(entered) = begun.enter() else {
                return Box::pin(self.unreached(begun, params)).await;
            };
            in_place(&*self.executor, &begun, entered, params).await
        };
        let call = begun.operation();
        let registered = begun.end(answer.as_ref().err());
        if let Err(error @ InvokeError::Timeout { .. }) = &answer {
            let burial = Burial {
                what: What::Call(Arc::clone(&registered.name), params_kept),
                call,
                by: registered.as_by(),
                reason: DeadLetterReason::Timeout,
                why: Some(Why::from(error.to_string())),
            };
            Box::pin(self.bury(burial)).await;
        }
        answer
    }

    /// Ends a call whose name was taken away after it was judged.
    async fn unreached<P, A>(&self, begun: Begun, params: P) -> Result<A, InvokeError>
    where
        P: Serialize + Send + Sync + 'static,
    {
        let error = begun.gone();
        let call = begun.operation();
        let registered = begun.end(Some(&error));
        let what = What::Call(Arc::clone(&registered.name), Some(Payload::new(params)));
        self.bury(Burial::unreached(what, call)).await;
        Err(error)
    }

    /// Judges and records a call, before anybody is called.
    pub(super) fn judge_invoke(&self, caller: &Arc<Caller>, name: &str) -> Result<Judged, Refusal> {
        let depth = handling_depth();
        let judged = |registered, watched, kept| Judged {
            registered,
            watched,
            kept,
            depth: depth + 1,
            // Outermost it is led to by nothing.
            consequences: if depth > 0 { consequences_here() } else { None },
        };
        let target = self.target(caller, name, |target| {
            if target.verdict.audited && Place::is_watched() {
                Ok(Arc::clone(target))
            } else {
                Err(target.reached(caller, depth))
            }
        });
        let target = match target {
            Ok(target) => target,
            Err(Ok(registered)) => return Ok(judged(registered, None, None)),
            Err(Err(error)) => return Err(Refusal { error, call: None }),
        };
        let mut watched = Watched::here().map(Box::new);
        let kept = watched.as_mut().map(|watched| {
            Box::new(watched.begin(caller, Operation::Invoke, name, &target.verdict, None))
        });
        match target.reached(caller, depth) {
            Ok(registered) => Ok(judged(registered, watched, kept)),
            Err(mut error) => {
                let call = watched.as_ref().and_then(|watched| watched.id());
                if let Some(watched) = watched {
                    let status = match error {
                        InvokeError::NoHandler { .. } => Status::Failed,
                        _ => Status::Refused,
                    };
                    watched.end(status, Some(&error.to_string()));
                }
                if let InvokeError::Denied(denied) = &mut error {
                    denied.id = call;
                }
                Err(Refusal { error, call })
            }
        }
    }
}

impl Target {
    /// Whom a call reaches, or why nobody.
    fn reached(&self, caller: &Caller, depth: u16) -> Result<Arc<Registered>, InvokeError> {
        let name = || self.name.to_string();
        if !self.verdict.allowed {
            return Err(InvokeError::Denied(Denied {
                caller: caller.instance().to_string(),
                operation: Operation::Invoke,
                target: name(),
                rule: self.verdict.rule.clone().unwrap_or_default(),
                id: None,
            }));
        }
        if depth >= DEPTH {
            return Err(InvokeError::TooDeep { most: DEPTH });
        }
        if !self.phase.takes(depth) {
            return Err(InvokeError::Closed);
        }
        let registered = self.registered.as_ref().and_then(Weak::upgrade);
        let Some(registered) = registered else {
            return Err(InvokeError::NoHandler { target: name() });
        };
        let role = registered
            .facts()
            .and_then(|facts| facts.requires_role.as_deref());
        match role {
            Some(role) if !acts_as(role) => Err(InvokeError::Role {
                target: name(),
                role: role.to_owned(),
            }),
            _ => Ok(registered),
        }
    }
}

impl Judged {
    /// Begins the call.
    fn begin(self) -> Begun {
        Begun {
            registered: self.registered,
            watched: self.watched,
            began_nanos: SystemClock.monotonic_nanos(),
            depth: self.depth,
            consequences: self.consequences,
        }
    }

    /// Begins the call, once its record is where it must be.
    async fn begin_recorded(mut self) -> Result<Begun, InvokeError> {
        if let Some(kept) = self.kept.take()
            && let Err(error) = settle(*kept).await
        {
            let error = InvokeError::Unrecordable(error);
            self.refuse(&error.to_string());
            return Err(error);
        }
        Ok(self.begin())
    }
}

impl Begun {
    /// What is in force for whoever is called. What it leads to is caused by the operation, or by the call itself where nobody
    /// wants to know of operations.
    fn in_force(&self) -> Deed {
        let began = SystemClock.wall_at(self.began_nanos);
        let because = Because::Call(self.operation(), began, self.consequences.clone());
        Deed::new(Arc::clone(&self.registered.owner), because, self.depth)
    }

    /// The event of the operation, where anybody wants to know of it.
    fn operation(&self) -> Option<EventId> {
        self.watched.as_ref()?.id()
    }

    fn has_timeout(&self) -> bool {
        let facts = self.registered.facts();
        facts.is_some_and(|facts| facts.timeout.is_some())
    }

    fn name(&self) -> String {
        self.registered.name.to_string()
    }

    #[cold]
    fn panicked(&self, panic: String) -> InvokeError {
        InvokeError::Panicked {
            target: self.name(),
            panic,
        }
    }

    /// Begins the call, unless nobody has the name any more.
    fn enter(&self) -> Option<(Occupied<'_>, &Runnable)> {
        let occupied = self.registered.occupancy.enter();
        occupied.zip(self.registered.runnable())
    }

    #[cold]
    fn gone(&self) -> InvokeError {
        InvokeError::NoHandler {
            target: self.name(),
        }
    }

    /// Counts and records how the call ended.
    fn end(self, error: Option<&InvokeError>) -> Arc<Registered> {
        let now = SystemClock.monotonic_nanos();
        let took = now.saturating_sub(self.began_nanos);
        let ended = SystemClock.wall_at(now);
        self.registered.calls.add(ended, took, error.is_some());
        if let Some(watched) = self.watched {
            let status = match error {
                None => Status::Completed,
                Some(InvokeError::Panicked { .. }) => Status::Panicked,
                Some(_) => Status::Failed,
            };
            watched.end(status, error.map(said).as_deref());
        }
        self.registered
    }
}

/// What an error says, with what the handler says.
pub(super) fn said(error: &InvokeError) -> String {
    match error {
        InvokeError::Failed { error, .. } => shown(Chain(error)),
        other => other.to_string(),
    }
}

/// Parameters as JSON, or as much as there is of it.
pub(super) fn copied<P: Serialize>(params: &P) -> Payload {
    let json = contain(|| serde_json::to_value(params));
    Payload::new(json.map_or(serde_json::Value::Null, Result::unwrap_or_default))
}

/// Calls on this thread, with parameters as they are where the runnable has the same types, and through JSON where it has others.
async fn in_place<P, A>(
    executor: &dyn Executor,
    begun: &Begun,
    (_occupied, runnable): (Occupied<'_>, &Runnable),
    params: P,
) -> Result<A, InvokeError>
where
    P: Serialize + Send + Sync + 'static,
    A: DeserializeOwned + Send + 'static,
{
    let name = || begun.name();
    let mut exchange = Exchange::<P, A> {
        params: Some(params),
        answer: None,
    };
    let place: &mut (dyn Any + Send) = &mut exchange;
    let occupancy = &begun.registered.occupancy;
    let in_force = begun.in_force().enter();
    match contain(|| {
        let _here = Calling::new(Occupant::of(occupancy));
        runnable.work.exchange(place)
    }) {
        Err(panic) => return Err(begun.panicked(panic)),
        Ok(None | Some(Exchanged::Done)) => drop(in_force),
        Ok(Some(Exchanged::Later(work))) => {
            // The same goes on: all that comes of one call has one cause.
            let work = Contained::new(in_force.around(work), occupancy);
            let done = in_time(executor, runnable, &begun.registered.name, work).await?;
            done.map_err(|panic| begun.panicked(panic))?;
        }
    }
    match (exchange.answer, exchange.params) {
        (Some(answer), _) => answer.map_err(|error| InvokeError::Failed {
            target: name(),
            error,
        }),
        (None, Some(params)) => {
            let answer =
                Box::pin(answered(executor, begun, runnable, Payload::new(params))).await?;
            answer.make().map_err(|error| InvokeError::Answer {
                target: name(),
                error,
            })
        }
        (None, None) => Err(begun.panicked("it ended without an answer".to_owned())),
    }
}

/// Calls on a thread that the runnable may keep.
async fn apart<P, A>(
    executor: &dyn Executor,
    begun: &Begun,
    occupied: Kept,
    params: P,
) -> Result<A, InvokeError>
where
    P: Serialize + Send + Sync + 'static,
    A: DeserializeOwned + Send + 'static,
{
    let registered = &begun.registered;
    let name = || registered.name.to_string();
    let Some(runnable) = registered.runnable() else {
        return Err(begun.gone());
    };
    let work = super::apart::begin(executor, occupied, begun.in_force(), params);
    let work = work.map_err(|error| InvokeError::NotRun {
        target: name(),
        error,
    })?;
    match in_time(executor, runnable, &registered.name, work).await? {
        Apart::Answered(answer) => Ok(answer),
        Apart::Failed(error) => Err(InvokeError::Failed {
            target: name(),
            error,
        }),
        Apart::Unfit(failure) => Err(unfit(failure, name())),
        Apart::Panicked(panic) => Err(begun.panicked(panic)),
        Apart::Gone => Err(begun.gone()),
    }
}

fn unfit(failure: Failure, target: String) -> InvokeError {
    match failure {
        Failure::Params(error) => InvokeError::Params { target, error },
        Failure::Answer(error) => InvokeError::Answer { target, error },
        Failure::Handler(error) => InvokeError::Failed { target, error },
    }
}

/// Hands parameters to a runnable as JSON, and its answer back.
async fn answered(
    executor: &dyn Executor,
    begun: &Begun,
    runnable: &Runnable,
    params: Payload,
) -> Result<Payload, InvokeError> {
    let work = runnable.work.answer(params);
    let work = begun.in_force().around(work);
    let work = Contained::new(work, &begun.registered.occupancy);
    let done = in_time(executor, runnable, &begun.registered.name, work).await?;
    let answer = done.map_err(|panic| begun.panicked(panic))?;
    answer.map_err(|failure| unfit(failure, begun.name()))
}

/// Waits for work as long as its runnable may take. What takes longer is dropped.
async fn in_time<F: Future>(
    executor: &dyn Executor,
    runnable: &Runnable,
    name: &str,
    work: F,
) -> Result<F::Output, InvokeError> {
    let Some(after) = runnable.facts.timeout else {
        return Ok(work.await);
    };
    // Without a timer it was refused when it was registered.
    let done = within(executor, after, work).await;
    done.map_err(|_late| InvokeError::Timeout {
        target: name.to_owned(),
        after,
    })
}

/// Whether whoever acts here has a role.
fn acts_as(role: &str) -> bool {
    with_nearest(|in_force| {
        let actor = in_force.and_then(|in_force| in_force.ambient.actor.as_deref());
        actor.is_some_and(|actor| has_role(actor, role))
    })
}

fn has_role(actor: &Actor<'_>, role: &str) -> bool {
    let is_it = |value: &Value<'_>| matches!(value, Value::Text(text) if &**text == role);
    let fields = actor.fields();
    let one = fields.get("role").is_some_and(is_it);
    let one_of = match fields.get("roles") {
        Some(Value::List(roles)) => roles.iter().any(is_it),
        _ => false,
    };
    one || one_of
}
