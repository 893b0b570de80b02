//! Who may call the service, and for which shop. A real one would authenticate; this one believes the header.

use audit_core::{Actor, TenantId};

/// Everybody the service knows, what they do, where to write to them, and for which of the two shops they work.
const PEOPLE: [(&str, &str, &str, &str); 4] = [
    ("alice", "support", "alice@shop.example", NORTH),
    ("bob", "manager", "bob@shop.example", NORTH),
    ("charlie", "contractor", "charlie@elsewhere.example", NORTH),
    ("erin", "manager", "erin@harbour.example", SOUTH),
];

/// The two shops: the tenants of this service.
pub(crate) const NORTH: &str = "north";
pub(crate) const SOUTH: &str = "south";

/// The person of this name, as a policy sees them.
pub(crate) fn find(name: &str) -> Option<Actor<'static>> {
    PEOPLE
        .into_iter()
        .find(|(id, ..)| *id == name)
        .map(|(id, role, email, _)| Actor::new(id).with("role", role).with("email", email))
}

/// For which shop the person of this name works.
pub(crate) fn shop_of(name: &str) -> Option<TenantId> {
    let person = PEOPLE.into_iter().find(|(id, ..)| *id == name);
    person.and_then(|(.., shop)| TenantId::new(shop).ok())
}

/// The names, for a message.
pub(crate) fn names() -> String {
    PEOPLE.map(|(id, ..)| format!("`{id}`")).join(", ")
}
