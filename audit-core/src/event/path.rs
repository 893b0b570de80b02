//! Redacting one path of an event that was made before: for whoever may see less than the record shows.

use std::borrow::Cow;

use crate::redaction::{Redaction, RedactionKey, Redactor, Secrets, Spots};
use crate::value::{Fields, Text, Value};

use super::{DEAD_LETTER, Event, EventKind};

/// Stands for the key where there is none: what would be hashed is masked.
static NO_KEY: RedactionKey = RedactionKey::none();
/// The path of what a function returned.
const VALUE: &str = "outcome.value";

impl Event<'static> {
    /// Redacts what lies at a path, and lists it in `redacted`: for whoever hands on what it was given to somebody who may
    /// see less. Such paths are `data.card.number`, `request`, `actor.email`, `action.token`, `snapshot.limit`, `resource`,
    /// `tenant`, `actor` (its `id`), `outcome.error`, `outcome.value`, `decision.reason`; through a list one leads into each item.
    /// Without a key, what would be hashed is masked. What was redacted before is not hashed once more. What the event's object, the
    /// decision's reason and error, the outcome, and the error of a dead letter quote of it is masked. What was listed of its parts goes with it, as it may name
    /// them. A path that leads nowhere changes nothing.
    ///
    /// ```
    /// use audit_core::testing::capture;
    /// use audit_core::{Action, Policy, Redaction, Runtime};
    ///
    /// # let dir = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/payments/policy"));
    /// let runtime = Runtime::builder().policy(Policy::from_dir(dir)?).build()?;
    /// let captured = capture(|| runtime.allow(&Action::new("refund").with("amount", 50).on("order:77")));
    /// let mut event = captured.events.into_iter().next().expect("a decision was made");
    /// event.redact("action.amount", Redaction::Mask, None);
    /// event.redact("resource", Redaction::Drop, None);
    /// assert_eq!(event.resource, None);
    /// let redacted: Vec<_> = event.redacted.iter().map(|one| &*one.path).collect();
    /// assert_eq!(redacted, ["action.amount", "resource"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn redact(&mut self, path: &str, how: Redaction, key: Option<&RedactionKey>) {
        let path = if path == "actor" { "actor.id" } else { path };
        let key = key.unwrap_or(&NO_KEY);
        let redacted = std::mem::take(self.redacted.to_mut());
        let mut taking = Taking {
            redactor: Redactor::again(key, &redacted),
            secrets: Secrets::of_payload(),
            how,
        };
        let (part, rest) = path.split_once('.').unwrap_or((path, ""));
        if let Some(payload) = self.payload(part) {
            taking.value(part, rest, payload);
        } else if let Some(fields) = self.fields(part) {
            taking.fields(part, rest, fields);
        } else {
            self.redact_other(&mut taking, path);
        }
        let Taking {
            mut redactor,
            secrets,
            ..
        } = taking;
        if !secrets.is_empty() {
            self.hide(&secrets, &mut redactor);
        }
        self.redacted = Cow::Owned(redactor.done_again());
    }

    /// What the event carries.
    fn payload(&mut self, part: &str) -> Option<&mut Option<Value<'static>>> {
        match part {
            "request" => Some(&mut self.request),
            "response" => Some(&mut self.response),
            "metadata" => Some(&mut self.metadata),
            "data" => Some(&mut self.data),
            _ => None,
        }
    }

    /// What consists of fields.
    fn fields(&mut self, part: &str) -> Option<&mut Fields<'static>> {
        match part {
            "action" => Some(self.action.as_mut()?.to_mut().fields_mut()),
            "actor" => Some(self.actor.as_mut()?.to_mut().fields_mut()),
            "snapshot" => Some(self.snapshot.as_mut()?.to_mut()),
            _ => None,
        }
    }

    fn redact_other(&mut self, taking: &mut Taking<'_>, path: &str) {
        match path {
            "resource" => {
                taking.text(path, &mut self.resource);
                if let Some(action) = &mut self.action {
                    action.to_mut().replace_resource(self.resource.clone());
                }
            }
            "tenant" => taking.text(path, &mut self.tenant),
            "decision.reason" => {
                if let Some(decision) = &mut self.decision {
                    taking.text(path, &mut decision.to_mut().reason);
                }
            }
            _ => {
                let Some(outcome) = &mut self.outcome else {
                    return;
                };
                let outcome = outcome.to_mut();
                if path == "outcome.error" {
                    taking.text(path, &mut outcome.error);
                } else if let Some(inside) = path.strip_prefix(VALUE)
                    && (inside.is_empty() || inside.starts_with('.'))
                {
                    let inside = inside.trim_start_matches('.');
                    taking.value(VALUE, inside, &mut outcome.value);
                }
            }
        }
    }

    /// Takes out of the texts of the event what they quote.
    fn hide(&mut self, secrets: &Secrets, redactor: &mut Redactor<'_>) {
        let hidden = |text: Option<&str>| secrets.hide_in(text?);
        if let Some(resource) = hidden(self.resource.as_deref()) {
            let resource = Text::from(resource);
            self.resource = Some(resource.clone());
            if let Some(action) = &mut self.action {
                action.to_mut().set_resource(resource);
            }
            redactor.note_part("resource", Redaction::Mask);
        }
        if let Some(decision) = &mut self.decision {
            if let Some(reason) = hidden(decision.reason.as_deref()) {
                decision.to_mut().reason = Some(Text::from(reason));
            }
            let error = decision.error.as_ref();
            if let Some(message) = hidden(error.map(|error| &*error.message))
                && let Some(error) = &mut decision.to_mut().error
            {
                error.message = message;
            }
        }
        if let Some(outcome) = &mut self.outcome {
            if let Some(error) = hidden(outcome.error.as_deref()) {
                outcome.to_mut().error = Some(Text::from(error));
            }
            if outcome.value.is_some() {
                let outcome = outcome.to_mut();
                let value = outcome.value.take();
                outcome.value = value.map(|value| secrets.hide_in_value(value));
            }
        }
        if self.kind == EventKind::Event
            && self.name == DEAD_LETTER
            && let Some(Value::Map(data)) = &mut self.data
            && let Some(error) = hidden(data.get("error").and_then(Value::as_str))
        {
            data.set("error", error);
        }
    }
}

