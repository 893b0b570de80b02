//! The way of one publication.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;

use crate::caller::Caller;
use crate::clock::{Clock as _, SystemClock};
use crate::delivery::Delivery;
use crate::outcome::Status;
use crate::place::Kept;
use crate::recorder::RecordError;
use crate::scope::handling_depth;

use super::dead_letter::{DEAD_LETTER, DeadLetter, DeadLetterReason};
use super::error::{Denied, PublishError};
use super::event::{DomainEvent, Head, Origin, Said};
use super::hub::{Hub, Route, is_reserved};
use super::operation::Watched;
use super::policy::Operation;
use super::subscriber::{Called, Stage};

/// How deep handlers may publish within handlers.
pub(super) const DEPTH: u16 = 64;

/// A publication that may be done.
pub(super) struct Judged {
    pub(super) event: DomainEvent,
    route: Arc<Route>,
    recorded: Option<Box<Recorded>>,
    depth: u16,
}

/// A publication that somebody wants to know of.
struct Recorded {
    watched: Watched,
    /// What became of the operation's record.
    kept: Option<Result<Kept, RecordError>>,
}

/// Work that is to be awaited before the next handler is called.
type Waiting<'w> = Pin<Box<dyn Future<Output = ()> + Send + 'w>>;

impl Judged {
    /// Looks at what is recorded of it, where that is told of later.
    pub(super) fn capture(&mut self) {
        if let Some(recorded) = &mut self.recorded {
            recorded.watched.capture(&self.event);
        }
    }

    /// Records that it is not done after all.
    pub(super) fn refuse(self, why: &str) {
        if let Some(recorded) = self.recorded {
            recorded.watched.end(Status::Refused, Some(why));
        }
    }
}

