//! A duration is a whole number above zero and a unit.

use audit_core::{admit, Refused};

#[admit(delivery = "durable", durable_timeout = "250")]
fn no_unit() -> Result<(), Refused> {
    Ok(())
}

#[admit(delivery = "durable", durable_timeout = "1h")]
fn unknown_unit() -> Result<(), Refused> {
    Ok(())
}

#[admit(delivery = "durable", durable_timeout = "0s")]
fn zero() -> Result<(), Refused> {
    Ok(())
}

#[admit(delivery = "durable", durable_timeout = "1.5s")]
fn fraction() -> Result<(), Refused> {
    Ok(())
}

#[admit(delivery = "durable", durable_timeout = 250)]
fn number() -> Result<(), Refused> {
    Ok(())
}

fn main() {}
