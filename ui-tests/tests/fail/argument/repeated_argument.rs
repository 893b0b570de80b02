//! Each argument is said once.

use audit_core::{admit, audit, Refused};

#[audit(ret, ret)]
fn refund() -> u64 {
    7
}

#[admit(action = "pay", err, action = "payment")]
fn pay() -> Result<(), Refused> {
    Ok(())
}

fn main() {}
