//! The way of one invocation.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::caller::Caller;
use crate::clock::{Clock as _, SystemClock};
use crate::contain::{Chain, contain, shown};
use crate::executor::Executor;
use crate::outcome::Status;
use crate::place::{Kept, Place};
use crate::recorder::RecordError;
use crate::request::Actor;
use crate::scope::{Because, Handling as InForce, handling_depth, with_nearest};
use crate::value::Value;

use super::contained::Contained;
use super::dead_letter::{DEAD_LETTER, DeadLetter, DeadLetterReason};
use super::error::{Denied, InvokeError};
use super::hub::{Hub, Target};
use super::occupancy::Occupied;
use super::operation::Watched;
use super::payload::Payload;
use super::policy::Operation;
use super::publish::{DEPTH, settle};
use super::registry::Registered;
use super::runnable::{Answering, Exchange, Exchanged, Failure, Runnable};

/// A call that may be made.
struct Begun {
    registered: Arc<Registered>,
    watched: Option<Box<Watched>>,
    kept: Option<Box<Result<Kept, RecordError>>>,
    began_nanos: u64,
    depth: u16,
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
        let mut begun = match self.begin_invoke(caller, name) {
            Ok(begun) => begun,
            Err(error) => {
                if let InvokeError::NoHandler { .. } = error {
                    let params = Payload::new(params);
                    let letter = letter(name, params, DeadLetterReason::NoHandler, None);
                    Box::pin(self.tell_of(letter)).await;
                }
                return Err(error);
            }
        };
        // What is waited for is boxed, so that a call is small where nobody is.
        if let Some(kept) = begun.kept.take() {
            let settled = Box::pin(settle(*kept)).await;
            settled.map_err(InvokeError::Unrecordable)?;
        }
        // Afterwards they are the handler's.
        let params_kept = self.is_mourned(&begun).then(|| copied(&params));
        let mut exchange = Exchange::<P, A> {
            params: Some(params),
            answer: None,
        };
        let mut done = match begun.exchange(&mut exchange) {
            Ok(None) => Ok(()),
            Ok(Some((_occupied, runnable, work))) => {
                let work = Contained::new(begun.in_force().around(work));
                let done = in_time(&*self.executor, runnable, name, work).await;
                done.and_then(|done| done.map_err(|panic| begun.panicked(panic)))
            }
            Err(error) => Err(error),
        };
        if let (Ok(()), Some(params)) = (&done, exchange.params.take()) {
            let answer = Box::pin(answered(&*self.executor, &begun, Payload::new(params))).await;
            let made = answer.and_then(|answer| {
                let target = name.to_owned();
                answer
                    .make()
                    .map_err(|error| InvokeError::Answer { target, error })
            });
            done = made.map(|answer| exchange.answer = Some(Ok(answer)));
        }
        let answer = match (done, exchange.answer) {
            (Err(error), _) => Err(error),
            (Ok(()), Some(Ok(answer))) => Ok(answer),
            (Ok(()), Some(Err(error))) => Err(InvokeError::Failed {
                target: name.to_owned(),
                error,
            }),
            (Ok(()), None) => Err(begun.panicked("it ended without an answer".to_owned())),
        };
        begun.end(caller, answer.as_ref().err());
        if let Err(error @ InvokeError::Timeout { .. }) = &answer
            && let Some(params) = params_kept
        {
            let said = Some(error.to_string());
            let letter = letter(name, params, DeadLetterReason::Timeout, said);
            Box::pin(self.tell_of(letter)).await;
        }
        answer
    }

    /// Whether a call may become a dead letter that somebody wants.
    fn is_mourned(&self, begun: &Begun) -> bool {
        let timeout = begun.registered.facts().and_then(|facts| facts.timeout);
        timeout.is_some() && !self.subscribed(DEAD_LETTER).is_empty()
    }

    /// Judges and records a call, before anybody is called.
    fn begin_invoke(&self, caller: &Arc<Caller>, name: &str) -> Result<Begun, InvokeError> {
        let depth = handling_depth();
        let began_nanos = SystemClock.monotonic_nanos();
        let begun = |registered, watched, kept| Begun {
            registered,
            watched,
            kept,
            began_nanos,
            depth: depth + 1,
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
            Err(reached) => return Ok(begun(reached?, None, None)),
        };
        let mut watched = Watched::here().map(Box::new);
        let verdict = &target.verdict;
        let kept = watched
            .as_mut()
            .map(|watched| Box::new(watched.begin(caller, Operation::Invoke, name, verdict)));
        match target.reached(caller, depth) {
            Ok(registered) => Ok(begun(registered, watched, kept)),
            Err(error) => {
                if let Some(watched) = watched {
                    let status = match error {
                        InvokeError::NoHandler { .. } => Status::Failed,
                        _ => Status::Refused,
                    };
                    watched.end(caller, name, status, Some(&error.to_string()));
                }
                Err(error)
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
            }));
        }
        if depth >= DEPTH {
            return Err(InvokeError::TooDeep { most: DEPTH });
        }
        let Some(registered) = &self.registered else {
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
}

