//! [`Happening`]: what becomes of a component, as an event.

use std::time::Duration;

use crate::event::EventKind;
use crate::observability::{self, LifecycleFacts};
use crate::place::{Contents, Place};
use crate::recorder::Terms;
use crate::value::{Fields, Text};

use super::blueprint::Blueprint;

/// What becomes of a component.
#[derive(Clone, Copy, Debug)]
pub(super) enum Happening<'h> {
    Starting,
    Started,
    Failed { error: &'h str },
    Restarting { attempt: u32, after: Duration },
    GivenUp { error: &'h str },
    Stopping,
    Stopped { error: Option<&'h str> },
    Replaced { version_before: &'h str },
}

impl Happening<'_> {
    fn name(self) -> &'static str {
        match self {
            Self::Starting => "component.starting",
            Self::Started => "component.started",
            Self::Failed { .. } => "component.failed",
            Self::Restarting { .. } => "component.restarting",
            Self::GivenUp { .. } => "component.given_up",
            Self::Stopping => "component.stopping",
            Self::Stopped { .. } => "component.stopped",
            Self::Replaced { .. } => "component.replaced",
        }
    }

    /// In which state the component was, where that can be only one, and in which it is.
    fn states(self) -> (Option<&'static str>, &'static str) {
        match self {
            Self::Starting => (None, "starting"),
            Self::Started => (Some("starting"), "running"),
            Self::Failed { .. } => (None, "failed"),
            Self::Restarting { .. } => (Some("failed"), "restarting"),
            Self::GivenUp { .. } => (Some("failed"), "given_up"),
            Self::Stopping => (Some("running"), "stopping"),
            Self::Stopped { .. } => (Some("stopping"), "stopped"),
            Self::Replaced { .. } => (Some("running"), "running"),
        }
    }

    /// Shows it to whoever observes the program, audited or not.
    fn show(self, blueprint: &Blueprint) {
        observability::lifecycle(|| {
            let (from, to) = self.states();
            LifecycleFacts {
                component: blueprint.facts.name,
                instance: &blueprint.instance,
                happening: self.name(),
                from,
                to,
                is_trouble: matches!(
                    self,
                    Self::Failed { .. } | Self::GivenUp { .. } | Self::Stopped { error: Some(_) }
                ),
            }
        });
    }

    /// Tells recorder and observers in force here, as an event of kind `lifecycle`.
    pub(super) fn tell(self, blueprint: &Blueprint) {
        self.show(blueprint);
        if !Place::is_watched() {
            return;
        }
        let place = Place::here(false);
        // Nobody waits for it, and what is lost the recorder has counted.
        let _kept = place.record(&Terms::default(), || {
            let mut event = place.event(EventKind::Lifecycle, Text::from(self.name()));
            event.component = Some(Text::from(blueprint.instance.clone()));
            let contents = Contents::data(self.data(blueprint));
            place.redact(Some(self.name()), &mut event, contents);
            event
        });
    }

    fn data(self, blueprint: &Blueprint) -> Fields<'static> {
        let mut data = Fields::new()
            .with("component", blueprint.facts.name)
            .with("instance", blueprint.instance.clone())
            .with("version", blueprint.facts.version);
        match self {
            Self::Starting | Self::Started | Self::Stopping | Self::Stopped { error: None } => {}
            Self::Failed { error }
            | Self::GivenUp { error }
            | Self::Stopped { error: Some(error) } => data.set("error", error.to_owned()),
            Self::Restarting { attempt, after } => {
                data.set("attempt", attempt);
                let millis = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
                data.set("after_ms", millis);
            }
            Self::Replaced { version_before } => {
                data.set("version_before", version_before.to_owned());
            }
        }
        data
    }
}
