//! Of what nobody sees nothing can be hidden.

#![allow(unused)]

use audit_core::audit;

#[audit(skip(token), mask(token))]
fn mask(token: &str) {}

#[audit(skip(token), drop(token))]
fn drop(token: &str) {}

fn main() {}