/// A call that is under way, of something that is to be waited for.
type Later<'b, 'w> = (Occupied<'b>, &'b Runnable, Answering<'w, ()>);

impl Begun {
    /// What is in force for whoever is called. What it leads to is caused by the operation, or by the call itself where nobody
    /// wants to know of operations.
    fn in_force(&self) -> InForce {
        let operation = self.watched.as_ref().and_then(|watched| watched.id());
        let because = Because::Call(operation, SystemClock.wall_at(self.began_nanos));
        InForce::new(Arc::clone(&self.registered.owner), because, self.depth)
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
    fn enter(&self) -> Result<(Occupied<'_>, &Runnable), InvokeError> {
        let occupied = self.registered.occupancy.enter();
        occupied
            .zip(self.registered.runnable())
            .ok_or_else(|| InvokeError::NoHandler {
                target: self.name(),
            })
    }

    /// Hands parameters to a runnable of the same types, which answers in their place, at once or later. Where its types are
    /// others, nothing happens.
    fn exchange<'b, 'w, P: Send + 'static, A: Send + 'static>(
        &'b self,
        exchange: &'w mut Exchange<P, A>,
    ) -> Result<Option<Later<'b, 'w>>, InvokeError>
    where
        'b: 'w,
    {
        let (occupied, runnable) = self.enter()?;
        let in_force = self.in_force();
        match contain(|| in_force.run(|| runnable.work.exchange(exchange))) {
            Err(panic) => Err(self.panicked(panic)),
            Ok(None | Some(Exchanged::Done)) => Ok(None),
            Ok(Some(Exchanged::Later(work))) => Ok(Some((occupied, runnable, work))),
        }
    }

    /// Counts and records how the call ended.
    fn end(self, caller: &Caller, error: Option<&InvokeError>) {
        let now = SystemClock.monotonic_nanos();
        let took = now.saturating_sub(self.began_nanos);
        let ended = SystemClock.wall_at(now);
        self.registered.calls.add(ended, took, error.is_some());
        let Some(watched) = self.watched else { return };
        let said = error.map(|error| match error {
            InvokeError::Failed { error, .. } => shown(Chain(error)),
            other => other.to_string(),
        });
        let status = match error {
            None => Status::Completed,
            Some(InvokeError::Panicked { .. }) => Status::Panicked,
            Some(_) => Status::Failed,
        };
        watched.end(caller, &self.registered.name, status, said.as_deref());
    }
}

fn letter(
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
fn copied<P: Serialize>(params: &P) -> Payload {
    let json = contain(|| serde_json::to_value(params));
    Payload::new(json.map_or(serde_json::Value::Null, Result::unwrap_or_default))
}

/// Hands parameters to a runnable as JSON, and its answer back.
async fn answered(
    executor: &dyn Executor,
    begun: &Begun,
    params: Payload,
) -> Result<Payload, InvokeError> {
    let name = || begun.name();
    let (_occupied, runnable) = begun.enter()?;
    let work = runnable.work.answer(params);
    let work = Contained::new(begun.in_force().around(work));
    let done = in_time(executor, runnable, &begun.registered.name, work).await?;
    let answer = done.map_err(|panic| begun.panicked(panic))?;
    answer.map_err(|failure| match failure {
        Failure::Params(error) => InvokeError::Params {
            target: name(),
            error,
        },
        Failure::Answer(error) => InvokeError::Answer {
            target: name(),
            error,
        },
        Failure::Handler(error) => InvokeError::Failed {
            target: name(),
            error,
        },
    })
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
    let late = || InvokeError::Timeout {
        target: name.to_owned(),
        after,
    };
    // Without a timer it was refused when it was registered.
    let Some(mut alarm) = executor.sleep(after) else {
        return Err(late());
    };
    let mut work = pin!(work);
    poll_fn(move |context| {
        if let Poll::Ready(output) = work.as_mut().poll(context) {
            return Poll::Ready(Ok(output));
        }
        alarm.as_mut().poll(context).map(|()| Err(late()))
    })
    .await
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
