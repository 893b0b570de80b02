//! What somebody sees who listens to the observability path: a layer of `tracing` that counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::span::{Attributes, Id};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

const TARGET: &str = "audit::observability";

/// Counts spans and events of the observability path.
#[derive(Clone, Default)]
pub(crate) struct Counting(Arc<AtomicU64>);

impl Counting {
    /// How many there were since it was last asked.
    pub(crate) fn take(&self) -> u64 {
        self.0.swap(0, Ordering::Relaxed)
    }

    fn count(&self, metadata: &Metadata<'_>) {
        if metadata.target() == TARGET {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl<S: Subscriber> Layer<S> for Counting {
    fn on_new_span(&self, attributes: &Attributes<'_>, _id: &Id, _context: Context<'_, S>) {
        self.count(attributes.metadata());
    }

    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        self.count(event.metadata());
    }
}