impl Hub {
    /// Publishes: all handlers have been called when it is done.
    pub(super) async fn publish<T: Serialize + Send + Sync + 'static>(
        &self,
        caller: &Arc<Caller>,
        name: &str,
        data: T,
        said: Option<Said>,
    ) -> Result<DomainEvent, PublishError> {
        let judged = self.judge(caller, name, data, said)?;
        self.publish_judged(judged).await
    }

    /// Publishes what was judged.
    pub(super) async fn publish_judged(
        &self,
        mut judged: Judged,
    ) -> Result<DomainEvent, PublishError> {
        // What is awaited is boxed, so that a publication is small where nobody is waited for.
        if let Some(recorded) = &mut judged.recorded
            && let Err(error) = Box::pin(recorded.tell(&judged.event)).await
        {
            let error = PublishError::Unrecordable(error);
            judged.refuse(&error.to_string());
            return Err(error);
        }
        let mut next = 0;
        while let Some(waiting) = self.call(&judged, &mut next) {
            waiting.await;
        }
        if let Some(recorded) = judged.recorded {
            recorded.watched.end(Status::Completed, None);
        }
        Ok(judged.event)
    }

    /// Judges and records a publication, before anybody is told.
    pub(super) fn judge<T: Serialize + Send + Sync + 'static>(
        &self,
        caller: &Arc<Caller>,
        name: &str,
        data: T,
        said: Option<Said>,
    ) -> Result<Judged, PublishError> {
        let here = handling_depth();
        let depth = match &said {
            Some(Said::Foreign(event)) => here.max(event.depth),
            _ => here,
        };
        let route = self.route(caller, name);
        let watched = route.verdict.audited.then(Watched::here).flatten();
        let recorded = watched.map(|mut watched| {
            let origin = match &said {
                Some(Said::Foreign(event)) => Some(&*event.origin),
                _ => None,
            };
            let verdict = &route.verdict;
            let kept = Some(watched.begin(caller, Operation::Publish, name, verdict, origin));
            Box::new(Recorded { watched, kept })
        });
        if let Some(error) = route.refusal(here, depth) {
            if let Some(recorded) = recorded {
                recorded
                    .watched
                    .end(Status::Refused, Some(&error.to_string()));
            }
            return Err(error);
        }
        let head = |schema| {
            let time = SystemClock.wall_at(SystemClock.monotonic_nanos());
            let recorded = recorded.as_ref();
            let runtime = recorded.and_then(|recorded| recorded.watched.runtime());
            Head::now(time, schema, runtime)
        };
        let head = match said {
            None => head(None),
            Some(Said::Schema(schema)) => head(Some(schema)),
            Some(Said::Foreign(event)) => Head::foreign(*event),
        };
        Ok(Judged {
            event: DomainEvent::new(Arc::clone(&route.origin), head, data),
            route,
            recorded,
            depth: depth + 1,
        })
    }

    /// Calls handlers in turn, until there is none left or something is to be awaited before the next.
    fn call<'c>(&'c self, judged: &'c Judged, next: &mut usize) -> Option<Waiting<'c>> {
        let event = &judged.event;
        let mut stage = Stage::new(judged.depth);
        let left = judged.route.subscribers.get(*next..)?;
        for subscriber in left {
            *next += 1;
            match subscriber.call(event, &mut stage) {
                Called::Gone | Called::Done(Ok(())) => {}
                Called::Done(Err(error)) => return Some(Box::pin(self.bury(event, error))),
                Called::Running(call) => {
                    return Some(Box::pin(async move {
                        if let Err(error) = call.done().await {
                            self.bury(event, error).await;
                        }
                    }));
                }
            }
        }
        None
    }

    /// Makes a dead letter of an event that a handler failed to handle, and gives it to those who are subscribed to them. What
    /// these fail to do is no dead letter again: it would never end.
    pub(super) async fn bury(&self, event: &DomainEvent, error: String) {
        if event.name() == DEAD_LETTER {
            return;
        }
        let letter = DeadLetter {
            target: event.name().to_owned(),
            params: event.payload(),
            reason: DeadLetterReason::HandlerError,
            error: Some(error),
            timestamp: SystemClock.wall_at(SystemClock.monotonic_nanos()),
        };
        self.tell_of(letter).await;
    }

    /// Gives a dead letter to those who are subscribed to them.
    pub(super) async fn tell_of(&self, letter: DeadLetter) {
        let depth = handling_depth();
        let subscribers = self.subscribed(DEAD_LETTER);
        if subscribers.is_empty() {
            return;
        }
        let origin = Origin {
            name: DEAD_LETTER.into(),
            publisher: Arc::clone(&self.host),
        };
        let head = Head::now(letter.timestamp, None, None);
        let event = DomainEvent::new(Arc::new(origin), head, letter);
        for subscriber in &subscribers {
            let called = subscriber.call(&event, &mut Stage::new(depth + 1));
            if let Called::Running(call) = called {
                let _counted = call.done().await;
            }
        }
    }
}

impl Route {
    /// Why a publication may not be done that lies so deep in handlers of this bus, and so deep in those of all.
    fn refusal(&self, here: u16, depth: u16) -> Option<PublishError> {
        let name = || self.origin.name.to_string();
        if !self.verdict.allowed {
            return Some(PublishError::Denied(Denied {
                caller: self.origin.publisher.instance().to_string(),
                operation: Operation::Publish,
                target: name(),
                rule: self.verdict.rule.clone().unwrap_or_default(),
            }));
        }
        if is_reserved(&self.origin.name) {
            return Some(PublishError::Reserved { name: name() });
        }
        if depth >= DEPTH {
            return Some(PublishError::TooDeep { most: DEPTH });
        }
        (!self.phase.takes(here)).then_some(PublishError::Closed)
    }
}

impl Recorded {
    /// Tells of the event, and waits until it and its publication are on disk where they are to be.
    async fn tell(&mut self, event: &DomainEvent) -> Result<(), RecordError> {
        if let Some(kept) = self.kept.take() {
            settle(kept).await?;
        }
        settle(self.watched.tell(event)).await
    }
}

/// Waits until a record is kept that is to be on disk first.
pub(super) async fn settle(kept: Result<Kept, RecordError>) -> Result<(), RecordError> {
    match kept {
        // What is lost of a record that need not be on disk keeps nobody from anything.
        Ok(Kept::Lost(delivery, _)) if delivery != Delivery::Durable => Ok(()),
        Ok(kept) => kept.settled().await.map(drop),
        // Whether it was to be on disk is not known.
        Err(error) => Err(error),
    }
}
