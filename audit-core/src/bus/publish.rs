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
use super::hub::{Hub, Route, is_reserved};
use super::operation::Watched;
use super::payload::Payload;
use super::policy::Operation;
use super::subscriber::Called;

/// How deep handlers may publish within handlers.
pub(super) const DEPTH: u16 = 64;

/// A publication that may be done.
pub(super) struct Judged {
    pub(super) event: DomainEvent,
    route: Arc<Route>,
    pub(super) watched: Option<Watched>,
    /// What became of the operation's record.
    kept: Option<Result<Kept, RecordError>>,
    depth: u16,
}

impl Judged {
    /// Records that it is not done after all.
    pub(super) fn refuse(self, why: &str) {
        if let Some(watched) = self.watched {
            watched.end(Status::Refused, Some(why));
        }
    }
}

impl Hub {
    /// Publishes: all handlers have been called when it is done.
    pub(super) async fn publish(
        &self,
        caller: &Arc<Caller>,
        name: &str,
        payload: Payload,
        schema: Option<Arc<str>>,
    ) -> Result<DomainEvent, PublishError> {
        let judged = self.judge(caller, name, payload, schema)?;
        self.publish_judged(judged).await
    }

    /// Publishes what was judged.
    pub(super) async fn publish_judged(
        &self,
        mut judged: Judged,
    ) -> Result<DomainEvent, PublishError> {
        if let Some(kept) = judged.kept.take()
            && let Some(watched) = &judged.watched
        {
            let mut recorded = settle(kept).await;
            if recorded.is_ok() {
                recorded = settle(watched.tell(&judged.event)).await;
            }
            if let Err(error) = recorded {
                let error = PublishError::Unrecordable(error);
                judged.refuse(&error.to_string());
                return Err(error);
            }
        }
        let Judged {
            event,
            route,
            watched,
            depth,
            ..
        } = judged;
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
            watched.end(Status::Completed, None);
        }
        Ok(event)
    }

    /// Judges and records a publication, before anybody is told.
    pub(super) fn judge(
        &self,
        caller: &Arc<Caller>,
        name: &str,
        payload: Payload,
        schema: Option<Arc<str>>,
    ) -> Result<Judged, PublishError> {
        let depth = current_caller().map_or(0, |(_, depth)| depth);
        let route = self.route(caller, name);
        let mut watched = route.verdict.audited.then(Watched::here).flatten();
        let mut kept = None;
        if let Some(watched) = &mut watched {
            kept = Some(watched.begin(caller, Operation::Publish, name, &route.verdict));
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
        } else if depth >= DEPTH {
            Some(PublishError::TooDeep { most: DEPTH })
        } else {
            (!route.phase.takes(depth)).then_some(PublishError::Closed)
        };
        if let Some(error) = refused {
            if let Some(watched) = watched {
                watched.end(Status::Refused, Some(&error.to_string()));
            }
            return Err(error);
        }
        let time = SystemClock.wall_at(SystemClock.monotonic_nanos());
        let event = DomainEvent::new(
            Arc::clone(&route.name),
            payload,
            schema,
            time,
            watched.as_ref().and_then(Watched::runtime),
            Arc::clone(caller),
        );
        Ok(Judged {
            event,
            route,
            watched,
            kept,
            depth: depth + 1,
        })
    }

    /// Makes a dead letter of an event that a handler failed to handle, and gives it to those who are subscribed to them. What
    /// these fail to do is no dead letter again: it would never end.
    pub(super) async fn bury(&self, event: &DomainEvent, error: String) {
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
