//! Whether whoever acts has the role that a runnable requires.

use crate::request::Actor;
use crate::scope::with_nearest;
use crate::value::Value;

/// Whether whoever acts here has a role.
pub(super) fn acts_as(role: &str) -> bool {
    with_nearest(|in_force| {
        let actor = in_force.and_then(|in_force| in_force.ambient.actor.as_deref());
        actor.is_some_and(|actor| has_role(actor, role))
    })
}

fn has_role(actor: &Actor<'_>, role: &str) -> bool {
    let is_it = |value: &Value<'_>| matches!(value, Value::Text(text) if &**text == role);
    let fields = actor.fields();
    let one = fields.get("role").is_some_and(is_it);
    let one_of = match fields.get("roles") {
        Some(Value::List(roles)) => roles.iter().any(is_it),
        _ => false,
    };
    one || one_of
}
