//! Who may call the service. A real one would authenticate; this one believes the header.

use audit_core::Actor;

/// Everybody the service knows, and what they do here.
const PEOPLE: [(&str, &str); 3] = [
    ("alice", "support"),
    ("bob", "manager"),
    ("charlie", "contractor"),
];

/// The person of this name, as a policy sees them.
pub(crate) fn find(name: &str) -> Option<Actor<'static>> {
    PEOPLE
        .into_iter()
        .find(|(id, _)| *id == name)
        .map(|(id, role)| Actor::new(id).with("role", role))
}

/// The names, for a message.
pub(crate) fn names() -> String {
    PEOPLE.map(|(id, _)| format!("`{id}`")).join(", ")
}
