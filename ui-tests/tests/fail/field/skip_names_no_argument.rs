//! `skip` names what is there.

#![allow(unused)]

use audit_core::audit;

#[audit(skip(amuont))]
fn refund(amount: u64, to: &str) {}

#[audit(skip(order))]
fn pay(amount: u64, (to, note): (u8, u8)) {}

#[audit(skip(order))]
fn close() {}

fn main() {}
