//! The same under `#[admit]`.

use audit_core::{admit, Refused};

#[admit]
fn tail() -> Result<u64, Refused> {
    7
}

#[admit]
async fn tail_later() -> Result<u64, Refused> {
    Ok("seven")
}

fn main() {}
