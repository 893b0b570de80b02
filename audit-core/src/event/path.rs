//! Redacting one path of an event that was made before: for whoever may see less than the record shows.

use std::borrow::Cow;

use crate::redaction::{Redaction, RedactionKey, Redactor, Spots};
use crate::value::{Fields, Value};

use super::Event;

/// Stands for the key where there is none: what would be hashed is masked.
static NO_KEY: RedactionKey = RedactionKey::none();
/// The path of what a function returned.
const VALUE: &str = "outcome.value";

impl Event<'static> {
    /// Redacts what lies at a path, and lists it in `redacted`: for whoever hands on what it was given to somebody who may
    /// see less. Such paths are `data.card.number`, `request`, `actor.email`, `action.token`, `snapshot.limit`, `resource`,
    /// `tenant`, `actor` (its `id`), `outcome.error`, `outcome.value`, `decision.reason`; through a list one leads into each item.
    /// Without a key, what would be hashed is masked. What was redacted before is not hashed once more. A path that leads
    /// nowhere changes nothing.
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
        let mut redacted = std::mem::take(self.redacted.to_mut());
        let mut redactor = Redactor::again(key, &redacted);
        let (part, rest) = path.split_once('.').unwrap_or((path, ""));
        if let Some(payload) = self.payload(part) {
            in_value(&mut redactor, part, rest, how, payload);
        } else if let Some(fields) = self.fields(part) {
            in_fields(&mut redactor, part, rest, how, fields);
        } else {
            self.redact_other(&mut redactor, path, how);
        }
        let done = redactor.done();
        redacted.add(done);
        self.redacted = Cow::Owned(redacted);
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

    fn redact_other(&mut self, redactor: &mut Redactor<'_>, path: &str, how: Redaction) {
        match path {
            "resource" => {
                redactor.text(path, &mut self.resource, how);
                if let Some(action) = &mut self.action {
                    action.to_mut().replace_resource(self.resource.clone());
                }
            }
            "tenant" => redactor.text(path, &mut self.tenant, how),
            "decision.reason" => {
                if let Some(decision) = &mut self.decision {
                    redactor.text(path, &mut decision.to_mut().reason, how);
                }
            }
            _ => {
                let Some(outcome) = &mut self.outcome else {
                    return;
                };
                let outcome = outcome.to_mut();
                if path == "outcome.error" {
                    redactor.text(path, &mut outcome.error, how);
                } else if let Some(inside) = path.strip_prefix(VALUE)
                    && (inside.is_empty() || inside.starts_with('.'))
                {
                    let inside = inside.trim_start_matches('.');
                    in_value(redactor, VALUE, inside, how, &mut outcome.value);
                }
            }
        }
    }
}

/// Redacts what a path leads to in a part of the event that is a value, or all of it.
fn in_value(
    redactor: &mut Redactor<'_>,
    domain: &str,
    path: &str,
    how: Redaction,
    value: &mut Option<Value<'static>>,
) {
    let mut spots = Spots::none();
    match value {
        Some(_) if path.is_empty() => spots.add(how),
        Some(value) => spots.add_path(value, path, how),
        None => {}
    }
    redactor.value(domain, value, &spots);
}

/// Redacts what a path leads to in a part of the event that consists of fields, or all of these.
fn in_fields(
    redactor: &mut Redactor<'_>,
    domain: &str,
    path: &str,
    how: Redaction,
    fields: &mut Fields<'static>,
) {
    let mut spots = Spots::none();
    if path.is_empty() {
        (0..fields.len()).for_each(|place| spots.at([place]).add(how));
    } else {
        spots.add_field(fields, path, how);
    }
    redactor.fields(domain, fields, &spots);
}

#[cfg(test)]
mod tests;
