//! `drop` names what is there.

#![allow(unused)]

use audit_core::audit;

#[audit(drop(amuont))]
fn refund(amount: u64, to: &str) {}

#[audit(drop(order))]
fn pay(amount: u64, (to, note): (u8, u8)) {}

#[audit(drop(order))]
fn close() {}

fn main() {}
