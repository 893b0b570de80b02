//! A sink that breaks and works again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use audit_core::sink::{Emission, Sink, SinkError, SinkWay};
use audit_core::{Event, EventKind, Value};

/// Takes nothing while it is broken, and remembers what it was told of itself.
#[derive(Default)]
pub(crate) struct Flaky {
    is_broken: AtomicBool,
    told: Mutex<Vec<String>>,
}

impl Flaky {
    pub(crate) fn set_broken(&self, is_broken: bool) {
        self.is_broken.store(is_broken, Ordering::Relaxed);
    }

    /// What it was told of itself.
    pub(crate) fn told(&self) -> Vec<String> {
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Sink for Flaky {
    fn emit(&self, emission: &Emission<'_>) -> Result<(), SinkError> {
        if self.is_broken.load(Ordering::Relaxed) {
            return Err(SinkError::new("the collector does not answer"));
        }
        if emission.kind() == EventKind::Loss {
            let line = format!("the broken one itself: {}", told(emission.event()));
            let mut lines = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            lines.push(line);
        }
        Ok(())
    }

    fn way(&self) -> SinkWay {
        SinkWay::Inline
    }
}

/// What an event says of a sink.
pub(crate) fn told(event: &Event<'_>) -> String {
    let Some(Value::Map(data)) = &event.data else {
        return event.name.to_string();
    };
    let said = |name: &str| {
        let value = data.get(name);
        let text = value.and_then(Value::as_str).map(str::to_owned);
        text.or_else(|| value.map(ToString::to_string))
            .unwrap_or_default()
    };
    match event.kind {
        EventKind::Loss => format!(
            "loss of {} events: {}",
            said("count"),
            said("error_message")
        ),
        _ => format!(
            "sink_failure, {} missed: {}",
            said("missed"),
            said("error_message")
        ),
    }
}
