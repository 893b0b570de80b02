//! `hash` names what is there.

#![allow(unused)]

use audit_core::audit;

#[audit(hash(amuont))]
fn refund(amount: u64, to: &str) {}

#[audit(hash(order))]
fn pay(amount: u64, (to, note): (u8, u8)) {}

#[audit(hash(order))]
fn close() {}

fn main() {}
