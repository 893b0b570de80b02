//! The way of one invocation.

use std::future::Future;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::caller::Caller;
use crate::clock::{Clock as _, EventId, IdSource as _, RandomIds, SystemClock, Timestamp};
use crate::contain::{Chain, contain, shown};
use crate::executor::{Executor, within};
use crate::outcome::Status;
use crate::place::Kept;
use crate::recorder::RecordError;
use crate::request::Actor;
use crate::scope::{Cause, Handling as InForce, current_caller, with_nearest};
use crate::value::Value;

use super::apart::Apart;
use super::contained::Contained;
use super::dead_letter::{DEAD_LETTER, DeadLetter, DeadLetterReason};
use super::error::{Denied, InvokeError};
use super::hub::{Hub, Target};
use super::operation::Watched;
use super::payload::Payload;
use super::policy::Operation;
use super::publish::{DEPTH, settle};
use super::registry::Registered;
use super::runnable::{Exchange, Exchanged, Failure, Runnable};

/// A call that may be made.
pub(super) struct Judged {
    registered: Arc<Registered>,
    watched: Option<Watched>,
    /// What became of the operation's record.
    kept: Option<Result<Kept, RecordError>>,
    depth: u16,
}

impl Judged {
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
    watched: Option<Watched>,
    in_force: InForce,
    began_nanos: u64,
}

/// What a call leads to is caused by its operation, or by itself where nobody wants to know of operations.
struct Call {
    operation: Option<EventId>,
    time: Timestamp,
}

impl Cause for Call {
    fn id(&self) -> EventId {
        self.operation
            .unwrap_or_else(|| RandomIds.next_id(self.time))
    }
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
            Err(error) => {
                if let InvokeError::NoHandler { .. } = error {
                    let params = Payload::new(params);
                    self.tell_of(letter(name, params, DeadLetterReason::NoHandler, None))
                        .await;
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
        let begun = begin_invoke(judged).await?;
        // Afterwards they are the handler's.
        let params_kept = self.is_mourned(&begun).then(|| copied(&params));
        let answer = if begun.registered.keeps_its_thread_in_time() {
            apart(&*self.executor, &begun, params).await
        } else {
            in_place(&*self.executor, &begun, params).await
        };
        let name = Arc::clone(&begun.registered.name);
        let answer = end_invoke(begun, answer);
        if let Err(error @ InvokeError::Timeout { .. }) = &answer
            && let Some(params) = params_kept
        {
            let said = Some(error.to_string());
            self.tell_of(letter(&name, params, DeadLetterReason::Timeout, said))
                .await;
        }
        answer
    }

    /// Whether a call may become a dead letter that somebody wants.
    fn is_mourned(&self, begun: &Begun) -> bool {
        let timeout = begun.registered.facts().and_then(|facts| facts.timeout);
        timeout.is_some() && !self.subscribed(DEAD_LETTER).is_empty()
    }

    /// Judges and records a call, before anybody is called.
    pub(super) fn judge_invoke(
        &self,
        caller: &Arc<Caller>,
        name: &str,
    ) -> Result<Judged, InvokeError> {
        let depth = current_caller().map_or(0, |(_, depth)| depth);
        let target = self.target(caller, name);
        let verdict = &target.verdict;
        let mut watched = verdict.audited.then(Watched::here).flatten();
        let kept = watched
            .as_mut()
            .map(|watched| watched.begin(caller, Operation::Invoke, name, verdict));
        let registered = match refusal(caller, &target, depth) {
            Ok(registered) => registered,
            Err(error) => {
                if let Some(watched) = watched {
                    let status = match error {
                        InvokeError::NoHandler { .. } => Status::Failed,
                        _ => Status::Refused,
                    };
                    watched.end(status, Some(&error.to_string()));
                }
                return Err(error);
            }
        };
        Ok(Judged {
            registered,
            watched,
            kept,
            depth: depth + 1,
        })
    }
}

/// Begins a call, once its record is where it must be.
async fn begin_invoke(judged: Judged) -> Result<Begun, InvokeError> {
    let Judged {
        registered,
        watched,
        kept,
        depth,
    } = judged;
    if let Some(kept) = kept
        && let Err(error) = settle(kept).await
    {
        let error = InvokeError::Unrecordable(error);
        if let Some(watched) = watched {
            watched.end(Status::Refused, Some(&error.to_string()));
        }
        return Err(error);
    }
    let began_nanos = SystemClock.monotonic_nanos();
    let cause = Arc::new(Call {
        operation: watched.as_ref().and_then(Watched::id),
        time: SystemClock.wall_at(began_nanos),
    });
    Ok(Begun {
        in_force: InForce::new(Arc::clone(&registered.owner), cause, depth),
        registered,
        watched,
        began_nanos,
    })
}

/// Whom a call reaches, or why nobody.
fn refusal(caller: &Caller, target: &Target, depth: u16) -> Result<Arc<Registered>, InvokeError> {
    let name = || target.name.to_string();
    if !target.verdict.allowed {
        return Err(InvokeError::Denied(Denied {
            caller: caller.instance().to_string(),
            operation: Operation::Invoke,
            target: name(),
            rule: target.verdict.rule.clone().unwrap_or_default(),
        }));
    }
    if depth >= DEPTH {
        return Err(InvokeError::TooDeep { most: DEPTH });
    }
    if !target.phase.takes(depth) {
        return Err(InvokeError::Closed);
    }
    let Some(registered) = &target.registered else {
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
        _ => Ok(Arc::clone(registered)),
    }
}

/// Counts and records how a call ended.
fn end_invoke<A>(begun: Begun, answer: Result<A, InvokeError>) -> Result<A, InvokeError> {
    let Begun {
        registered,
        watched,
        began_nanos,
        ..
    } = begun;
    let now = SystemClock.monotonic_nanos();
    let took = now.saturating_sub(began_nanos);
    let ended = SystemClock.wall_at(now);
    registered.calls.add(ended, took, answer.is_err());
    let said = answer.as_ref().err().map(said);
    if let Some(watched) = watched {
        let status = match &answer {
            Ok(_) => Status::Completed,
            Err(InvokeError::Panicked { .. }) => Status::Panicked,
            Err(_) => Status::Failed,
        };
        watched.end(status, said.as_deref());
    }
    answer
}

/// What an error says, with what the handler says.
pub(super) fn said(error: &InvokeError) -> String {
    match error {
        InvokeError::Failed { error, .. } => shown(Chain(error)),
        other => other.to_string(),
    }
}

pub(super) fn letter(
    target: &str,
    params: Payload,
    reason: DeadLetterReason,
    error: Option<String>,
) -> DeadLetter {
    DeadLetter {
        target: target.to_owned(),
        params,
        reason,
        error,
        timestamp: SystemClock.wall_at(SystemClock.monotonic_nanos()),
    }
}

/// Parameters as JSON, or as much as there is of it.
pub(super) fn copied<P: Serialize>(params: &P) -> Payload {
    let json = contain(|| serde_json::to_value(params));
    Payload::new(json.map_or(serde_json::Value::Null, Result::unwrap_or_default))
}

/// Calls on this thread.
async fn in_place<P, A>(executor: &dyn Executor, begun: &Begun, params: P) -> Result<A, InvokeError>
where
    P: Serialize + Send + Sync + 'static,
    A: DeserializeOwned + Send + 'static,
{
    let name = || begun.registered.name.to_string();
    let mut exchange = Exchange::<P, A> {
        params: Some(params),
        answer: None,
    };
    exchanged(executor, begun, &mut exchange).await?;
    match (exchange.answer, exchange.params) {
        (Some(answer), _) => answer.map_err(|error| InvokeError::Failed {
            target: name(),
            error,
        }),
        (None, Some(params)) => {
            let answer = answered(executor, begun, Payload::new(params)).await?;
            answer.make().map_err(|error| InvokeError::Answer {
                target: name(),
                error,
            })
        }
        (None, None) => Err(InvokeError::Panicked {
            target: name(),
            panic: "it ended without an answer".to_owned(),
        }),
    }
}

/// Calls on a thread that the runnable may keep.
async fn apart<P, A>(executor: &dyn Executor, begun: &Begun, params: P) -> Result<A, InvokeError>
where
    P: Serialize + Send + Sync + 'static,
    A: DeserializeOwned + Send + 'static,
{
    let registered = &begun.registered;
    let name = || registered.name.to_string();
    let Some(runnable) = registered.runnable() else {
        return Err(InvokeError::NoHandler { target: name() });
    };
    let work = super::apart::begin(executor, registered, begun.in_force.clone(), params);
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
        Apart::Panicked(panic) => Err(InvokeError::Panicked {
            target: name(),
            panic,
        }),
        Apart::Gone => Err(InvokeError::NoHandler { target: name() }),
    }
}

