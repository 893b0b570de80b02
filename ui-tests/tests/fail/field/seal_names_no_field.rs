//! `seal` names what is there.

#![allow(unused)]

use audit_core::audit;

#[audit(seal(amuont))]
fn refund(amount: u64, to: &str) {}

#[audit(seal(order))]
fn pay(amount: u64, (to, note): (u8, u8)) {}

#[audit(seal(order))]
fn close() {}

fn main() {}
