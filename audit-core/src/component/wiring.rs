//! What generated code gives to [`Parts`]: subscriptions with all that their attribute says, and free functions.

use std::fmt;

use crate::bus::{DomainEvent, Handled, Handler, Handling, Runnable};
use crate::pattern::Pattern;

use super::parts::Parts;

/// What `#[subscribe]` says.
#[must_use = "nothing is subscribed before `to`"]
pub struct Subscribing {
    pattern: &'static str,
    filter: Option<Filter>,
}

type Filter = Box<dyn Fn(&DomainEvent) -> bool + Send + Sync>;

impl Subscribing {
    /// Subscribes to this pattern.
    pub fn new(pattern: &'static str) -> Self {
        Self {
            pattern,
            filter: None,
        }
    }

    /// Only to events that pass.
    pub fn filter(mut self, filter: impl Fn(&DomainEvent) -> bool + Send + Sync + 'static) -> Self {
        self.filter = Some(Box::new(filter));
        self
    }

    /// Has a component subscribe so.
    pub fn to(self, mut parts: Parts, handler: impl Handler) -> Parts {
        let pattern = Pattern::checked(self.pattern.to_owned());
        let handler: Box<dyn Handler> = match self.filter {
            Some(filter) => Box::new(Filtered { filter, handler }),
            None => Box::new(handler),
        };
        parts.subscriptions.push((pattern, handler));
        parts
    }
}

impl fmt::Debug for Subscribing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscribing")
            .field("pattern", &self.pattern)
            .finish_non_exhaustive()
    }
}

/// A handler that is told of some events only.
struct Filtered<H> {
    filter: Filter,
    handler: H,
}

impl<H: Handler> Handler for Filtered<H> {
    fn handle<'h>(&'h self, event: &'h DomainEvent) -> Handling<'h> {
        if (self.filter)(event) {
            self.handler.handle(event)
        } else {
            Handling::Done(Handled::Ok(()))
        }
    }
}

/// Brings along something that can be invoked by this very name, without the instance's before it.
pub fn free_runnable(mut parts: Parts, name: &'static str, runnable: Runnable) -> Parts {
    parts.free_runnables.push((name.to_owned(), runnable));
    parts
}
