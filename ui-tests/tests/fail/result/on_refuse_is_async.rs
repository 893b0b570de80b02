//! A refusal is answered at once.

use audit_core::{admit, Refused};

async fn decline(_: Refused) -> u64 {
    0
}

#[admit(on_refuse = decline)]
async fn refund() -> u64 {
    7
}

fn main() {}