fn unfit(failure: Failure, target: String) -> InvokeError {
    match failure {
        Failure::Params(error) => InvokeError::Params { target, error },
        Failure::Answer(error) => InvokeError::Answer { target, error },
        Failure::Handler(error) => InvokeError::Failed { target, error },
    }
}

/// Hands parameters to a runnable of the same types, which answers in their place. Where its types are others, nothing happens.
async fn exchanged<P: Send + 'static, A: Send + 'static>(
    executor: &dyn Executor,
    begun: &Begun,
    exchange: &mut Exchange<P, A>,
) -> Result<(), InvokeError> {
    let registered = &*begun.registered;
    let name = || registered.name.to_string();
    let (Some(_occupied), Some(runnable)) = (registered.occupancy.enter(), registered.runnable())
    else {
        return Err(InvokeError::NoHandler { target: name() });
    };
    let in_force = begun.in_force.clone();
    let panicked = |panic| InvokeError::Panicked {
        target: name(),
        panic,
    };
    let place: &mut (dyn std::any::Any + Send) = exchange;
    match contain(|| in_force.run(|| runnable.work.exchange(place))) {
        Err(panic) => Err(panicked(panic)),
        Ok(None | Some(Exchanged::Done)) => Ok(()),
        Ok(Some(Exchanged::Later(work))) => {
            let work = Contained::new(begun.in_force.clone().around(work));
            let done = in_time(executor, runnable, &registered.name, work).await?;
            done.map_err(panicked)
        }
    }
}

/// Hands parameters to a runnable as JSON, and its answer back.
async fn answered(
    executor: &dyn Executor,
    begun: &Begun,
    params: Payload,
) -> Result<Payload, InvokeError> {
    let registered = &*begun.registered;
    let name = || registered.name.to_string();
    let (Some(_occupied), Some(runnable)) = (registered.occupancy.enter(), registered.runnable())
    else {
        return Err(InvokeError::NoHandler { target: name() });
    };
    let work = runnable.work.answer(params);
    let work = Contained::new(begun.in_force.clone().around(work));
    let done = in_time(executor, runnable, &registered.name, work).await?;
    let answer = done.map_err(|panic| InvokeError::Panicked {
        target: name(),
        panic,
    })?;
    answer.map_err(|failure| unfit(failure, name()))
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
