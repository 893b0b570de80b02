//! [`Upcasters`]: what brings payloads of old schemas up to new ones.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::fast::RandomState;
use serde_json::Value;

use crate::caller::Caller;
use crate::contain::{Chain, contain, shown};
use crate::runtime::BoxError;
use crate::scope::{Deed, Surroundings};

use super::DomainEvent;
use super::payload::Payload;

type Raise = Box<dyn Fn(Value) -> Result<Value, BoxError> + Send + Sync>;

/// What brings payloads of old schemas up to new ones, a step at a time.
pub(in crate::bus) struct Upcasters {
    host: Arc<Caller>,
    /// By the schema that each step begins with.
    steps: RwLock<HashMap<Arc<str>, Arc<Step>, RandomState>>,
}

struct Step {
    to: Arc<str>,
    raise: Raise,
}

/// An upcaster that can't be added.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpcastError {
    /// Something brings this schema up already.
    Taken {
        /// The schema.
        from: String,
        /// What it is brought up to.
        to: String,
    },
    /// It would lead back to where it begins.
    Circle {
        /// Each schema, and the one it is brought up to behind it; the first is the last again.
        schemas: Vec<String>,
    },
}

impl fmt::Display for UpcastError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken { from, to } => write!(
                f,
                "`{}` is brought up to `{}` already",
                from.escape_debug(),
                to.escape_debug()
            ),
            Self::Circle { schemas } => {
                f.write_str("upcasters would lead in a circle: ")?;
                for (place, schema) in schemas.iter().enumerate() {
                    let arrow = if place == 0 { "" } else { " -> " };
                    write!(f, "{arrow}`{}`", schema.escape_debug())?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for UpcastError {}

impl Upcasters {
    pub(in crate::bus) fn new(host: Arc<Caller>) -> Self {
        Self {
            host,
            steps: RwLock::default(),
        }
    }

    pub(in crate::bus) fn add(
        &self,
        from: &str,
        to: &str,
        raise: Raise,
    ) -> Result<(), UpcastError> {
        let mut steps = self.steps.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(step) = steps.get(from) {
            return Err(UpcastError::Taken {
                from: from.to_owned(),
                to: step.to.to_string(),
            });
        }
        // There is no circle yet, so this comes to an end.
        let mut schemas = vec![from.to_owned(), to.to_owned()];
        let mut at: &str = to;
        while at != from
            && let Some(step) = steps.get(at)
        {
            schemas.push(step.to.to_string());
            at = &step.to;
        }
        if at == from {
            return Err(UpcastError::Circle { schemas });
        }
        let to = to.into();
        steps.insert(from.into(), Arc::new(Step { to, raise }));
        Ok(())
    }

    /// The steps from one schema to another; nothing if none lead there.
    fn way(&self, from: &str, to: &str) -> Option<Vec<Arc<Step>>> {
        let steps = self.steps.read().unwrap_or_else(PoisonError::into_inner);
        let mut way: Vec<Arc<Step>> = Vec::new();
        loop {
            let at = way.last().map_or(from, |step| &step.to);
            if at == to {
                return Some(way);
            }
            let next = Arc::clone(steps.get(at)?);
            way.push(next);
        }
    }

    /// Whether an event must be brought up to this schema: it is not of it already, and its publisher named one.
    pub(in crate::bus) fn are_needed(event: &DomainEvent, to: &str) -> bool {
        event.schema().is_some_and(|from| from != to)
    }

    /// The event with its payload brought up to this schema: the same under its identifier and its name. What brings it up does so
    /// for all who read the schema, so it is the host's, and nobody acts.
    pub(in crate::bus) fn raise(
        &self,
        event: &DomainEvent,
        to: &Arc<str>,
        depth: u16,
    ) -> Result<DomainEvent, String> {
        let in_force = Deed::new(Arc::clone(&self.host), event.because(), depth);
        let nobody = Surroundings::here().of_nobody();
        nobody.run(|| in_force.run(|| self.raised(event, to)))
    }

    fn raised(&self, event: &DomainEvent, to: &Arc<str>) -> Result<DomainEvent, String> {
        let from = event.schema().unwrap_or_default();
        let way = self.way(from, to).ok_or_else(|| {
            format!(
                "nothing brings `{}` up to `{}`",
                from.escape_debug(),
                to.escape_debug()
            )
        })?;
        let payload = event.json().map_err(|error| error.to_string())?;
        let (mut payload, mut at) = (payload.clone(), from);
        for step in &way {
            let failed = |why: String| {
                format!(
                    "bringing `{}` up to `{}` failed: {why}",
                    at.escape_debug(),
                    step.to.escape_debug()
                )
            };
            payload = match contain(|| (step.raise)(payload)) {
                Ok(Ok(raised)) => raised,
                Ok(Err(error)) => return Err(failed(shown(Chain(error)))),
                Err(panic) => return Err(failed(format!("it panicked: {panic}"))),
            };
            at = &step.to;
        }
        Ok(event.raised(Payload::new(payload), Arc::clone(to)))
    }
}

impl fmt::Debug for Upcasters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.steps.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_map()
            .entries(steps.iter().map(|(from, step)| (from, &step.to)))
            .finish()
    }
}
