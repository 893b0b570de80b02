//! The envelopes of decisions and outcomes as JSON, byte for byte what `serde_json` makes of them, in a fraction of the
//! time: names are written as they stand here, and nothing takes memory but the buffer.

mod ink;
mod part;
#[cfg(test)]
mod tests;
mod text;
mod time;
mod value;

use crate::request::TenantId;

use super::{DecisionEvent, Fact, OutcomeEvent};

use ink::Ink;
use part::{Identifier, decision as answer, outcome as end};
use text::between;
use time::timestamp;
use value::fields;

/// Writes the envelope of a fact from a place in a buffer on, over what stands there. Returns where it ends.
pub(super) fn fact(fact: &Fact<'_>, at: usize, paper: &mut Vec<u8>) -> usize {
    let mut ink = Ink::at(at, paper);
    match fact {
        Fact::Decision(event) => decision(event, &mut ink),
        Fact::Outcome(event) => outcome(event, &mut ink),
        Fact::Other(event) => {
            // Rare, and of any form. Writing to memory fails only where a value has no form, and each has one.
            if serde_json::to_writer(&mut ink, event).is_err() {
                return at;
            }
        }
    }
    ink.end()
}

/// The envelope of a decision.
fn decision(event: &DecisionEvent<'_>, ink: &mut Ink<'_>) {
    let id = Identifier::of(event.id());
    ink.put(b"{\"v\":1,\"id\":");
    id.write(ink);
    ink.put(b",\"time\":");
    timestamp(event.time, ink);
    between(
        b",\"kind\":\"decision\",\"name\":\"",
        event.action_type(),
        b"\"",
        ink,
    );
    ink.put(b",\"call\":");
    id.write(ink);
    if let Some(cause) = event.ambient.cause {
        ink.put(b",\"cause\":");
        Identifier::of(cause).write(ink);
    }
    ink.put(b",\"actor\":");
    fields(event.actor.fields(), ink);
    tenant(event.ambient.tenant.as_ref(), ink);
    ink.put(b",\"action\":{");
    if let Some(kind) = event.action.kind() {
        between(b"\"type\":\"", kind, b"\"", ink);
        ink.put(b",");
    }
    ink.put(b"\"fields\":");
    fields(event.action.fields(), ink);
    ink.put(b"}");
    resource(event.action.resource(), ink);
    ink.put(b",\"snapshot\":");
    fields(event.snapshot, ink);
    ink.put(b",\"decision\":");
    answer(event.decision, &id, ink);
    part::redacted(event.redacted, ink);
    part::origin(event.ambient.trace, event.site, ink);
    ink.put(b"}");
}

/// The envelope of an outcome.
fn outcome(event: &OutcomeEvent<'_>, ink: &mut Ink<'_>) {
    ink.put(b"{\"v\":1,\"id\":");
    Identifier::of(event.id).write(ink);
    ink.put(b",\"time\":");
    timestamp(event.time, ink);
    between(
        b",\"kind\":\"outcome\",\"name\":\"",
        event.action_type,
        b"\"",
        ink,
    );
    ink.put(b",\"call\":");
    Identifier::of(event.call).write(ink);
    if let Some(cause) = event.ambient.cause {
        ink.put(b",\"cause\":");
        Identifier::of(cause).write(ink);
    }
    ink.put(b",\"actor\":");
    fields(event.actor.fields(), ink);
    tenant(event.ambient.tenant.as_ref(), ink);
    resource(event.resource, ink);
    ink.put(b",\"outcome\":");
    end(event.outcome, ink);
    part::redacted(event.redacted, ink);
    part::origin(event.ambient.trace, event.site, ink);
    ink.put(b"}");
}

#[inline]
fn tenant(tenant: Option<&TenantId>, ink: &mut Ink<'_>) {
    if let Some(tenant) = tenant {
        between(b",\"tenant\":\"", tenant, b"\"", ink);
    }
}

#[inline]
fn resource(resource: Option<&str>, ink: &mut Ink<'_>) {
    if let Some(resource) = resource {
        between(b",\"resource\":\"", resource, b"\"", ink);
    }
}
