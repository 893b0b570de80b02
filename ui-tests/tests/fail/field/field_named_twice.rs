//! One name, one value.

#![allow(unused)]

use audit_core::audit;

#[audit(fields(amount, amount = 7))]
fn fields(amount: u64) {}

#[audit(skip(amount, amount))]
fn skip(amount: u64) {}

#[audit(mask(amount, amount))]
fn mask(amount: u64) {}

#[audit(snapshot(flag = true, flag = false))]
fn snapshot() {}

fn main() {}
