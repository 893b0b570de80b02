//! Only a durable record is waited for.

use audit_core::{admit, Refused};

#[admit(durable_timeout = "1s")]
fn nothing_said() -> Result<(), Refused> {
    Ok(())
}

#[admit(durable_timeout = "1s", delivery = "buffered")]
fn never_waits() -> Result<(), Refused> {
    Ok(())
}

fn main() {}
