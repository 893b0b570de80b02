//! [`Found`]: assertions about what was decided, published or recorded, with what came nearest where they fail.

mod narrowing;
mod report;
mod wording;

use std::marker::PhantomData;
use std::sync::Arc;

use crate::decision::{Effect, Mode};
use crate::event::{Event, EventKind};
use crate::outcome::Status;
use crate::sink::{Condition, MemorySink, NamePattern};
use crate::value::Value;

use super::Captured;
use narrowing::Narrowing;
use report::Report;

/// What an assertion has found so far: the events that meet all that was said of them. There is at least one.
///
/// Every further word leaves those that it is true of, and panics if it is true of none: the message says what was asked for, how many events
/// were left at each step, and what came nearest. Values in it are redacted, as those in events are. A text is a name as it stands,
/// a [`Pattern`](crate::Pattern) all that it matches.
///
/// ```
/// use std::sync::Arc;
/// use audit_core::sink::MemorySink;
/// use audit_core::{Action, Policy, Runtime};
///
/// # let dir = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/payments/policy"));
/// let runtime = Runtime::builder().policy(Policy::from_dir(dir)?).build()?;
/// let sink = Arc::new(MemorySink::new());
/// runtime.register_sink(sink.clone())?;
/// runtime.allow(&Action::new("refund").with("amount", 5000));
///
/// sink.assert_decided("refund").blocked().by("block_large_refund").with("amount", 5000).once();
/// sink.assert_never_decided("transfer");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Found<Of> {
    narrowing: Narrowing,
    of: PhantomData<Of>,
}

/// [`Found`] are decisions about an action.
#[derive(Clone, Copy, Debug)]
pub enum Decided {}

/// [`Found`] are events of another kind, such as domain events.
#[derive(Clone, Copy, Debug)]
pub enum Recorded {}

#[allow(
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "an assertion that ends here is one all the same"
)]
impl<Of> Found<Of> {
    #[track_caller]
    fn among(events: Vec<Arc<Event<'static>>>, kind: EventKind, name: NamePattern) -> Self {
        let narrowing = Narrowing::of(events, kind, name);
        must_be_any(&narrowing);
        Self {
            narrowing,
            of: PhantomData,
        }
    }

    #[track_caller]
    fn are(mut self, condition: Condition) -> Self {
        self.narrowing.narrow(condition);
        must_be_any(&self.narrowing);
        self
    }

    /// This actor acted.
    #[track_caller]
    pub fn for_actor(self, id: impl Into<NamePattern>) -> Self {
        self.are(Condition::Actor(id.into()))
    }

    /// For this tenant.
    #[track_caller]
    pub fn for_tenant(self, id: impl Into<NamePattern>) -> Self {
        self.are(Condition::Tenant(id.into()))
    }

    /// On this object.
    #[track_caller]
    pub fn on(self, resource: impl Into<NamePattern>) -> Self {
        self.are(Condition::Resource(resource.into()))
    }

    /// With this value at a path, such as `actor.role`, `decision.reason` or `data.lines.0.price`. A whole number is the same as a float without
    /// a fraction.
    #[track_caller]
    pub fn field<'v>(self, path: &str, value: impl Into<Value<'v>>) -> Self {
        let value = value.into().into_owned();
        self.are(Condition::Field(path.to_owned(), value))
    }

    /// What stood at this path was redacted. A field of an action is `action.amount`, or `action.fields.amount` as it stands in JSON.
    #[track_caller]
    pub fn redacted(self, path: &str) -> Self {
        self.are(Condition::Redacted(path.to_owned()))
    }

    /// There are exactly so many.
    #[track_caller]
    pub fn times(self, times: usize) -> Self {
        must_be(&self.narrowing, times);
        self
    }

    /// There is exactly one.
    #[track_caller]
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// The events that meet all that was said, in the order in which they came.
    pub fn events(&self) -> &[Arc<Event<'static>>] {
        self.narrowing.left()
    }
}

#[allow(
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "an assertion that ends here is one all the same"
)]
impl Found<Decided> {
    /// The policy said `allow`.
    #[track_caller]
    pub fn allowed(self) -> Self {
        self.are(Condition::Effect(Effect::Allow))
    }

    /// The policy said `block`, whether that was obeyed or not.
    #[track_caller]
    pub fn blocked(self) -> Self {
        self.are(Condition::Effect(Effect::Block))
    }

    /// None of them is one at which the policy said `block`.
    #[track_caller]
    pub fn never_blocked(self) -> Self {
        let mut blocked = self.narrowing.clone();
        blocked.narrow(Condition::Effect(Effect::Block));
        must_be(&blocked, 0);
        self
    }

    /// The policy said `require_approval`.
    #[track_caller]
    pub fn needs_approval(self) -> Self {
        self.are(Condition::Effect(Effect::RequireApproval))
    }

    /// This rule decided.
    #[track_caller]
    pub fn by(self, rule: impl Into<NamePattern>) -> Self {
        self.are(Condition::Rule(rule.into()))
    }

    /// No rule matched, so that the policy's default decided.
    #[track_caller]
    pub fn by_default(self) -> Self {
        self.are(Condition::Default)
    }

