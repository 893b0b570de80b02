//! What somebody sees at the end of the observability path: a layer of `tracing` that keeps events as lines.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

const TARGET: &str = "audit::observability";

/// The events of the observability path that tell of rows.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<String>>>);

impl Lines {
    /// Those since it was last asked.
    pub(crate) fn take(&self) -> Vec<String> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut lines)
    }
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let metadata = event.metadata();
        let of_rows = ["tenant.write.", "tenant.read."];
        let is_of_rows = of_rows
            .iter()
            .any(|prefix| metadata.name().starts_with(prefix));
        if metadata.target() != TARGET || !is_of_rows {
            return;
        }
        let mut line = Line(metadata.name().to_owned());
        event.record(&mut line);
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(line.0);
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() != "event" {
            // Writing to a string does not fail.
            let _written = write!(self.0, " {}={value:?}", field.name());
        }
    }
}
