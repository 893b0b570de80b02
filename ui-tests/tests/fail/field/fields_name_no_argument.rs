//! `fields` names what is there.

#![allow(unused)]

use audit_core::audit;

#[audit(fields(amuont))]
fn refund(amount: u64, to: &str) {}

#[audit(fields(order))]
fn pay(amount: u64, (to, note): (u8, u8)) {}

#[audit(fields(order))]
fn close() {}

fn main() {}
