//! A part of the snapshot is a value that policy can compare.

use audit_core::audit;

struct Health;

#[audit(snapshot(health = Health))]
fn made() {}

#[audit(snapshot(health = health))]
fn by_place(health: &Health) {}

fn main() {}
