//! `#[audit]` and `#[admit]`, before a runtime is installed and with one in each of its states.

use std::hint::black_box;
use std::sync::{Mutex, PoisonError};

use audit_benches::engine::BoxError;
use audit_benches::measure::Contender;
use audit_core::{
    Change, DecisionEvent, Mode, ModeTarget, Observer, ObserverId, OutcomeEvent, Policy, Refused,
    Runtime,
};

use crate::subject::{Error, Form, Subject, ask, subject};
use crate::timing::{Entry, Make};

/// One rule that lets the measured call pass.
const SCHEMA: &str = "version: 1
actions:
  refund: {fields: {order_id: string, amount: number, currency: string}}
actor: {fields: {}}
snapshot: {fields: {}}
";
const POLICY: &str = "version: 1
rules:
  - id: large
    scope: {action: refund}
    when: {subject: {domain: action, field: amount}, operator: greater_than, value: {literal: 1000000}}
    effect: block
";

/// The observer that is there now.
static LISTENER: Mutex<Option<ObserverId>> = Mutex::new(None);

subject!(
    "`#[audit]`"
    #[audit_core::audit(action = "refund")]
    mod audit(order_id, amount, currency)
);
// Without a runtime it would refuse.
subject!(
    "`#[admit]`"
    #[audit_core::admit(action = "refund", uninstalled = "run")]
    mod admit(order_id, amount, currency)
);

impl From<Refused> for Error {
    fn from(_: Refused) -> Self {
        Self::Refused
    }
}

/// Both attributes.
pub(crate) fn subjects() -> Vec<Subject> {
    vec![audit::subject(), admit::subject()]
}

/// The rows while nothing is installed.
pub(crate) fn absent() -> Vec<Entry> {
    let rows = subjects().into_iter();
    rows.map(|subject| Entry {
        free: true,
        ..Entry::simple(subject, "not installed")
    })
    .collect()
}

/// The rows while a runtime is installed: one for each of its states.
pub(crate) fn present() -> Vec<Entry> {
    const STATES: [(&str, Make); 3] = [
        ("mode off", |name, form| after(name, form, Mode::Off, None)),
        ("decisions seen", |name, form| {
            after(name, form, None, Some(Listener { outcomes: false }))
        }),
        ("decisions and outcomes seen", |name, form| {
            after(name, form, None, Some(Listener { outcomes: true }))
        }),
    ];
    let mut rows = Vec::new();
    for subject in subjects() {
        rows.extend(STATES.map(|(state, make)| Entry {
            subject,
            state,
            make,
            free: true,
        }));
    }
    rows
}

/// Installs the runtime whose state the rows change.
pub(crate) fn install() -> Result<(), BoxError> {
    let policy = Policy::from_strings(SCHEMA, POLICY, None)?;
    let runtime = Runtime::builder().policy(policy).mode(Mode::Off).build()?;
    audit_core::install(runtime)?;
    Ok(())
}

/// Calls in a state, which is brought about before each batch and seen by this thread before its time begins.
fn after(
    name: String,
    form: Form,
    mode: impl Into<Option<Mode>>,
    listener: Option<Listener>,
) -> Contender<'static> {
    let mode = mode.into();
    Contender::new(name, move || ask(form)).after(move || {
        let Some(runtime) = audit_core::runtime() else {
            return;
        };
        let mut present = LISTENER.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = present.take() {
            runtime.remove_observer(id);
        }
        *present = listener.map(|listener| runtime.add_observer("listener", listener));
        let change = Change::by("the bench").because("the next row");
        let set = change.map(|change| runtime.set_mode(ModeTarget::Everything, mode, change));
        assert!(matches!(set, Ok(Ok(()))), "the mode is not set");
        drop(present);
        let _ = black_box(ask(form));
    })
}

/// Looks and does nothing.
#[derive(Clone, Copy)]
struct Listener {
    outcomes: bool,
}

impl Observer for Listener {
    fn on_decision(&self, event: &DecisionEvent<'_>) {
        black_box(event);
    }

    fn on_outcome(&self, event: &OutcomeEvent<'_>) {
        black_box(event);
    }

    fn sees_outcomes(&self) -> bool {
        self.outcomes
    }
}
