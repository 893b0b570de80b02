//! The error of the result is where a refusal goes.

use audit_core::admit;

struct PayError;

#[admit]
fn refund() -> Result<(), PayError> {
    Ok(())
}

#[admit]
async fn refund_later() -> Result<(), PayError> {
    Ok(())
}

#[admit]
fn text() -> Result<(), String> {
    Ok(())
}

fn main() {}
