//! `on_refuse` names a function: what refuses a call can be tested alone.

use audit_core::{admit, Refused};

#[admit(on_refuse = |refused| Err(refused))]
fn closure() -> Result<(), Refused> {
    Ok(())
}

#[admit(on_refuse = "decline")]
fn text() -> Result<(), Refused> {
    Ok(())
}

#[admit(on_refuse = decline())]
fn call() -> Result<(), Refused> {
    Ok(())
}

fn main() {}
