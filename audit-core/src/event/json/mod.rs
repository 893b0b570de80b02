//! The envelopes of decisions and outcomes as JSON, byte for byte what `serde_json` makes of them, in a fraction of the
//! time: names are written as they stand here, and nothing takes memory but the buffer.

mod part;
#[cfg(test)]
mod tests;
mod text;
mod time;
mod value;

use crate::request::TenantId;

use super::{DecisionEvent, OutcomeEvent};

use part::{Identifier, decision as answer, outcome as end};
use text::text;
use time::timestamp;
use value::fields;

/// More than most envelopes take, so that the buffer grows once.
const MOSTLY: usize = 1024;

/// The envelope of a decision.
pub(super) fn decision(event: &DecisionEvent<'_>, out: &mut Vec<u8>) {
    let id = Identifier::of(event.id());
    out.reserve(MOSTLY);
    out.extend_from_slice(b"{\"v\":1,\"id\":");
    id.write(out);
    out.extend_from_slice(b",\"time\":");
    timestamp(event.time, out);
    out.extend_from_slice(b",\"kind\":\"decision\",\"name\":");
    text(event.action_type(), out);
    out.extend_from_slice(b",\"call\":");
    id.write(out);
    if let Some(cause) = event.ambient.cause {
        out.extend_from_slice(b",\"cause\":");
        Identifier::of(cause).write(out);
    }
    out.extend_from_slice(b",\"actor\":");
    fields(event.actor.fields(), out);
    tenant(event.ambient.tenant.as_ref(), out);
    out.extend_from_slice(b",\"action\":{");
    if let Some(kind) = event.action.kind() {
        out.extend_from_slice(b"\"type\":");
        text(kind, out);
        out.push(b',');
    }
    out.extend_from_slice(b"\"fields\":");
    fields(event.action.fields(), out);
    out.push(b'}');
    resource(event.action.resource(), out);
    out.extend_from_slice(b",\"snapshot\":");
    fields(event.snapshot, out);
    out.extend_from_slice(b",\"decision\":");
    answer(event.decision, &id, out);
    part::redacted(event.redacted, out);
    part::origin(event.ambient.trace, event.site, out);
    out.push(b'}');
}

/// The envelope of an outcome.
pub(super) fn outcome(event: &OutcomeEvent<'_>, out: &mut Vec<u8>) {
    out.reserve(MOSTLY);
    out.extend_from_slice(b"{\"v\":1,\"id\":");
    Identifier::of(event.id).write(out);
    out.extend_from_slice(b",\"time\":");
    timestamp(event.time, out);
    out.extend_from_slice(b",\"kind\":\"outcome\",\"name\":");
    text(event.action_type, out);
    out.extend_from_slice(b",\"call\":");
    Identifier::of(event.call).write(out);
    if let Some(cause) = event.ambient.cause {
        out.extend_from_slice(b",\"cause\":");
        Identifier::of(cause).write(out);
    }
    out.extend_from_slice(b",\"actor\":");
    fields(event.actor.fields(), out);
    tenant(event.ambient.tenant.as_ref(), out);
    resource(event.resource, out);
    out.extend_from_slice(b",\"outcome\":");
    end(event.outcome, out);
    part::redacted(event.redacted, out);
    part::origin(event.ambient.trace, event.site, out);
    out.push(b'}');
}

#[inline]
fn tenant(tenant: Option<&TenantId>, out: &mut Vec<u8>) {
    if let Some(tenant) = tenant {
        out.extend_from_slice(b",\"tenant\":");
        text(tenant, out);
    }
}

#[inline]
fn resource(resource: Option<&str>, out: &mut Vec<u8>) {
    if let Some(resource) = resource {
        out.extend_from_slice(b",\"resource\":");
        text(resource, out);
    }
}
