//! A type parameter shows a value once it is bound to.

use audit_core::audit;

#[audit(fields(order))]
fn refund<T>(order: T) {
    drop(order);
}

fn main() {}
