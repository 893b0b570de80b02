//! Each argument has one form; a text is no expression, a name no text, a list no value.

#![allow(unused)]

use audit_core::audit;

#[audit(action = pay)]
fn action() {}

#[audit(action = 7)]
fn number() {}

#[audit(ret = true)]
fn flag() {}

#[audit(err("x"))]
fn list_for_flag() {}

#[audit(fields = amount)]
fn fields(amount: u64) {}

#[audit(skip = amount)]
fn skip(amount: u64) {}

#[audit(skip(amount = 1))]
fn names(amount: u64) {}

#[audit(mask("amount"))]
fn texts_for_names(amount: u64) {}

#[audit(snapshot(amount))]
fn snapshot(amount: u64) {}

#[audit(actor("alice"))]
fn actor() {}

#[audit(delivery = durable)]
fn delivery() {}

#[audit(explain = "explain_it")]
fn explain() {}

#[audit(crate = "renamed")]
fn renamed() {}

fn main() {}
