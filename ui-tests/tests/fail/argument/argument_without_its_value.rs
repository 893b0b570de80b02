//! An argument that takes a value stands alone.

#![allow(unused)]

use audit_core::{admit, audit, Refused};

#[audit(action)]
fn action() {}

#[audit(fields)]
fn fields(amount: u64) {}

#[audit(skip)]
fn skip(amount: u64) {}

#[audit(snapshot)]
fn snapshot() {}

#[audit(mask, ret)]
fn mask(amount: u64) {}

#[audit(actor =)]
fn actor() {}

#[audit(tenant =, ret)]
fn tenant() {}

#[audit(resource)]
fn resource() {}

#[audit(runtime)]
fn runtime() {}

#[audit(delivery)]
fn delivery() {}

#[audit(explain)]
fn explain() {}

#[audit(crate)]
fn renamed() {}

#[admit(on_refuse)]
fn on_refuse() -> Result<(), Refused> {
    Ok(())
}

#[admit(uninstalled =)]
fn uninstalled() -> Result<(), Refused> {
    Ok(())
}

#[admit(on_unrecordable, delivery = "durable")]
fn on_unrecordable() -> Result<(), Refused> {
    Ok(())
}

#[admit(durable_timeout, delivery = "durable")]
fn durable_timeout() -> Result<(), Refused> {
    Ok(())
}

fn main() {}
