//! `#[track_caller]` keeps the result from the wrapper.

use audit_core::audit;

#[track_caller]
#[audit(err)]
fn refund() -> Result<(), String> {
    Ok(())
}

fn main() {}
