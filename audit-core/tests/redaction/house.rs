//! A policy with classified fields, a function that redacts some of its own, and nets for what comes out.

use std::sync::{Arc, Mutex};

use audit_core::__private::{self, Site};
use audit_core::{
    Action, Actor, DecisionEvent, Event, Explanation, Observer, OutcomeEvent, Policy, Redaction,
    RedactionKey, Runtime, RuntimeBuilder, Scope, Value,
};

pub(crate) const SCHEMA: &str = "version: 1
actions:
  deploy:
    fields: {token: string, card: string, note: string, pin: string, size: number}
    sensitive: {token: mask, card: hash, pin: drop}
  refund: {fields: {token: string}}
actor:
  sensitive: {email: hash, badge: drop}
  fields: {id: string, email: string, badge: string, role: string}
snapshot:
  fields: {secret: string, flag: boolean}
  sensitive: {secret: seal}
";

pub(crate) const POLICY: &str = "version: 1
rules:
  - id: known_token
    scope: {action: deploy}
    when: {subject: {domain: action, field: token}, operator: equals, value: {literal: open-sesame}}
    effect: block
  - id: same
    scope: {action: deploy}
    when: {subject: {domain: action, field: note}, operator: equals, value: {subject: {domain: snapshot, field: secret}}}
    effect: require_approval
  - id: pinned
    scope: {action: deploy}
    when: {subject: {domain: action, field: pin}, operator: equals, value: {literal: pin-of-the-policy}}
    effect: block
  - id: mailed
    scope: {global: true}
    when: {subject: {domain: actor, field: email}, operator: equals, value: {literal: root@example.com}}
    effect: block
";

pub(crate) fn key() -> RedactionKey {
    RedactionKey::new([7; 32])
}

pub(crate) fn policy() -> Policy {
    Policy::from_strings(SCHEMA, POLICY, None).unwrap()
}

pub(crate) fn builder() -> RuntimeBuilder {
    Runtime::builder().policy(policy()).redaction_key(key())
}

pub(crate) fn runtime() -> Runtime {
    builder().build().unwrap()
}

pub(crate) fn deploy() -> Action<'static> {
    Action::new("deploy")
        .with("token", "tok-11111")
        .with("card", "card-2222")
        .with("note", "plain words")
        .with("pin", "pin-33333")
}

pub(crate) fn alice() -> Actor<'static> {
    Actor::new("alice")
        .with("email", "alice@example.com")
        .with("badge", "badge-4444")
        .with("role", "support")
}

/// The one decision event of some code.
pub(crate) fn event_of<R>(work: impl FnOnce() -> R) -> Event<'static> {
    let captured = audit_core::testing::capture(work);
    captured.events.into_iter().next().unwrap()
}

pub(crate) fn text<'v>(value: Option<&'v Value<'_>>) -> Option<&'v str> {
    value.and_then(|value| value.as_str())
}

/// How a part of an event was redacted.
pub(crate) fn how(event: &Event<'_>, path: &str) -> Option<Redaction> {
    let found = event.redacted.iter().find(|known| known.path == *path);
    found.map(|known| known.how)
}

const FIELDS: &[&str] = &["token", "card", "note"];

/// `card` is stricter here than in the schema, `token` is not.
const REDACTIONS: &[(&str, Redaction)] = &[
    ("note", Redaction::Mask),
    ("card", Redaction::Drop),
    ("token", Redaction::Hash),
];

pub(crate) static RELEASE: Site = Site::audit("release", "house", "house.rs", 1, false, &[])
    .action("deploy")
    .fields(FIELDS)
    .redactions(REDACTIONS);

pub(crate) static ADMITTED: Site = Site::admit("release", "house", "house.rs", 2, false, &[])
    .action("deploy")
    .fields(FIELDS)
    .redactions(REDACTIONS);

/// The door that generated code enters by.
macro_rules! enter {
    ($site:expr, $capture:expr) => {
        audit_core::__private::enter($site, $capture, None)
    };
}
pub(crate) use enter;

/// What the attribute makes of `fn release(token, card, note) -> Result<String, String>`.
pub(crate) fn release(
    site: &'static Site,
    fields: [&str; 3],
    body: impl FnOnce() -> Result<String, String>,
) -> Result<String, String> {
    let [token, card, note] = fields;
    let mut call = enter!(site, &|place| match place {
        0 => Some(audit_core::Capture::take(token)),
        1 => Some(audit_core::Capture::take(card)),
        2 => Some(audit_core::Capture::take(note)),
        _ => None,
    });
    if let Some(refused) = call.refused() {
        return Err(refused.to_string());
    }
    let result = body();
    if call.is_on() {
        let returned = __private::returned(&result);
        call.end(returned.report_value().and(returned.report_error()));
    }
    result
}

/// Everything that was shown to anybody.
#[derive(Clone, Default)]
pub(crate) struct Shown(Arc<Mutex<Vec<String>>>);

impl Shown {
    pub(crate) fn add(&self, text: impl Into<String>) {
        self.0.lock().unwrap().push(text.into());
    }

    /// In every way in which an explanation shows itself.
    pub(crate) fn explanation(&self, explanation: &Explanation) {
        self.add(serde_json::to_string(explanation).unwrap());
        self.add(format!("{explanation}{explanation:?}{explanation:#?}"));
    }

    pub(crate) fn queued(&self) -> impl FnMut(&Event<'static>) + Send + 'static + use<> {
        let shown = self.clone();
        move |event| {
            shown.add(serde_json::to_string(event).unwrap());
            shown.add(format!("{event:?}"));
        }
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Observer for Shown {
    fn on_decision(&self, event: &DecisionEvent<'_>) {
        self.add(serde_json::to_string(event).unwrap());
        self.add(format!("{event:?}{event:#?}{:?}", event.to_event()));
        if let Some(error) = &event.decision.error {
            self.add(format!("{error}{error:?}"));
        }
    }

    fn on_outcome(&self, event: &OutcomeEvent<'_>) {
        self.add(serde_json::to_string(event).unwrap());
        self.add(format!("{event:?}{event:#?}{:?}", event.to_event()));
    }
}

/// The outcome events of some code under this runtime.
pub(crate) fn outcomes_of(
    runtime: &Runtime,
    scope: Scope,
    work: impl FnOnce(),
) -> Vec<Event<'static>> {
    let seen: Arc<Mutex<Vec<Event<'static>>>> = Arc::default();
    let kept = Arc::clone(&seen);
    let id = runtime.observe_outcomes("outcomes", move |event| {
        kept.lock().unwrap().push(event.to_event());
    });
    scope.runtime(runtime.clone()).run(work);
    assert!(runtime.remove_observer(id));
    let seen = seen.lock().unwrap();
    seen.clone()
}
