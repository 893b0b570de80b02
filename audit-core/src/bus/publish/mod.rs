//! The way of one publication, from what is said of it to the last who is told.

mod publication;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use serde::Serialize;

use crate::caller::Caller;
use crate::clock::{Clock as _, EventId, SystemClock};
use crate::delivery::Delivery;
use crate::health::say;
use crate::observability::OperationSpan;
use crate::outcome::Status;
use crate::place::Kept;
use crate::recorder::RecordError;
use crate::scope::{Consequences, consequences_here, handling_depth};

use super::error::{Denied, PublishError};
use super::event::{Burial, DomainEvent, Head, Said, Why};
use super::hub::{Hub, Route, is_reserved};
use super::listener::{Called, Course, Listener, Stage};
use super::policy::{Operation, Watched};

pub use publication::Publication;

/// How deep handlers may publish within handlers.
pub(super) const DEPTH: u16 = 64;
/// How many publications one may lead to in its handlers, theirs, and so on. Without it two handlers that publish twice each come to
/// two to the power of the depth; whoever has more than this to publish because of one event does so in a task, or piece by piece.
const CONSEQUENCES: u64 = 100_000;

/// A publication that may be done.
pub(super) struct JudgedPublication {
    pub(super) event: DomainEvent,
    route: Arc<Route>,
    recorded: Option<Box<Recorded>>,
    course: Course,
}

/// A publication that somebody wants to know of.
struct Recorded {
    watched: Watched,
    /// What became of the operation's record, where there is one.
    kept: Option<Result<Kept, RecordError>>,
}

/// Work that is to be awaited before the next handler is called.
type Telling<'w> = Pin<Box<dyn Future<Output = ()> + Send + 'w>>;

impl JudgedPublication {
    /// Looks at what is recorded of it, where that is told of later.
    pub(super) fn capture(&mut self) {
        if let Some(recorded) = &mut self.recorded {
            recorded.watched.capture(&self.event);
        }
    }

    /// The event of the operation, where anybody wants to know of it.
    pub(super) fn operation(&self) -> Option<EventId> {
        self.course.call
    }

    /// It as the observability path shows it.
    fn span(&self) -> &OperationSpan {
        self.recorded
            .as_ref()
            .map_or(OperationSpan::NOTHING, |one| one.watched.span())
    }

