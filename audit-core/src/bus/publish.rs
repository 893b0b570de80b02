//! The way of one publication.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;

use crate::caller::Caller;
use crate::clock::{Clock as _, SystemClock, Timestamp};
use crate::outcome::Status;
use crate::place::Kept;
use crate::recorder::RecordError;
use crate::scope::handling_depth;

use super::dead_letter::{DEAD_LETTER, DeadLetter, DeadLetterReason};
use super::error::{Denied, PublishError};
use super::event::{DomainEvent, Head, Origin};
use super::hub::{Hub, Route, is_reserved};
use super::operation::Watched;
use super::policy::Operation;
use super::subscriber::{Called, Stage};

/// How deep handlers may publish within handlers.
pub(super) const DEPTH: u16 = 64;

/// A publication that may be done.
pub(super) struct Begun {
    route: Arc<Route>,
    time: Timestamp,
    watched: Option<Box<Recorded>>,
    depth: u16,
}

/// A publication that somebody wants to know of, and what became of the record of its beginning.
struct Recorded {
    watched: Watched,
    kept: Option<Result<Kept, RecordError>>,
}

/// Work that is to be awaited before the next handler is called.
type Waiting<'w> = Pin<Box<dyn Future<Output = ()> + Send + 'w>>;

impl Hub {
    /// Publishes: all handlers have been called when it is done.
    pub(super) async fn publish<T: Serialize + Send + Sync + 'static>(
        &self,
        caller: &Arc<Caller>,
        name: &str,
        data: T,
        schema: Option<Arc<str>>,
    ) -> Result<DomainEvent, PublishError> {
        let mut begun = self.begin(caller, name)?;
        let event = begun.event(schema, data);
        if let Some(recorded) = &mut begun.watched {
            let told = Box::pin(recorded.tell(&event)).await;
            told.map_err(PublishError::Unrecordable)?;
        }
        let mut next = 0;
        // What is awaited is boxed, so that a publication is small where nobody is waited for.
        while let Some(waiting) = self.call(&begun, &event, &mut next) {
            waiting.await;
        }
        if let Some(recorded) = begun.watched {
            recorded.watched.end(caller, name, Status::Completed, None);
        }
        Ok(event)
    }

    /// Judges and records a publication, before anybody is told.
    fn begin(&self, caller: &Arc<Caller>, name: &str) -> Result<Begun, PublishError> {
        let depth = handling_depth();
        let route = self.route(caller, name);
        let watched = route.verdict.audited.then(Watched::here).flatten();
        let watched = watched.map(|mut watched| {
            let kept = Some(watched.begin(caller, Operation::Publish, name, &route.verdict));
            Box::new(Recorded { watched, kept })
        });
        let begun = Begun {
            time: SystemClock.wall_at(SystemClock.monotonic_nanos()),
            route,
            watched,
            depth: depth + 1,
        };
        match begun.refusal(name) {
            None => Ok(begun),
            Some(error) => {
                if let Some(recorded) = begun.watched {
                    recorded
                        .watched
                        .end(caller, name, Status::Refused, Some(&error.to_string()));
                }
                Err(error)
            }
        }
    }

    /// Calls handlers in turn, until there is none left or something is to be awaited before the next.
    fn call<'c>(
        &'c self,
        begun: &'c Begun,
        event: &'c DomainEvent,
        next: &mut usize,
    ) -> Option<Waiting<'c>> {
        let mut stage = Stage::new(begun.depth);
        let left = begun.route.subscribers.get(*next..)?;
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
    async fn bury(&self, event: &DomainEvent, error: String) {
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
        let head = Head {
            time: letter.timestamp,
            schema: None,
            runtime: None,
        };
        let event = DomainEvent::new(Arc::new(origin), head, letter);
        for subscriber in &subscribers {
            let called = subscriber.call(&event, &mut Stage::new(depth + 1));
            if let Called::Running(call) = called {
                let _counted = call.done().await;
            }
        }
    }
}

impl Begun {
    /// Why it may not be done.
    fn refusal(&self, name: &str) -> Option<PublishError> {
        let Route {
            verdict, origin, ..
        } = &*self.route;
        if !verdict.allowed {
            return Some(PublishError::Denied(Denied {
                caller: origin.publisher.instance().to_string(),
                operation: Operation::Publish,
                target: name.to_owned(),
                rule: verdict.rule.clone().unwrap_or_default(),
            }));
        }
        if is_reserved(name) {
            return Some(PublishError::Reserved {
                name: name.to_owned(),
            });
        }
        (self.depth > DEPTH).then_some(PublishError::TooDeep { most: DEPTH })
    }

    /// The event.
    fn event<T>(&self, schema: Option<Arc<str>>, data: T) -> DomainEvent
    where
        T: Serialize + Send + Sync + 'static,
    {
        let watched = self.watched.as_ref();
        let head = Head {
            time: self.time,
            schema,
            runtime: watched.and_then(|recorded| recorded.watched.runtime()),
        };
        DomainEvent::new(Arc::clone(&self.route.origin), head, data)
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
        Ok(kept) => kept.settled().await.map(drop),
        // What is lost of a record that need not be on disk keeps nobody from anything.
        Err(_) => Ok(()),
    }
}
