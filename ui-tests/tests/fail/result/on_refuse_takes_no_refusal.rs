//! `on_refuse` is called with the refusal.

use audit_core::admit;

fn decline() -> u64 {
    0
}

fn decline_text(_: &str) -> u64 {
    0
}

#[admit(on_refuse = decline)]
fn takes_nothing() -> u64 {
    7
}

#[admit(on_refuse = decline_text)]
fn takes_another() -> u64 {
    7
}

#[admit(on_refuse = decline_text)]
async fn takes_another_later() -> u64 {
    7
}

fn main() {}