/// What is being taken out of an event, and what was.
struct Taking<'k> {
    redactor: Redactor<'k>,
    secrets: Secrets,
    how: Redaction,
}

impl Taking<'_> {
    fn text(&mut self, domain: &str, text: &mut Option<Text<'static>>) {
        if let Some(text) = text {
            self.secrets.add(&Value::Text(text.clone()));
        }
        self.redactor.text(domain, text, self.how);
    }

    /// Redacts what a path leads to in a part of the event that is a value, or all of it.
    fn value(&mut self, domain: &str, path: &str, value: &mut Option<Value<'static>>) {
        let mut spots = Spots::none();
        if let Some(value) = value {
            if path.is_empty() {
                spots.add(self.how);
            } else {
                spots.add_path(value, path, self.how);
            }
            spots.add_secrets(value, &mut self.secrets);
        }
        self.redactor.value(domain, value, &spots);
    }

    /// Redacts what a path leads to in a part of the event that consists of fields, or all of these.
    fn fields(&mut self, domain: &str, path: &str, fields: &mut Fields<'static>) {
        let mut spots = Spots::none();
        if path.is_empty() {
            (0..fields.len()).for_each(|place| spots.at([place]).add(self.how));
        } else {
            spots.add_field(fields, path, self.how);
        }
        spots.add_secrets_of(fields, &mut self.secrets);
        self.redactor.fields(domain, fields, &spots);
    }
}

#[cfg(test)]
mod tests;
