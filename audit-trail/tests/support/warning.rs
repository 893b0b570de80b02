//! What is warned of, and shown of calls and operations, on whichever thread.

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
        metadata.target().starts_with("audit::")
    }

    fn event(&self, event: &Event<'_>) {
        catch(|line| event.record(line));
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        catch(|line| attributes.record(line));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        catch(|line| values.record(line));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn catch(record: impl FnOnce(&mut Line)) {
    let mut line = Line(String::new());
    record(&mut line);
    let mut caught = CAUGHT.lock().unwrap_or_else(PoisonError::into_inner);
    caught.push(line.0);
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{field}={value:?} ").unwrap();
    }
}