    /// Policy could not be asked or could not answer.
    #[track_caller]
    pub fn indeterminate(self) -> Self {
        self.are(Condition::Indeterminate)
    }

    /// The decision was made in this mode.
    #[track_caller]
    pub fn in_mode(self, mode: Mode) -> Self {
        self.are(Condition::Mode(mode))
    }

    /// The decision was obeyed: it was made in mode `enforce`.
    #[track_caller]
    pub fn enforced(self) -> Self {
        self.in_mode(Mode::Enforce)
    }

    /// The decision was recorded and not obeyed: it was made in mode `shadow`.
    #[track_caller]
    pub fn in_shadow(self) -> Self {
        self.in_mode(Mode::Shadow)
    }

    /// With the rules in shadow enforced, the effect would have been this one.
    #[track_caller]
    pub fn would(self, effect: Effect) -> Self {
        self.are(Condition::Would(effect))
    }

    /// The action has this field.
    #[track_caller]
    pub fn with<'v>(self, field: &str, value: impl Into<Value<'v>>) -> Self {
        self.field(&format!("action.{field}"), value)
    }

    /// The call completed.
    #[track_caller]
    pub fn completed(self) -> Self {
        self.are(Condition::Outcome(Status::Completed))
    }

    /// The call returned a failure.
    #[track_caller]
    pub fn failed(self) -> Self {
        self.are(Condition::Outcome(Status::Failed))
    }

    /// The call was refused: it never ran.
    #[track_caller]
    pub fn refused(self) -> Self {
        self.are(Condition::Outcome(Status::Refused))
    }

    /// The call panicked.
    #[track_caller]
    pub fn panicked(self) -> Self {
        self.are(Condition::Outcome(Status::Panicked))
    }

    /// The call's future was dropped before it was done.
    #[track_caller]
    pub fn cancelled(self) -> Self {
        self.are(Condition::Outcome(Status::Cancelled))
    }
}

#[allow(
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "an assertion that ends here is one all the same"
)]
impl Found<Recorded> {
    /// Its data has this field.
    #[track_caller]
    pub fn with<'v>(self, field: &str, value: impl Into<Value<'v>>) -> Self {
        self.field(&format!("data.{field}"), value)
    }
}

#[track_caller]
fn never(events: Vec<Arc<Event<'static>>>, kind: EventKind, name: NamePattern) {
    must_be(&Narrowing::of(events, kind, name), 0);
}

#[track_caller]
fn must_be_any(narrowing: &Narrowing) {
    if narrowing.left().is_empty() {
        fail(&Report::of_none(narrowing));
    }
}

#[track_caller]
fn must_be(narrowing: &Narrowing, times: usize) {
    if narrowing.left().len() != times {
        fail(&Report::of_number(narrowing, times));
    }
}

#[allow(clippy::panic, reason = "it is what an assertion is for")]
#[track_caller]
fn fail(report: &Report<'_>) -> ! {
    panic!("{report}")
}

/// The doors, alike for all that keeps events.
macro_rules! assertions {
    ($($start:tt)*) => {
        #[allow(
            clippy::must_use_candidate,
            reason = "an assertion that ends here is one all the same"
        )]
        $($start)* {
            /// Something was decided about such an action. What it returns narrows this down.
            ///
            /// # Panics
            /// Nothing was; the message says what was instead.
            #[track_caller]
            pub fn assert_decided(&self, action: impl Into<NamePattern>) -> Found<Decided> {
                Found::among(self.kept(), EventKind::Decision, action.into())
            }

            /// Nothing was decided about such an action.
            ///
            /// # Panics
            /// Something was; the message says what.
            #[track_caller]
            pub fn assert_never_decided(&self, action: impl Into<NamePattern>) {
                never(self.kept(), EventKind::Decision, action.into());
            }

            /// Such a domain event was published. What it returns narrows this down.
            ///
            /// # Panics
            /// None was; the message says what was recorded instead.
            #[track_caller]
            pub fn assert_published(&self, name: impl Into<NamePattern>) -> Found<Recorded> {
                self.assert_recorded(EventKind::Event, name)
            }

            /// No such domain event was published.
            ///
            /// # Panics
            /// One was; the message says with what.
            #[track_caller]
            pub fn assert_never_published(&self, name: impl Into<NamePattern>) {
                never(self.kept(), EventKind::Event, name.into());
            }

            /// Such an event was recorded. What it returns narrows this down.
            ///
            /// # Panics
            /// None was; the message says what was recorded instead.
            #[track_caller]
            pub fn assert_recorded(&self, kind: EventKind, name: impl Into<NamePattern>) -> Found<Recorded> {
                Found::among(self.kept(), kind, name.into())
            }
        }
    };
}

assertions!(impl MemorySink);
assertions!(impl<R> Captured<R>);

impl MemorySink {
    fn kept(&self) -> Vec<Arc<Event<'static>>> {
        self.events()
    }
}

impl<R> Captured<R> {
    fn kept(&self) -> Vec<Arc<Event<'static>>> {
        self.events.iter().cloned().map(Arc::new).collect()
    }
}
