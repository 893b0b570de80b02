//! What the trail warns of, on whichever thread.

use std::fmt::{Debug, Write as _};
use std::sync::{Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

static CAUGHT: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Begins to catch what this process warns of.
pub(crate) fn catch_warnings() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| tracing::subscriber::set_global_default(Net).unwrap());
}

/// The warnings in which this stands, of those that were caught, each as its fields and its text.
pub(crate) fn warnings_about(what: &str) -> Vec<String> {
    let caught = CAUGHT.lock().unwrap_or_else(PoisonError::into_inner);
    let about = caught.iter().filter(|line| line.contains(what));
    about.cloned().collect()
}

struct Net;

impl Subscriber for Net {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "audit::health"
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        let mut caught = CAUGHT.lock().unwrap_or_else(PoisonError::into_inner);
        caught.push(line.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{field}={value:?} ").unwrap();
    }
}
