//! What is published and invoked without waiting: judged at once, done by tasks of the bus.

use std::sync::Arc;

use serde::Serialize;

use crate::caller::Caller;
use crate::clock::{Clock as _, EventId, SystemClock};
use crate::executor::{SpawnError, Task};
use crate::scope::Surroundings;

use super::error::{InvokeError, PublishError};
use super::event::{Burial, DeadLetterReason, DomainEvent, Payload, Said, What, Why};
use super::hub::Hub;
use super::invoke::{Invocation, Refusal, why};
use super::publish::JudgedPublication;
use super::queue::{Accepted, Job, Label, Lane, Pushed, emptying};
use super::runnable::Unasked;

/// An event that is to be published.
struct QueuedPublication {
    hub: Arc<Hub>,
    judged: JudgedPublication,
}

impl Accepted for QueuedPublication {
    fn run(self: Box<Self>, _: What) -> Task {
        let Self { hub, mut judged } = *self;
        Box::pin(async move {
            // Only its record can keep it from being told of.
            if let Err(error) = hub.publish_judged(&mut judged).await {
                let why = Why::from(said_with_source(&error));
                let burial = Burial::of_event(&judged.event, judged.operation(), why);
                hub.bury(burial).await;
            }
        })
    }

    fn refuse(mut self: Box<Self>, why: &str) {
        self.judged.refuse(why);
    }
}

/// A call whose answer nobody waits for.
struct QueuedCall<P> {
    hub: Arc<Hub>,
    judged: Invocation,
    params: P,
}

impl<P: Serialize + Send + Sync + 'static> Accepted for QueuedCall<P> {
    fn run(self: Box<Self>, what: What) -> Task {
        Box::pin(async move {
            let Self {
                hub,
                mut judged,
                params,
            } = *self;
            let secrets = judged.look_at(&params);
            let what = match what {
                // Nobody wanted dead letters when it was accepted. Afterwards the parameters are the handler's.
                What::Call(target, None) if hub.mourns() => {
                    What::Call(target, Some(Payload::copied(&params)))
                }
                what => what,
            };
            let (registered, call) = (Arc::clone(judged.registered()), judged.operation());
            let error = match hub.invoke_judged::<P, Unasked>(judged, params).await {
                // It is told of already.
                Ok(_) | Err(InvokeError::Timeout { .. } | InvokeError::NoHandler { .. }) => return,
                Err(error) => error,
            };
            let burial = Burial {
                what,
                call,
                by: registered.as_by(),
                reason: DeadLetterReason::HandlerError,
                why: Some(why(&error)),
                secrets,
            };
            hub.bury(burial).await;
        })
    }

    fn refuse(mut self: Box<Self>, why: &str) {
        self.judged.refuse(why);
    }
}

/// A dead letter of a call that reached nobody.
struct Unreached {
    hub: Arc<Hub>,
    call: Option<EventId>,
}

impl Accepted for Unreached {
    fn run(self: Box<Self>, what: What) -> Task {
        let Self { hub, call } = *self;
        Box::pin(async move { hub.bury(Burial::unreached(what, call)).await })
    }

    fn refuse(self: Box<Self>, _: &str) {}
}

/// Why something is not accepted.
#[derive(Clone)]
pub(super) enum Unaccepted {
    Full { most: usize },
    Closed,
    NotRun(SpawnError),
}

impl From<Unaccepted> for PublishError {
    fn from(why: Unaccepted) -> Self {
        match why {
            Unaccepted::Full { most } => Self::Full { most },
            Unaccepted::Closed => Self::Closed,
            Unaccepted::NotRun(error) => Self::NotRun(error),
        }
    }
}

impl Unaccepted {
    fn of_call(self, target: &str) -> InvokeError {
        match self {
            Self::Full { most } => InvokeError::Full { most },
            Self::Closed => InvokeError::Closed,
            Self::NotRun(error) => InvokeError::NotRun {
                target: target.to_owned(),
                error,
            },
        }
    }
}

impl Hub {
    /// Publishes without waiting for anybody who is told.
    pub(super) fn publish_nowait(
        self: &Arc<Self>,
        caller: &Arc<Caller>,
        name: &str,
        payload: Payload,
        said: Option<Said>,
    ) -> Result<DomainEvent, PublishError> {
        let mut judged = self.judge(caller, name, payload, said)?;
        judged.capture();
        let event = judged.event.clone();
        let label = Label {
            what: What::Event(event.clone()),
            call: judged.operation(),
            around: Surroundings::here(),
        };
        let hub = Arc::clone(self);
        self.accept(
            &self.publications,
            label,
            Box::new(QueuedPublication { hub, judged }),
        )?;
        Ok(event)
    }

    /// Invokes without waiting for the answer.
    pub(super) fn invoke_nowait<P>(
        self: &Arc<Self>,
        caller: &Arc<Caller>,
        name: &str,
        params: P,
    ) -> Result<(), InvokeError>
    where
        P: Serialize + Send + Sync + 'static,
    {
        let (target, hub): (Arc<str>, _) = (name.into(), Arc::clone(self));
        let around = Surroundings::here();
        let judged = match self.judge_invoke(caller, name) {
            Ok(judged) => judged,
            Err(Refusal { error, call }) => {
                if let InvokeError::NoHandler { .. } = error {
                    let what = What::Call(target, Some(Payload::new(params)));
                    let label = Label { what, call, around };
                    // Whoever asked is told so too, where there is no room for it.
                    let _told = self.accept(&self.calls, label, Box::new(Unreached { hub, call }));
                }
                return Err(error);
            }
        };
        let label = Label {
            what: What::Call(target, self.mourns().then(|| Payload::copied(&params))),
            call: judged.operation(),
            around,
        };
        let call = QueuedCall {
            hub,
            judged,
            params,
        };
        self.accept(&self.calls, label, Box::new(call))
            .map_err(|unaccepted| unaccepted.of_call(name))
    }

    /// Puts work into a lane, and sees to it that it is done.
    pub(super) fn accept(
        &self,
        lane: &Arc<Lane<Job>>,
        label: Label,
        work: Box<dyn Accepted>,
    ) -> Result<(), Unaccepted> {
        let job = Job {
            label,
            time: SystemClock.wall_at(SystemClock.monotonic_nanos()),
            work,
        };
        let (unaccepted, job) = match lane.push(job) {
            Pushed::Taken {
                starts: Some(number),
            } => {
                let task = emptying(lane, |job: Job| {
                    let Label { what, around, .. } = job.label;
                    around.around(job.work.run(what))
                });
                match lane.start(&*self.executor, task, number) {
                    Ok(()) => return Ok(()),
                    Err((error, job)) => (Unaccepted::NotRun(error), job),
                }
            }
            Pushed::Taken { starts: None } | Pushed::Dropped => return Ok(()),
            Pushed::Full(job) => (Unaccepted::Full { most: lane.most() }, job),
            Pushed::Closed(job) => (Unaccepted::Closed, job),
        };
        let why = PublishError::from(unaccepted.clone());
        job.work.refuse(&why.to_string());
        Err(unaccepted)
    }
}

fn said_with_source(error: &PublishError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