    fn burial<'b>(&self, listener: &'b Listener, why: Why) -> Burial<'b> {
        Burial {
            by: listener.as_by(),
            ..Burial::of_event(&self.event, self.operation(), why)
        }
    }

    /// Records that it is not done after all.
    pub(super) fn refuse(&mut self, why: &str) {
        self.end(Status::Refused, Some(why));
    }

    /// Records how it ended.
    fn end(&mut self, status: Status, error: Option<&str>) {
        if let Some(recorded) = &mut self.recorded {
            recorded.watched.end(status, error);
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
        let mut judged = self.judge(caller, name, data, said)?;
        self.publish_judged(&mut judged).await?;
        Ok(judged.event)
    }

    /// Publishes what was judged.
    pub(super) async fn publish_judged(
        &self,
        judged: &mut JudgedPublication,
    ) -> Result<(), PublishError> {
        // What is awaited is boxed, so that a publication is small where nobody is waited for.
        if let Some(recorded) = &mut judged.recorded
            && let Err(error) = Box::pin(recorded.tell(&judged.event)).await
        {
            let error = PublishError::Unrecordable(error);
            judged.refuse(&error.to_string());
            return Err(error);
        }
        let mut next = 0;
        while let Some(waiting) = self.call(judged, &mut next) {
            waiting.await;
        }
        judged.end(Status::Completed, None);
        Ok(())
    }

    /// Judges and records a publication, before anybody is told.
    pub(super) fn judge<T: Serialize + Send + Sync + 'static>(
        &self,
        caller: &Arc<Caller>,
        name: &str,
        data: T,
        said: Option<Said>,
    ) -> Result<JudgedPublication, PublishError> {
        let here = handling_depth();
        let depth = match &said {
            Some(Said::Foreign(event)) => here.max(event.depth),
            _ => here,
        };
        let route = self.route(caller, name);
        let recorded = Watched::here(true).map(|mut watched| {
            let origin = match &said {
                Some(Said::Foreign(event)) => Some(&*event.origin),
                _ => None,
            };
            let verdict = &route.verdict;
            watched.show(caller, Operation::Publish, name, verdict);
            // The event is a fact of the domain, and told of whoever published it.
            let kept = verdict
                .audited
                .then(|| watched.begin(caller, Operation::Publish, name, verdict, origin));
            Box::new(Recorded { watched, kept })
        });
        // Outermost it is led to by nothing.
        let led_by = if here > 0 { consequences_here() } else { None };
        if let Some(mut error) = route.refusal(here, depth, led_by.as_ref()) {
            if let Some(mut recorded) = recorded {
                let call = recorded.watched.id();
                recorded
                    .watched
                    .end(Status::Refused, Some(&error.to_string()));
                if let PublishError::Denied(denied) = &mut error {
                    denied.id = call;
                }
            }
            return Err(error);
        }
        let head = |schema| {
            let time = SystemClock.wall_at(SystemClock.monotonic_nanos());
            let recorded = recorded.as_ref();
            let runtime = recorded.and_then(|recorded| recorded.watched.runtime());
            Head::now(time, schema, runtime)
        };
        let mut head = match said {
            None => head(None),
            Some(Said::Schema(schema)) => head(Some(schema)),
            Some(Said::Foreign(event)) => Head::foreign(*event),
        };
        head.consequences = led_by.map(OnceLock::from).unwrap_or_default();
        head.depth = depth;
        let call = recorded.as_ref().and_then(|one| one.watched.id());
        Ok(JudgedPublication {
            event: DomainEvent::new(Arc::clone(&route.origin), head, data),
            route,
            recorded,
            course: Course::new(depth + 1, call),
        })
    }

    /// Calls handlers in turn, until there is none left or something is to be awaited before the next.
    fn call<'c>(&'c self, judged: &'c JudgedPublication, next: &mut usize) -> Option<Telling<'c>> {
        let (event, span) = (&judged.event, judged.span());
        let _inside = span.enter();
        let mut stage = Stage::new(&judged.course);
        let left = judged.route.listeners.get(*next..)?;
        for listener in left {
            *next += 1;
            match listener.call(event, &mut stage) {
                Called::Gone | Called::Done(Ok(())) => {}
                Called::Done(Err(why)) => {
                    return Some(Box::pin(
                        span.around(self.bury(judged.burial(listener, why))),
                    ));
                }
                Called::Running(call) => {
                    return Some(Box::pin(span.around(async move {
                        if let Err(why) = call.done().await {
                            self.bury(judged.burial(listener, why)).await;
                        }
                    })));
                }
            }
        }
        None
    }
}

impl Route {
    /// Why a publication may not be done that lies so deep in handlers of this bus, and so deep in those of all.
    fn refusal(
        &self,
        here: u16,
        depth: u16,
        led_by: Option<&Consequences>,
    ) -> Option<PublishError> {
        let name = || self.origin.name.to_string();
        if !self.verdict.allowed {
            return Some(PublishError::Denied(Denied {
                caller: self.origin.publisher.instance().to_string(),
                operation: Operation::Publish,
                target: name(),
                rule: self.verdict.rule.clone().unwrap_or_default(),
                id: None,
            }));
        }
        if is_reserved(&self.origin.name) {
            return Some(PublishError::Reserved { name: name() });
        }
        if depth >= DEPTH {
            return Some(PublishError::TooDeep { most: DEPTH });
        }
        if !self.phase.takes(here) {
            return Some(PublishError::Closed);
        }
        led_by.and_then(|led_by| self.is_too_many(led_by))
    }

    /// Counts one more publication, which may be one too many.
    #[cold]
    fn is_too_many(&self, led_by: &Consequences) -> Option<PublishError> {
        let count = led_by.one_more();
        if count <= CONSEQUENCES {
            return None;
        }
        let error = PublishError::TooMany {
            most: CONSEQUENCES,
            deep: DEPTH,
        };
        // Of the others their publishers are told.
        if count == CONSEQUENCES + 1 {
            let name = self.origin.name.escape_debug();
            say(|| tracing::warn!(target: "audit::health", "`{name}` can't be published: {error}"));
        }
        Some(error)
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
