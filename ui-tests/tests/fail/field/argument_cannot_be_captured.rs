//! A field holds what policy can compare and a record can show; other types say what they are there.

use audit_core::audit;

struct Order {
    id: u64,
}

#[audit(fields(order))]
fn refund(order: &Order) -> u64 {
    order.id
}

#[audit(fields(order))]
async fn refund_later(order: Order) -> u64 {
    order.id
}

fn main() {}
