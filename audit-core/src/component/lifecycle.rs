//! [`Happening`]: what becomes of a component, as an event.

use std::time::Duration;

use crate::event::EventKind;
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

    /// Tells recorder and observers in force here, as an event of kind `lifecycle`.
    pub(super) fn tell(self, blueprint: &Blueprint) {
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
