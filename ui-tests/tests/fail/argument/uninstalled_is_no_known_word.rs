//! A call without a runtime is refused or runs.

use audit_core::{admit, Refused};

#[admit(uninstalled = "refused")]
fn refund() -> Result<(), Refused> {
    Ok(())
}

#[admit(uninstalled = "panic")]
fn pay() -> Result<(), Refused> {
    Ok(())
}

fn main() {}
