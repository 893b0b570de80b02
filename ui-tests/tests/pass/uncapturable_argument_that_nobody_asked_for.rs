//! An argument that can't be captured is left out where `fields` doesn't name it.

use audit_core::audit;

struct Order {
    id: u64,
}

#[audit]
fn refund(order: &Order, check: impl Fn(u64) -> bool) -> bool {
    check(order.id)
}

#[audit(fields(id = order.id))]
async fn refund_later<T>(order: Order, _other: T) -> u64 {
    order.id
}

fn main() {
    assert!(refund(&Order { id: 7 }, |id| id == 7));
    drop(refund_later(Order { id: 7 }, "other"));
}
