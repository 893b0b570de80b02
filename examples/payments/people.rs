//! Who may call the service. A real one would authenticate; this one believes the header.

use audit_core::Actor;

/// Everybody the service knows, what they do here, and where to write to them.
const PEOPLE: [(&str, &str, &str); 3] = [
    ("alice", "support", "alice@shop.example"),
    ("bob", "manager", "bob@shop.example"),
    ("charlie", "contractor", "charlie@elsewhere.example"),
];

/// The person of this name, as a policy sees them.
pub(crate) fn find(name: &str) -> Option<Actor<'static>> {
    PEOPLE
        .into_iter()
        .find(|(id, ..)| *id == name)
        .map(|(id, role, email)| Actor::new(id).with("role", role).with("email", email))
}

/// The names, for a message.
pub(crate) fn names() -> String {
    PEOPLE.map(|(id, ..)| format!("`{id}`")).join(", ")
}
