//! A function that nobody calls is dead, however it is annotated; so is its companion.

#![deny(dead_code)]

use audit_core::{admit, audit, Refused};

#[audit(explain = explain_refund)]
fn refund() {}

#[admit]
async fn pay() -> Result<(), Refused> {
    Ok(())
}

struct Shop;

impl Shop {
    #[audit]
    fn close(&self) {}
}

fn main() {}
