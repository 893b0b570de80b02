//! An error is recorded as it is displayed.

use audit_core::audit;

struct PayError;

#[audit(err)]
fn refund() -> Result<(), PayError> {
    Ok(())
}

#[audit(err)]
async fn refund_later() -> Result<(), PayError> {
    Ok(())
}

fn main() {}
