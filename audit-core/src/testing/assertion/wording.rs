//! How conditions and events stand in a message.

use std::fmt;

use crate::decision::Decision;
use crate::event::{Event, EventKind};
use crate::sink::{Condition, Ends, field_of, rule_of};
use crate::value::Value;
use crate::word::one_line;

/// How many letters of a value are shown.
const SHOWN: usize = 80;

/// What is asked for, in words, up to its name.
pub(super) fn singular(kind: EventKind) -> String {
    match kind {
        EventKind::Decision => "decision on".to_owned(),
        EventKind::Event => "domain event".to_owned(),
        other => format!("`{other}` event"),
    }
}

/// So many of it.
pub(super) fn subject(kind: EventKind, count: usize) -> String {
    match kind {
        EventKind::Decision => format!("{} on", number(count, "decision")),
        EventKind::Event => number(count, "domain event"),
        other => number(count, &format!("`{other}` event")),
    }
}

pub(super) fn number(count: usize, what: &str) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{count} {what}{end}")
}

/// What was asked.
pub(super) fn asked(condition: &Condition) -> String {
    match condition {
        Condition::Default => "by default".to_owned(),
        Condition::Indeterminate => "indeterminate".to_owned(),
        other => {
            let (part, wanted) = expected(other);
            format!("{part} {wanted}")
        }
    }
}

/// What is asked for, and what of it.
fn expected(condition: &Condition) -> (String, String) {
    let (part, wanted) = match condition {
        Condition::Kind(kind) => ("kind", quoted(kind)),
        Condition::Name(name) => ("name", quoted(name)),
        Condition::Actor(id) => ("actor", quoted(id)),
        Condition::Tenant(id) => ("tenant", quoted(id)),
        Condition::Action(kind) => ("action", quoted(kind)),
        Condition::Resource(resource) => ("resource", quoted(resource)),
        Condition::Effect(effect) => ("effect", quoted(effect)),
        Condition::Rule(rule) => ("rule", quoted(rule)),
        Condition::Default => ("decided by", "the default".to_owned()),
        Condition::Indeterminate => ("error", "one".to_owned()),
        Condition::Mode(mode) => ("mode", quoted(mode)),
        Condition::Would(effect) => ("would be", quoted(effect)),
        Condition::Outcome(status) => ("outcome", quoted(status)),
        Condition::Id(id) => ("id", quoted(id)),
        Condition::Call(call) => ("call", quoted(call)),
        Condition::Cause(cause) => ("cause", quoted(cause)),
        Condition::Field(path, value) => {
            return (format!("field `{}`", one_line(path)), shown(value));
        }
        Condition::Redacted(path) => ("redacted", quoted(one_line(path))),
    };
    (part.to_owned(), wanted)
}

/// In which way an event is not what was asked for.
pub(super) fn difference(condition: &Condition, event: &Event<'_>, ends: &Ends) -> String {
    let (part, wanted) = expected(condition);
    let found = found(condition, event, ends);
    format!("{part}: expected {wanted}, found {found}")
}

fn found(condition: &Condition, event: &Event<'_>, ends: &Ends) -> String {
    let decision = event.decision.as_deref();
    let text = |text: Option<&str>| text.map(|text| quoted(one_line(text)));
    let found = match condition {
        Condition::Kind(_) => Some(quoted(event.kind)),
        Condition::Name(_) | Condition::Action(_) => text(Some(&event.name)),
        Condition::Actor(_) => text(event.actor.as_ref().and_then(|actor| actor.id())),
        Condition::Tenant(_) => text(event.tenant.as_deref()),
        Condition::Resource(_) => text(event.resource.as_deref()),
        Condition::Effect(_) => decision.map(|decision| quoted(decision.effect)),
        Condition::Rule(_) => text(decision.and_then(rule_of)),
        Condition::Default => {
            let rule = decision.and_then(rule_of);
            rule.map(|rule| format!("rule {}", quoted(one_line(rule))))
        }
        Condition::Indeterminate => None,
        Condition::Mode(_) => decision.map(|decision| quoted(decision.mode)),
        Condition::Would(_) => decision.and_then(|decision| decision.would).map(quoted),
        Condition::Outcome(_) => ends.of(event).map(quoted),
        Condition::Id(_) => Some(quoted(event.id)),
        Condition::Call(_) => event.call.map(quoted),
        Condition::Cause(_) => event.cause.map(quoted),
        Condition::Field(path, _) => field_of(event, path).map(|found| {
            let is_redacted = Condition::Redacted(path.clone()).holds(event, ends);
            let redacted = if is_redacted {
                ", which is redacted"
            } else {
                ""
            };
            format!("{}{redacted}", shown(&found))
        }),
        Condition::Redacted(_) => {
            let paths = event
                .redacted
                .iter()
                .map(|part| quoted(one_line(&part.path)));
            let paths: Vec<String> = paths.collect();
            (!paths.is_empty()).then(|| paths.join(", "))
        }
    };
    found.unwrap_or_else(|| "none".to_owned())
}

/// An event in one line: who did what, and what came of it.
pub(super) fn line(event: &Event<'_>, ends: &Ends) -> String {
    let mut line = quoted(one_line(&event.name));
    let actor = event.actor.as_ref().and_then(|actor| actor.id());
    let who = [
        ("by", actor),
        ("for", event.tenant.as_deref()),
        ("on", event.resource.as_deref()),
    ];
    for (word, text) in who {
        if let Some(text) = text {
            line.extend([" ", word, " ", &quoted(one_line(text))]);
        }
    }
    let mut parts = Vec::new();
    if let Some(decision) = event.decision.as_deref() {
        parts.push(answer(decision));
        parts.push(format!("mode {}", decision.mode));
    }
    parts.extend(ends.of(event).map(|status| status.to_string()));
    if let Some(data) = &event.data {
        parts.push(shown(data));
    }
    if !parts.is_empty() {
        line.push_str(": ");
        line.push_str(&parts.join(", "));
    }
    line
}

/// What a decision says, and why.
fn answer(decision: &Decision<'_>) -> String {
    let effect = decision.effect;
    match (&decision.error, rule_of(decision)) {
        (Some(error), _) => format!("{effect}, as {error}"),
        (None, Some(rule)) => format!("{effect} by rule {}", quoted(one_line(rule))),
        (None, None) if decision.default_used => format!("{effect} by default"),
        (None, None) => effect.to_string(),
    }
}

fn quoted(text: impl fmt::Display) -> String {
    format!("`{text}`")
}

/// A value as it would be written, in one line and not endless.
fn shown(value: &Value<'_>) -> String {
    let text = one_line(&value.to_string()).to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
