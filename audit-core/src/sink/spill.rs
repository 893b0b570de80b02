//! [`Spill`]: where events go that a sink did not take.

use std::sync::Arc;

use crate::active::Active;
use crate::contain::{contain, discard};

use super::rule::Followed;
use super::{Emission, Sink, SinkError};

/// Where events go that a sink did not take, if there is such a place.
pub(super) struct Spill {
    /// There until it is dropped, if at all.
    sink: Option<Arc<dyn Sink>>,
}

/// What became of an event that was to be spilled.
pub(super) enum Spilled {
    Taken,
    /// It has no place to go.
    Nowhere,
    /// The place did not take it either.
    Failed(SinkError),
}

impl Spill {
    pub(super) fn new(sink: Option<Arc<dyn Sink>>) -> Self {
        Self { sink }
    }

    pub(super) fn sink(&self) -> Option<&dyn Sink> {
        self.sink.as_deref()
    }

    /// Hands it one event, redacted as for the sink of this key.
    pub(super) fn take(&self, key: u64, rules: &Followed, emission: &Emission<'_>) -> Spilled {
        let Some(spill) = self.sink() else {
            return Spilled::Nowhere;
        };
        // What the spill does itself is not told to the sink, which would spill it again.
        let entered = Active::enter(key).zip(Active::enter_at(spill));
        let Some(_active) = entered else {
            return Spilled::Nowhere;
        };
        match rules.applied(emission, |emission| contain(|| spill.emit(emission))) {
            Ok(Ok(())) => Spilled::Taken,
            Ok(Err(error)) => Spilled::Failed(error),
            Err(panic) => Spilled::Failed(SinkError::of_type("panic", panic)),
        }
    }
}

impl Drop for Spill {
    /// Its destructor is not ours either.
    fn drop(&mut self) {
        discard(self.sink.take());
    }
}
