//! Behind an alias only the compiler sees what it is.

use audit_core::admit;

type Receipt = Option<u64>;

#[admit]
fn refund() -> Receipt {
    None
}

#[admit]
async fn refund_later() -> Receipt {
    None
}

fn main() {}
