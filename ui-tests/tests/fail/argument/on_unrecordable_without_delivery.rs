//! What may not fail needs no answer to its failure.

use audit_core::{admit, Refused};

#[admit(on_unrecordable = "run")]
fn nothing_said() -> Result<(), Refused> {
    Ok(())
}

#[admit(on_unrecordable = "run", delivery = "best_effort")]
fn never_waits() -> Result<(), Refused> {
    Ok(())
}

fn main() {}
