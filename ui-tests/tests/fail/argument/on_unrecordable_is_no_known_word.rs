//! A call that can't be recorded is refused or runs.

use audit_core::{admit, Refused};

#[admit(on_unrecordable = "allow", delivery = "durable")]
fn refund() -> Result<(), Refused> {
    Ok(())
}

fn main() {}
