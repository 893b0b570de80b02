//! A future that comes from elsewhere can't be judged at its first poll.

use audit_core::{admit, Refused};

async fn inner() -> Result<(), Refused> {
    Ok(())
}

#[admit]
fn refund() -> impl Future<Output = Result<(), Refused>> {
    inner()
}

fn main() {}
