//! An actor, a text that identifies one, or an `Option` or `Result` of these.

use audit_core::audit;

struct User {
    name: String,
}

#[audit(actor = user)]
fn by_place(user: &User) -> usize {
    user.name.len()
}

#[audit(actor = 7)]
fn by_number() {}

#[audit(actor = Some(7))]
async fn by_option() {}

fn main() {}
