//! The way of one call, also of one that keeps its thread.

mod apart;
mod invocation;
mod role;
mod waiting;

use std::sync::{Arc, Weak};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::caller::Caller;
use crate::clock::EventId;
use crate::outcome::Status;
use crate::scope::{consequences_here, handling_depth};

use super::error::{Denied, InvokeError};
use super::event::{Burial, DeadLetterReason, Payload, What, Why};
use super::hub::{Hub, Target};
use super::policy::{Operation, Watched};
use super::publish::{DEPTH, settle};
use super::runnable::Registered;

use apart::Hold;
pub(super) use invocation::{Invocation, why};
use role::acts_as;
use waiting::in_place;

/// Why a call is not made, and the event of the operation, where anybody wants to know of it.
pub(super) struct Refusal {
    pub(super) error: InvokeError,
    pub(super) call: Option<EventId>,
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
            // What is waited for is boxed, so that a call is small where nobody is.
            Ok(mut call) if call.waits_for_nothing() => match call.make_at_once(params) {
                Ok(answer) => answer,
                Err(params) => Box::pin(self.unreached(call, params)).await,
            },
            Ok(call) => Box::pin(self.invoke_judged(call, params)).await,
            Err(Refusal { error, call }) => {
                if let InvokeError::NoHandler { .. } = error {
                    let what = What::Call(name.into(), Some(Payload::new(params)));
                    Box::pin(self.bury(Burial::unreached(what, call))).await;
                }
                Err(error)
            }
        }
    }

    /// Makes a call that was judged, once its record is where it must be.
    pub(super) async fn invoke_judged<P, A>(
        &self,
        mut call: Invocation,
        params: P,
    ) -> Result<A, InvokeError>
    where
        P: Serialize + Send + Sync + 'static,
        A: DeserializeOwned + Send + 'static,
    {
        if let Some(kept) = call.kept.take()
            && let Err(error) = settle(*kept).await
        {
            let error = InvokeError::Unrecordable(error);
            call.refuse(&error.to_string());
            return Err(error);
        }
        if call.waits_for_nothing() {
            return match call.make_at_once(params) {
                Ok(answer) => answer,
                Err(params) => self.unreached(call, params).await,
            };
        }
        if call.is_recorded() {
            call.look_at(&params);
        }
        // Afterwards they are the handler's.
        let params_kept =
            (call.registered.is_timed() && self.mourns()).then(|| Payload::copied(&params));
        call.begin();
        let answer = if call.registered.keeps_its_thread_in_time() {
            let Some(occupied) = Hold::new(&call.registered) else {
                return self.unreached(call, params).await;
            };
            waiting::apart(&*self.executor, &call, occupied, params).await
        } else {
            let Some(entered) = call.enter() else {
                return self.unreached(call, params).await;
            };
            let span = call.span();
            let answer = in_place(&*self.executor, &call, entered, params);
            span.around(answer).await
        };
        call.end(answer.as_ref().err());
        if let Err(error @ InvokeError::Timeout { .. }) = &answer {
            let burial = Burial {
                what: What::Call(Arc::clone(&call.registered.name), params_kept),
                call: call.operation(),
                by: call.registered.as_by(),
                reason: DeadLetterReason::Timeout,
                why: Some(Why::from(error.to_string())),
                secrets: call.secrets.clone(),
            };
            self.bury(burial).await;
        }
        answer
    }

    /// Ends a call whose name was taken away after it was judged.
    async fn unreached<P, A>(&self, mut call: Invocation, params: P) -> Result<A, InvokeError>
    where
        P: Serialize + Send + Sync + 'static,
    {
        let error = call.gone();
        call.end(Some(&error));
        let what = What::Call(
            Arc::clone(&call.registered.name),
            Some(Payload::new(params)),
        );
        self.bury(Burial::unreached(what, call.operation())).await;
        Err(error)
    }

    /// Judges and records a call, before anybody is called.
    pub(super) fn judge_invoke(
        &self,
        caller: &Arc<Caller>,
        name: &str,
    ) -> Result<Invocation, Refusal> {
        let depth = handling_depth();
        let judged = |registered, watched, kept| Invocation {
            registered,
            watched,
            kept,
            began_nanos: 0,
            depth: depth + 1,
            // Outermost it is led to by nothing.
            consequences: if depth > 0 { consequences_here() } else { None },
            secrets: None,
        };
        let target = self.target(caller, name, |target| {
            if Watched::is_wanted(target.verdict.audited) {
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
        let mut watched = Watched::here(target.verdict.audited).map(Box::new);
        let kept = watched.as_mut().and_then(|watched| {
            watched.show(caller, Operation::Invoke, name, &target.verdict);
            if !watched.is_recorded() {
                return None;
            }
            let kept = watched.begin(caller, Operation::Invoke, name, &target.verdict, None);
            Some(Box::new(kept))
        });
        match target.reached(caller, depth) {
            Ok(registered) => Ok(judged(registered, watched, kept)),
            Err(mut error) => {
                let call = watched.as_ref().and_then(|watched| watched.id());
                if let Some(mut watched) = watched {
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
