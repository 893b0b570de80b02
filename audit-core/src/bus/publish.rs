//! The way of one publication.

use std::sync::Arc;

use crate::caller::Caller;
use crate::clock::{Clock as _, SystemClock};
use crate::outcome::Status;
use crate::place::Kept;
use crate::recorder::RecordError;
use crate::scope::current_caller;

use super::dead_letter::{DEAD_LETTER, DeadLetter, DeadLetterReason};
use super::error::{Denied, PublishError};
use super::event::DomainEvent;
use super::foreign::ForeignEvent;
use super::hub::{Hub, Route, is_reserved};
use super::operation::Watched;
use super::payload::Payload;
use super::policy::Operation;
use super::subscriber::Called;

/// How deep handlers may publish within handlers.
pub(super) const DEPTH: u16 = 64;

/// A publication that may be done.
struct Begun {
    event: DomainEvent,
    route: Arc<Route>,
    watched: Option<Watched>,
    depth: u16,
}

impl Hub {
    /// Publishes: all handlers have been called when it is done.
    pub(super) async fn publish(
        &self,
        caller: &Arc<Caller>,
        name: &str,
        payload: Payload,
        schema: Option<Arc<str>>,
        foreign: Option<ForeignEvent>,
    ) -> Result<DomainEvent, PublishError> {
        let begun = self.begin(caller, name, payload, schema, foreign).await?;
        let Begun {
            event,
            route,
            watched,
            depth,
        } = begun;
        for subscriber in &route.subscribers {
            let failed = match subscriber.call(&event, depth) {
                Called::Gone | Called::Done(Ok(())) => continue,
                Called::Done(Err(error)) => error,
                Called::Running(call) => match call.done().await {
                    Ok(()) => continue,
                    Err(error) => error,
                },
            };
            self.bury(&event, failed).await;
        }
        if let Some(watched) = watched {
            watched.end(caller, name, Status::Completed, None);
        }
        Ok(event)
    }

    /// Judges and records a publication, before anybody is told.
    async fn begin(
        &self,
        caller: &Arc<Caller>,
        name: &str,
        payload: Payload,
        schema: Option<Arc<str>>,
        foreign: Option<ForeignEvent>,
    ) -> Result<Begun, PublishError> {
        let depth = current_caller().map_or(0, |(_, depth)| depth);
        let route = self.route(caller, name);
        let mut watched = route.verdict.audited.then(Watched::here).flatten();
        let mut kept = None;
        if let Some(watched) = &mut watched {
            let origin = foreign.as_ref().map(|event| &*event.origin);
            let verdict = &route.verdict;
            kept = Some(watched.begin(caller, Operation::Publish, name, verdict, origin));
        }
        let refused = if !route.verdict.allowed {
            Some(PublishError::Denied(Denied {
                caller: caller.instance().to_string(),
                operation: Operation::Publish,
                target: name.to_owned(),
                rule: route.verdict.rule.clone().unwrap_or_default(),
            }))
        } else if is_reserved(name) {
            Some(PublishError::Reserved {
                name: name.to_owned(),
            })
        } else {
            (depth >= DEPTH).then_some(PublishError::TooDeep { most: DEPTH })
        };
        if let Some(error) = refused {
            if let Some(watched) = watched {
                watched.end(caller, name, Status::Refused, Some(&error.to_string()));
            }
            return Err(error);
        }
        let event = match foreign {
            Some(foreign) => DomainEvent::of_foreign(
                Arc::clone(&route.name),
                payload,
                foreign,
                Arc::clone(caller),
            ),
            None => DomainEvent::new(
                Arc::clone(&route.name),
                payload,
                schema,
                SystemClock.wall_at(SystemClock.monotonic_nanos()),
                watched.as_ref().and_then(Watched::runtime),
                Arc::clone(caller),
            ),
        };
        if let Some(kept) = kept
            && let Some(watched) = &watched
        {
            settle(kept).await.map_err(PublishError::Unrecordable)?;
            let told = settle(watched.tell(&event)).await;
            told.map_err(PublishError::Unrecordable)?;
        }
        Ok(Begun {
            event,
            route,
            watched,
            depth: depth + 1,
        })
    }

    /// Makes a dead letter of an event that a handler failed to handle, and gives it to those who are subscribed to them. What
    /// these fail to do is no dead letter again: it would never end.
    async fn bury(&self, event: &DomainEvent, error: String) {
        if event.name() == DEAD_LETTER {
            return;
        }
        let letter = DeadLetter {
            target: event.name().to_owned(),
            params: event.payload().clone(),
            reason: DeadLetterReason::HandlerError,
            error: Some(error),
            timestamp: SystemClock.wall_at(SystemClock.monotonic_nanos()),
        };
        self.tell_of(letter).await;
    }

    /// Gives a dead letter to those who are subscribed to them.
    pub(super) async fn tell_of(&self, letter: DeadLetter) {
        let depth = current_caller().map_or(0, |(_, depth)| depth);
        let subscribers = self.subscribed(DEAD_LETTER);
        if subscribers.is_empty() {
            return;
        }
        let time = letter.timestamp;
        let event = DomainEvent::new(
            DEAD_LETTER.into(),
            Payload::new(letter),
            None,
            time,
            None,
            Arc::clone(&self.host),
        );
        for subscriber in subscribers {
            if let Called::Running(call) = subscriber.call(&event, depth + 1) {
                let _counted = call.done().await;
            }
        }
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
