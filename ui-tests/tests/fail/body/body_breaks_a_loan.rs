//! What the borrow checker says of a body it says of the user's own tokens.

use audit_core::audit;

#[audit]
fn moved(text: String) -> String {
    drop(text);
    text
}

#[audit]
fn dangling<'a>() -> &'a str {
    let text = String::new();
    &text
}

#[audit]
fn not_mutable(text: String) -> String {
    text.push('.');
    text
}

#[audit]
async fn moved_later(text: String) -> String {
    drop(text);
    text
}

fn main() {}
