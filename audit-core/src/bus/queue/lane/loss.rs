//! [`Loss`]: what a lane lost, summed up until somebody is told.

use std::sync::Arc;

use crate::bus::event::By;
use crate::clock::Timestamp;
use crate::event::EventKind;
use crate::place::Place;
use crate::recorder::Terms;
use crate::scope::Surroundings;
use crate::value::{Fields, Text, Value};

/// What a lane is, for whoever is told of it.
#[derive(Clone, Debug)]
pub(in crate::bus) struct Source {
    /// `subscription`, `publish_nowait`, `invoke_nowait` or `dead_letters`.
    pub(in crate::bus) queue: &'static str,
    /// Whose subscription it is, and to which pattern.
    pub(in crate::bus) subscription: Option<(Arc<str>, Arc<str>)>,
}

impl Source {
    /// As messages name it.
    pub(in crate::bus) fn name(&self) -> String {
        match &self.subscription {
            Some((listener, pattern)) => format!(
                "`{}` of `{}`",
                pattern.escape_debug(),
                listener.escape_debug()
            ),
            None => format!("`{}`", self.queue),
        }
    }

    /// As metrics name it.
    pub(super) fn label(&self) -> String {
        match &self.subscription {
            Some((listener, pattern)) => format!("{listener}: {pattern}"),
            None => self.queue.to_owned(),
        }
    }

    /// As records of what was not done name it.
    pub(in crate::bus) fn as_by(&self) -> By<'_> {
        let subscription = self.subscription.as_ref();
        By {
            owner: subscription.map(|(listener, _)| &**listener),
            pattern: subscription.map(|(_, pattern)| &**pattern),
            description: "",
        }
    }
}

/// Why something is lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::bus) enum LossReason {
    #[default]
    QueueFull,
    SubscriptionDropped,
    BusClosed,
    TaskDropped,
}

impl LossReason {
    fn as_str(self) -> &'static str {
        match self {
            Self::QueueFull => "queue_full",
            Self::SubscriptionDropped => "subscription_dropped",
            Self::BusClosed => "bus_closed",
            Self::TaskDropped => "task_dropped",
        }
    }
}

/// What a lane lost, summed up until somebody is told.
#[derive(Debug, Default)]
pub(in crate::bus) struct Loss {
    why: LossReason,
    count: u64,
    from: Timestamp,
    to: Timestamp,
    /// Where the last was handed over: whoever would be told there is told of the loss.
    around: Surroundings,
}

impl Loss {
    pub(super) fn of(why: LossReason) -> Self {
        Self {
            why,
            ..Self::default()
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// One more, of this time.
    pub(super) fn add(&mut self, time: Timestamp, around: &Surroundings) {
        let is_first = self.count == 0;
        self.from = if is_first { time } else { self.from.min(time) };
        self.to = if is_first { time } else { self.to.max(time) };
        self.count += 1;
        self.around = around.clone();
    }

    /// Tells the recorder and the observers.
    pub(super) fn tell(&self, source: &Source) {
        if self.count == 0 {
            return;
        }
        self.around.of_nobody().run(|| {
            if !Place::is_watched() {
                return;
            }
            let place = Place::here(false);
            // Nobody waits for it, and what is lost the recorder has counted.
            let _kept = place.record(&Terms::default(), || {
                let mut event = place.event(EventKind::Loss, Text::from("loss"));
                let mut data = Fields::new()
                    .with("why", self.why.as_str())
                    .with("queue", source.queue)
                    .with("count", self.count)
                    .with("from", self.from.to_string())
                    .with("to", self.to.to_string());
                if let Some((listener, pattern)) = &source.subscription {
                    event.component = Some(Text::from(listener.to_string()));
                    data.set("subscriber", listener.to_string());
                    data.set("pattern", pattern.to_string());
                }
                event.data = Some(Value::from(data));
                event
            });
        });
    }
}
