//! A word that the table does not know; the nearest one is offered.

use audit_core::{admit, audit, Refused};

#[audit(actoin = "refund")]
fn refund() {}

#[admit(on_refusal = decline)]
fn pay() -> Result<(), Refused> {
    Ok(())
}

#[audit(level = "info")]
fn log() {}

fn main() {}
