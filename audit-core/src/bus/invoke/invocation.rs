//! [`Invocation`]: a call, from when it is judged until it has ended.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bus::error::InvokeError;
use crate::bus::event::Why;
use crate::bus::occupancy::Occupied;
use crate::bus::policy::Watched;
use crate::bus::runnable::{Failure, Registered, Runnable};
use crate::capture::payload;
use crate::clock::{Clock as _, EventId, SystemClock};
use crate::observability::OperationSpan;
use crate::outcome::Status;
use crate::place::{Kept, Place};
use crate::recorder::RecordError;
use crate::redaction::Secrets;
use crate::scope::{Because, Consequences, Deed};

use super::apart::{self, Apart};

/// A call that may be made, and then is.
pub(in crate::bus) struct Invocation {
    pub(super) registered: Arc<Registered>,
    pub(super) watched: Option<Box<Watched>>,
    /// What became of the operation's record, until that is waited for.
    pub(super) kept: Option<Box<Result<Kept, RecordError>>>,
    /// Since when it is made.
    pub(super) began_nanos: u64,
    pub(super) depth: u16,
    pub(super) consequences: Option<Consequences>,
    /// What no record may quote of its parameters, once these were looked at.
    pub(super) secrets: Option<Arc<Secrets>>,
}

impl Invocation {
    /// The event of the operation, where anybody wants to know of it.
    pub(in crate::bus) fn operation(&self) -> Option<EventId> {
        self.watched.as_ref()?.id()
    }

    pub(super) fn is_recorded(&self) -> bool {
        self.watched.as_ref().is_some_and(|one| one.is_recorded())
    }

    /// It as the observability path shows it.
    pub(super) fn span(&self) -> &OperationSpan {
        self.watched
            .as_ref()
            .map_or(OperationSpan::NOTHING, |watched| watched.span())
    }

    /// Whom it is for.
    pub(in crate::bus) fn registered(&self) -> &Arc<Registered> {
        &self.registered
    }

    /// Records that it is not made after all.
    pub(in crate::bus) fn refuse(&mut self, why: &str) {
        if let Some(watched) = &mut self.watched {
            watched.end(Status::Refused, Some(why));
        }
    }

    /// Whether it is done when it returns, and need not be on disk before.
    #[inline]
    pub(super) fn waits_for_nothing(&self) -> bool {
        self.kept.is_none() && self.registered.is_done_at_once()
    }

    /// Looks at its parameters, which afterwards are the handler's: what they keep out of records nothing that is recorded may quote.
    pub(in crate::bus) fn look_at<P: Serialize>(&mut self, params: &P) -> Option<Arc<Secrets>> {
        // A dead letter is recorded whether or not the call is.
        if self.secrets.is_none() && Place::is_watched() {
            let watched = self.watched.as_ref();
            let secrets = match watched.and_then(|watched| watched.place()) {
                Some(place) => place.secrets(&self.registered.name, payload(params)),
                None => Place::here(false).secrets(&self.registered.name, payload(params)),
            };
            self.secrets = Some(Arc::new(secrets));
        }
        self.secrets.clone()
    }

    pub(super) fn begin(&mut self) {
        self.began_nanos = SystemClock.monotonic_nanos();
    }

    /// Begins the call, unless nobody has the name any more.
    pub(super) fn enter(&self) -> Option<(Occupied<'_>, &Runnable)> {
        let occupied = self.registered.occupancy.enter();
        occupied.zip(self.registered.runnable())
    }

    /// Makes it where it waits for nothing.
    ///
    /// # Errors
    /// The parameters, where nobody has the name any more.
    pub(super) fn make_at_once<P, A>(&mut self, params: P) -> Result<Result<A, InvokeError>, P>
    where
        P: Serialize + Send + Sync + 'static,
        A: DeserializeOwned + Send + 'static,
    {
        if self.is_recorded() {
            self.look_at(&params);
        }
        self.begin();
        let Some((occupied, _)) = self.enter() else {
            return Err(params);
        };
        let in_force = self.in_force();
        let answer = {
            let _inside = self.span().enter();
            self.came_to(in_force.run(|| apart::run(&self.registered, params)))
        };
        drop(occupied);
        self.end(answer.as_ref().err());
        Ok(answer)
    }

    /// What is in force for whoever is called. What it leads to is caused by the operation, or by the call itself where nobody
    /// wants to know of operations.
    pub(super) fn in_force(&self) -> Deed {
        let began = SystemClock.wall_at(self.began_nanos);
        let because = Because::Call(self.operation(), began, self.consequences.clone());
        Deed::new(Arc::clone(&self.registered.owner), because, self.depth)
    }

    /// What its work is in on another thread.
    pub(super) fn inside(&self) -> (Deed, OperationSpan) {
        (self.in_force(), self.span().shared())
    }

    pub(super) fn name(&self) -> String {
        self.registered.name.to_string()
    }

    #[inline]
    pub(super) fn came_to<A>(&self, answer: Apart<A>) -> Result<A, InvokeError> {
        match answer {
            Apart::Answered(answer) => Ok(answer),
            Apart::Failed(error) => Err(self.unfit(Failure::Handler(error))),
            Apart::Unfit(failure) => Err(self.unfit(failure)),
            Apart::Panicked(panic) => Err(self.panicked(panic)),
            Apart::Gone => Err(self.gone()),
        }
    }

    #[cold]
    pub(super) fn unfit(&self, failure: Failure) -> InvokeError {
        let target = self.name();
        match failure {
            Failure::Params(error) => InvokeError::Params { target, error },
            Failure::Answer(error) => InvokeError::Answer { target, error },
            Failure::Handler(error) => InvokeError::Failed { target, error },
        }
    }

    #[cold]
    pub(super) fn panicked(&self, panic: String) -> InvokeError {
        InvokeError::Panicked {
            target: self.name(),
            panic,
        }
    }

    #[cold]
    pub(super) fn gone(&self) -> InvokeError {
        InvokeError::NoHandler {
            target: self.name(),
        }
    }

    /// Counts and records how the call ended.
    pub(super) fn end(&mut self, error: Option<&InvokeError>) {
        let now = SystemClock.monotonic_nanos();
        let took = now.saturating_sub(self.began_nanos);
        let ended = SystemClock.wall_at(now);
        self.registered.calls.add(ended, took, error.is_some());
        if let Some(watched) = &mut self.watched {
            let status = match error {
                None => Status::Completed,
                Some(InvokeError::Panicked { .. }) => Status::Panicked,
                Some(_) => Status::Failed,
            };
            let why = error.map(why);
            let said = why.as_ref().map(Why::recorded);
            let hidden = said.zip(self.secrets.as_deref());
            let hidden = hidden.and_then(|(said, secrets)| secrets.hide_in(said));
            watched.end(status, hidden.as_deref().or(said));
        }
    }
}

/// Why a call has no answer, with what the handler says.
pub(in crate::bus) fn why(error: &InvokeError) -> Why {
    match error {
        InvokeError::Failed { error, .. } => Why::failed(error),
        other => Why::from(other.to_string()),
    }
}
