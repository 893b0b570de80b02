//! A field is recorded in one way.

#![allow(unused)]

use audit_core::audit;

#[audit(mask(token), hash(token))]
fn refund(token: &str) {}

#[audit(seal(token), drop(token))]
fn pay(token: &str) {}

fn main() {}
