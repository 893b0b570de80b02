//! `mask` names what is there.

#![allow(unused)]

use audit_core::audit;

#[audit(mask(amuont))]
fn refund(amount: u64, to: &str) {}

#[audit(mask(order))]
fn pay(amount: u64, (to, note): (u8, u8)) {}

#[audit(mask(order))]
fn close() {}

fn main() {}
